"""What is in the way between two components, as a cause."""

from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Finding, NotAssessable
from tradingbot_infra.operations.network.verdict import Verdict


def blocked(facts: Facts, verdict: Verdict, *, cause_id: str, title: str) -> Finding:
    """Every obstacle with its own fix, and what brings all of the network back to its template."""
    if verdict.obstacles:
        command = f"cdk deploy NetworkStack --revert-drift -c env={facts.names.environment}"
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.CERTAIN,
            evidence=tuple(obstacle.text for obstacle in verdict.obstacles),
            fix=(
                *dict.fromkeys(obstacle.fix for obstacle in verdict.obstacles if "--revert-drift" not in obstacle.fix),
                f"`{command}` brings back all that the template holds; a plain `cdk deploy` changes nothing",
            ),
        )
    if not verdict.unknown:
        return None
    more = len(verdict.unknown) - 1
    return NotAssessable(verdict.unknown[0].text + (f" (and {more} more)" if more else ""))

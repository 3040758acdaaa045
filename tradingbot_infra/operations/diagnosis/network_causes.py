"""What blocks traffic between two parties, as a cause."""

from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed
from tradingbot_infra.operations.network.fixes import REVERT
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.printed_commands import sentence
from tradingbot_infra.operations.verdict import NotAssessed, Verdict


def blocked(verdict: Verdict[Obstacle], *, cause_id: str, title: str) -> Diagnosed:
    """Every obstacle with its own fix, and the command that restores the whole network."""
    if verdict.problems:
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.CERTAIN,
            evidence=tuple(obstacle.text for obstacle in verdict.problems),
            fix=(
                *dict.fromkeys(obstacle.fix for obstacle in verdict.problems if obstacle.fix != REVERT),
                sentence(REVERT, " restores everything that the template contains; a plain `cdk deploy` changes nothing"),
            ),
        )
    if not verdict.not_assessed:
        return None
    more = len(verdict.not_assessed) - 1
    return NotAssessed(verdict.not_assessed[0].why + (f" (and {more} more)" if more else ""))

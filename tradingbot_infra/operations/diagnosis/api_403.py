"""The API answers 403, 400 or 401: the web ACL blocks a client, the load balancer drops a header, or the application refuses."""

from collections.abc import Callable

from tradingbot_infra.design.web_acl_rules import RATE_LIMIT, may_meet_honest_requests
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.web_acl_log import AT_MOST, OVER, Blocked
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, sentence

_HOURS = int(OVER.total_seconds() // 3600)
_ROWS = 10
_MANY = 0.1
"""Scanners get 4XX all day; above this share of all requests some client that matters is likely among the refused."""

_NO_ATTACK = "If you know none of these addresses, they attack and are blocked: there is nothing to do"


def honest_clients(facts: Facts) -> Diagnosed:
    """Blocks by rules that judge what honest clients write, too."""
    blocked = _blocked(facts, may_meet_honest_requests)
    if not blocked:
        return Normal(_none(facts))
    rules = ", ".join(dict.fromkeys(each.rule for each in blocked))
    return Cause(
        id="web-acl-blocks-clients",
        title="The web ACL blocks requests that your own clients may send",
        certainty=Certainty.POSSIBLE,
        evidence=_rows(blocked),
        fix=(
            f"If these are your clients: add {rules} to waf_counted_rules, and to compliance/ledger/web_acl.py with the reason; then",
            CdkDeploy("service"),
            _NO_ATTACK,
        ),
    )


def rate_limit(facts: Facts) -> Diagnosed:
    """Addresses that send more than the limit."""
    blocked = _blocked(facts, lambda rule: rule == RATE_LIMIT)
    limit = facts.config.web_acl.waf_rate_limit
    if not blocked:
        return Normal(_none(facts))
    return Cause(
        id="rate-limit",
        title=f"Addresses send more than {limit} requests in five minutes",
        certainty=Certainty.LIKELY,
        evidence=_rows(blocked),
        fix=(
            "If it is a client of yours, such as an office behind one address: raise waf_rate_limit in config/environments.py; then",
            CdkDeploy("service"),
            _NO_ATTACK,
        ),
    )


def attacks(facts: Facts) -> Diagnosed:
    """What only attackers send: no cause, but a figure."""
    blocked = _blocked(facts, lambda rule: rule != RATE_LIMIT and not may_meet_honest_requests(rule))
    if not blocked:
        return Normal(_none(facts))
    rules = ", ".join(list(dict.fromkeys(each.rule for each in blocked))[:3])
    return Normal(f"{sum(each.requests for each in blocked)} blocked in {_HOURS} hours, the newest by {rules}")


def dropped_headers(facts: Facts) -> Diagnosed:
    """Headers with an underscore in their name, which the load balancer drops, and answers 4XX of the application."""
    seen = facts.client_errors
    if not seen.without_a_header or not seen.refused:
        return Normal(f"{seen.without_a_header} requests in {_HOURS} hours")
    return Cause(
        id="header-dropped",
        title="The load balancer drops headers whose names have an underscore, such as X_SIGNATURE",
        certainty=Certainty.POSSIBLE,
        evidence=(
            f"{seen.without_a_header} requests in {_HOURS} hours lost a header",
            f"the application answered {seen.refused} requests with 4XX",
        ),
        fix=(
            "Let the sender use letters, digits and hyphens only, such as X-Signature: without its header the application refuses it",
            sentence(OwnCommand("logs --since 3h"), " shows whom the application refused"),
        ),
    )


def refused_by_the_application(facts: Facts) -> Diagnosed:
    """Answers 4XX that the application gave itself."""
    seen = facts.client_errors
    told = f"{seen.refused} of {seen.requests} requests in {_HOURS} hours"
    if seen.share <= _MANY:
        return Normal(told)
    return Cause(
        id="application-refuses",
        title="The application itself refuses many requests",
        certainty=Certainty.POSSIBLE,
        evidence=(f"it answered {told} with 4XX, which the web ACL had let pass",),
        fix=(
            sentence(OwnCommand("logs --since 3h"), " shows which requests, and why"),
            "400 for every request: a host check, such as TrustedHostMiddleware, does not know the name that clients use",
            "401 or 403: a signature or a token is missing or wrong",
        ),
    )


def _blocked(facts: Facts, by: Callable[[str], bool]) -> list[Blocked]:
    return [each for each in facts.blocked if by(each.rule)] if facts.config.web_acl.waf else []


def _none(facts: Facts) -> str:
    return f"none in {_HOURS} hours" if facts.config.web_acl.waf else "there is no web ACL (waf=false)"


def _rows(blocked: list[Blocked]) -> tuple[str, ...]:
    more = len(blocked) - _ROWS
    rest = (f"and {more} more rules and paths",) if more > 0 else ()
    full = (f"of the first {AT_MOST} that were blocked",) if sum(each.requests for each in blocked) >= AT_MOST else ()
    return (*(str(each) for each in blocked[:_ROWS]), *rest, *full)


API_403 = Symptom(
    SymptomName.API_403,
    (
        Check("the service stack", deployed("service")),
        Check("requests that the web ACL blocked and clients may send", honest_clients),
        Check("addresses above the rate limit", rate_limit),
        Check("attacks that the web ACL blocked", attacks),
        Check("headers that the load balancer dropped", dropped_headers),
        Check("answers 4XX of the application", refused_by_the_application),
    ),
)

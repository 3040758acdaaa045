"""Why targets are unhealthy, by Elastic Load Balancing's own reason codes."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, Step, revert, sentence

_SHOWN = 4
_NOT_FOUND = "404"
_CODES = re.compile(r"\[(?P<codes>[\d, ]+)\]")


@dataclass(frozen=True)
class _Reason:
    """What targets do wrong, after "all targets are unhealthy: they", and what fixes it."""

    they: Callable[[Facts, Sequence[Target]], str]
    fix: Callable[[Facts, Sequence[Target]], tuple[Step, ...]]


def by_reason(facts: Facts, ill: Sequence[Target], *, everyone: bool) -> Cause:
    """The cause that most of the unhealthy targets have. Some that fail leave the others to answer, so they explain it less."""
    code = Counter(_code(target) for target in ill).most_common(1)[0][0]
    reason = _REASONS.get(code, _OTHER)
    same = [target for target in ill if _code(target) == code]
    who = "No target is healthy" if everyone else f"{len(ill)} of {len(facts.targets)} targets are unhealthy"
    shown = tuple(f"{target.address}:{target.port} {target.state}: {target.reason or 'no reason given'}" for target in ill[:_SHOWN])
    more = len(ill) - _SHOWN
    return Cause(
        id="targets-unhealthy",
        title=f"{who}: they {reason.they(facts, same)}",
        certainty=Certainty.CERTAIN if everyone else Certainty.POSSIBLE,
        evidence=(
            *shown,
            *((f"and {more} more",) if more > 0 else ()),
            f"health check: HTTP GET {facts.load_balancer.health_check_path}, 200 is healthy",
        ),
        fix=reason.fix(facts, same),
    )


def _code(target: Target) -> str:
    """The reason code, such as `Target.Timeout`, which comes before Elastic Load Balancing's description."""
    return target.reason.partition(":")[0]


def _answers(targets: Sequence[Target]) -> tuple[str, ...]:
    """The status codes that targets answer, as in "Health checks failed with these codes: [404]"."""
    found = (match["codes"].split(",") for target in targets if (match := _CODES.search(target.reason)))
    return tuple(dict.fromkeys(code.strip() for codes in found for code in codes))


_LOGS = sentence(OwnCommand("logs --since 1h"), " shows what the application wrote, a traceback too")


def _answer(facts: Facts, targets: Sequence[Target]) -> str:
    return f"answer {' and '.join(_answers(targets)) or 'another code'} on {facts.load_balancer.health_check_path}"


_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "400": (
            "400: a host check refuses the request, which names the task's address as its host (TrustedHostMiddleware, ALLOWED_HOSTS): "
            "let the path answer any host"
        ),
        "3..": (
            "A redirect: to HTTPS (HTTPSRedirectMiddleware), which the load balancer does by itself with certificate_arn, "
            "or to the path with or without its last slash"
        ),
        "401|403": "401 or 403: the path asks for credentials, and the health check has none: leave it out of the authentication",
        "5..": "5XX: the application runs and cannot serve; often the database does not answer",
    }
)
"""What an answer other than 200 usually means, by its code."""


def _fix_answer(facts: Facts, targets: Sequence[Target]) -> tuple[Step, ...]:
    answers = _answers(targets)
    told = tuple(meaning for codes, meaning in _MEANINGS.items() if any(re.fullmatch(codes, answer) for answer in answers))
    if _NOT_FOUND not in answers:
        needed = f"The application must answer 200 on {facts.load_balancer.health_check_path}, over HTTP and without credentials"
        return (*told, needed, _LOGS)
    configured, asked = facts.config.load_balancer.health_check_path, facts.load_balancer.health_check_path
    if asked != configured:
        return (sentence(f"The target group requests {asked}, the settings say health_check_path={configured}: ", revert("service")),)
    return (
        sentence(
            f"The image does not serve {configured}: let it answer there, or set health_check_path to a path that it serves, ",
            CdkDeploy("service", settings=("health_check_path=/PATH",)),
        ),
        _LOGS,
    )


def _fix_timeout(_: Facts, __: Sequence[Target]) -> tuple[Step, ...]:
    return (
        _LOGS,
        (
            "If the path to the tasks is open (above), the application is too slow or hangs: CPU and memory on the dashboard, "
            "then task_cpu and task_memory_mib"
        ),
    )


def _fix_refusal(facts: Facts, _: Sequence[Target]) -> tuple[Step, ...]:
    return (
        f"The application must listen on 0.0.0.0 and port {facts.config.task.container_port} (its variable PORT), not on 127.0.0.1",
        _LOGS,
    )


def _revert(_: Facts, __: Sequence[Target]) -> tuple[Step, ...]:
    return (revert("service"),)


def _wait(_: Facts, __: Sequence[Target]) -> tuple[Step, ...]:
    return (sentence(OwnCommand("doctor tasks-pending"), ": new tasks should replace them"),)


_REASONS: Mapping[str, _Reason] = MappingProxyType(
    {
        "Target.ResponseCodeMismatch": _Reason(_answer, _fix_answer),
        "Target.Timeout": _Reason(lambda facts, _: f"do not answer {facts.load_balancer.health_check_path} in time", _fix_timeout),
        "Target.FailedHealthChecks": _Reason(lambda facts, _: "refuse the connection, or answer no HTTP", _fix_refusal),
        "Target.NotInUse": _Reason(lambda facts, _: "are in a zone or a target group that the load balancer does not use", _revert),
        "Target.DeregistrationInProgress": _Reason(lambda facts, _: "are being deregistered", _wait),
        "Target.InvalidState": _Reason(lambda facts, _: "have stopped", _wait),
        "Target.IpUnusable": _Reason(lambda facts, _: "have an address that is in use elsewhere", _revert),
    }
)
"""By reason code (Elastic Load Balancing API, TargetHealth)."""

_OTHER = _Reason(lambda facts, _: "fail the health check", lambda *_: (_LOGS,))

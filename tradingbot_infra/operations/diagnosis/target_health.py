"""Why targets are unhealthy, by Elastic Load Balancing's own reason codes."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty
from tradingbot_infra.operations.live.load_balancer import Target

_SHOWN = 4
_NOT_FOUND = "404"
_CODES = re.compile(r"\[(?P<codes>[\d, ]+)\]")


@dataclass(frozen=True)
class _Reason:
    """What targets do wrong, after "all targets are unhealthy: they", and what mends it."""

    they: Callable[[Facts, Sequence[Target]], str]
    fix: Callable[[Facts, Sequence[Target]], tuple[str, ...]]


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
            f"health check: HTTP GET {facts.balancer.health_check_path}, 200 is healthy",
        ),
        fix=reason.fix(facts, same),
    )


def _code(target: Target) -> str:
    """The reason code, such as `Target.Timeout`, which stands before Elastic Load Balancing's words."""
    return target.reason.partition(":")[0]


def _answers(targets: Sequence[Target]) -> tuple[str, ...]:
    """The status codes that targets answer, as in "Health checks failed with these codes: [404]"."""
    found = (match["codes"].split(",") for target in targets if (match := _CODES.search(target.reason)))
    return tuple(dict.fromkeys(code.strip() for codes in found for code in codes))


def _logs(facts: Facts) -> str:
    return f"`logs --env {facts.names.environment} --errors --since 1h` shows what the application wrote"


def _answer(facts: Facts, targets: Sequence[Target]) -> str:
    return f"answer {' and '.join(_answers(targets)) or 'another code'} on {facts.balancer.health_check_path}"


def _mend_answer(facts: Facts, targets: Sequence[Target]) -> tuple[str, ...]:
    if _NOT_FOUND not in _answers(targets):
        return (_logs(facts), f"The application must answer 200 on {facts.balancer.health_check_path} when it can serve")
    environment, configured, asked = facts.names.environment, facts.config.load_balancer.health_check_path, facts.balancer.health_check_path
    if asked != configured:
        return (
            (
                f"The target group asks {asked}, the settings say health_check_path={configured}: "
                f"`cdk deploy ServiceStack --revert-drift -c env={environment}`"
            ),
        )
    return (
        (
            f"The image has no {configured}: let it answer there, or set health_check_path to what it has, "
            f"`cdk deploy ServiceStack -c env={environment} -c health_check_path=/PATH`"
        ),
        _logs(facts),
    )


def _mend_silence(facts: Facts, _: Sequence[Target]) -> tuple[str, ...]:
    return (
        _logs(facts),
        (
            "If the path to the tasks is open (above), the application is too slow or hangs: CPU and memory on the dashboard, "
            "then task_cpu and task_memory_mib"
        ),
    )


def _mend_refusal(facts: Facts, _: Sequence[Target]) -> tuple[str, ...]:
    return (
        f"The application must listen on 0.0.0.0 and port {facts.config.task.container_port} (its variable PORT), not on 127.0.0.1",
        _logs(facts),
    )


def _revert(facts: Facts, _: Sequence[Target]) -> tuple[str, ...]:
    return (f"cdk deploy ServiceStack --revert-drift -c env={facts.names.environment}",)


def _wait(facts: Facts, _: Sequence[Target]) -> tuple[str, ...]:
    return (f"`doctor tasks-pending --env {facts.names.environment}`: new tasks should take their place",)


_REASONS: Mapping[str, _Reason] = MappingProxyType(
    {
        "Target.ResponseCodeMismatch": _Reason(_answer, _mend_answer),
        "Target.Timeout": _Reason(lambda facts, _: f"do not answer {facts.balancer.health_check_path} in time", _mend_silence),
        "Target.FailedHealthChecks": _Reason(lambda facts, _: "refuse the connection, or answer no HTTP", _mend_refusal),
        "Target.NotInUse": _Reason(lambda facts, _: "are in a zone or a target group that the load balancer does not use", _revert),
        "Target.DeregistrationInProgress": _Reason(lambda facts, _: "are being taken away", _wait),
        "Target.InvalidState": _Reason(lambda facts, _: "have stopped", _wait),
        "Target.IpUnusable": _Reason(lambda facts, _: "have an address that is in use elsewhere", _revert),
    }
)
"""By reason code (Elastic Load Balancing API, TargetHealth)."""

_OTHER = _Reason(lambda facts, _: "fail the health check", lambda facts, _: (_logs(facts),))

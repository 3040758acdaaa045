"""The API or orders are slow: which part takes the time, by traces, by the application's metrics, and by the load balancer."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.diagnosis.database import not_available
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.telemetry_causes import traces_not_sent
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.spans import MOST_SLOW, Part, SlowPart
from tradingbot_infra.operations.live.trading_signs import HOURS
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, Step, sentence
from tradingbot_infra.operations.verdict import NotAssessed
from tradingbot_infra.wording import plural

_BUSY_PERCENT = 80.0
"""CPU above which requests wait for each other."""

_MUCH = 0.4
"""Share of the time of slow requests from which a part is a cause: with four parts, more than its own share by far."""


def busy_tasks(facts: Facts) -> Diagnosed:
    """CPU of the tasks in the newest minute."""
    used = facts.usage.cpu
    if used is None:
        return NotAssessed("ECS has sent no CPU value in 10 minutes")
    if used < _BUSY_PERCENT:
        return Normal(f"{used:.0f} %")
    cpu = facts.config.task.task_cpu
    return Cause(
        id="cpu",
        title="Tasks use nearly all of their CPU: requests wait for each other",
        certainty=Certainty.LIKELY,
        evidence=(f"AWS/ECS, CPUUtilization: {used:.0f} %", f"a task has task_cpu={cpu}"),
        fix=(
            sentence("Now: ", OwnCommand("scale --tasks NUMBER"), " with more tasks"),
            sentence(CdkDeploy("service", settings=(f"task_cpu={cpu * 2}",)), "; then raise the setting permanently"),
        ),
    )


def slow_answers(facts: Facts) -> Diagnosed:
    """What the load balancer saw of targets. What a browser sees beyond that is network, or a queue before the load balancer."""
    seen, limit = facts.response_times, facts.config.service_levels.slo_latency_milliseconds / 1000
    if seen.p95 is None:
        return Normal("no request in an hour")
    figures = f"{seen.requests} requests in an hour, 95 of 100 within {seen.p95:.2f} s"
    if seen.p95 <= limit:
        return Normal(f"{figures}: what is slow is before the load balancer, or rare")
    return Cause(
        id="slow-answers",
        title="Tasks answer slowly",
        certainty=Certainty.POSSIBLE,
        evidence=(f"AWS/ApplicationELB, TargetResponseTime: {figures}", f"slo_latency_milliseconds={limit * 1000:.0f}"),
        fix=(
            "The other causes here say which part takes the time",
            sentence(OwnCommand("verify --slo"), " says how much of the error budget it uses"),
        ),
    )


def slow_part(facts: Facts) -> Diagnosed:
    """Where slow traces spent their time. Only traces tell a slow database from a slow exchange in one request."""
    if facts.config.telemetry.tracing == "off":
        return NotAssessed("tracing=off: the application sends no traces")
    found = facts.traces
    if not found.number:
        return NotAssessed(f"no trace of {facts.names.service} in an hour")
    many = " or more" if found.slow >= MOST_SLOW else ""
    figures = f"{plural(found.number, 'trace')} in an hour, 95 of 100 within {found.p95:.2f} s, {found.slow}{many} slow"
    if not found.parts:
        return Normal(figures)
    worst = found.parts[0]
    if worst.share < _MUCH:
        return Normal(f"{figures}; no part takes more than {worst.share * 100:.0f} % of the time of slow ones")
    return Cause(
        id=f"slow-{worst.part.replace(' ', '-').lower()}",
        title=f"Slow requests spend their time in this part: {worst.part}",
        certainty=Certainty.LIKELY,
        evidence=(
            figures,
            *(f"{part.part}: {part.share * 100:.0f} % of the time of slow traces" for part in found.parts),
            f"longest in trace {worst.example}, span {worst.span}",
            *(
                f"{step.name}: {step.number} times, {step.average:.2f} s on average, 95 of 100 within {step.p95:.2f} s"
                for step in found.steps
            ),
        ),
        fix=(*_about(worst), sentence(OwnCommand(f"logs --trace {worst.example} --since 3h"), " shows the log lines of that trace")),
    )


def _about(worst: SlowPart) -> Iterator[Step]:
    if worst.part is Part.DATABASE:
        yield sentence(OwnCommand("doctor database"), ", then the statement: ", OwnCommand("db query 'EXPLAIN ANALYZE ...'"))
    elif worst.part is Part.EXCHANGE:
        yield sentence("The exchange's status page; ", OwnCommand("doctor exchange-unreachable"), " says whether the way is at fault")
    elif worst.part is Part.AI:
        yield "A smaller model, or a shorter time after which the strategy decides without it"
    else:
        yield "The code between the calls, or CPU: what a span does by itself is not in a span of its own"


def slow_calls(facts: Facts) -> Diagnosed:
    """What the application measured itself: these figures are of every call, where traces are of a share."""
    if facts.trading.unknown:
        return NotAssessed(facts.trading.unknown)
    limit, seen = facts.config.trading.exchange_latency_alarm_seconds, facts.latencies
    if not (seen.exchanges or seen.orders or seen.models):
        return NotAssessed(f"no call was measured in {plural(HOURS, 'hour')}")
    slow = {name: seconds for name, seconds in seen.exchanges.items() if seconds > limit}
    figures = (*_figures("slowest call of {}", seen.exchanges), *_figures("order on {}, 95 of 100", seen.orders))
    figures += tuple(_figures("answer of {}, 95 of 100", seen.models))
    if not slow:
        return Normal("; ".join(figures))
    return Cause(
        id="exchange-slow",
        title=f"An exchange answers slowly: {', '.join(slow)}",
        certainty=Certainty.LIKELY,
        evidence=(*figures, f"exchange_latency_alarm_seconds={limit:g}"),
        fix=(sentence("The exchange's status page; ", OwnCommand("doctor exchange-unreachable"), " says whether the way is at fault"),),
    )


def _figures(words: str, seconds: Mapping[str, float]) -> Iterator[str]:
    yield from (f"{words.format(name)}: {value:.2f} s" for name, value in sorted(seconds.items(), key=lambda each: -each[1]))


SLOW = Symptom(
    SymptomName.SLOW,
    (
        Check("the service stack", deployed("service")),
        Check("CPU of the tasks", busy_tasks),
        Check("status of the database", not_available),
        Check("the way of traces to X-Ray", traces_not_sent),
        Check("parts of slow traces", slow_part),
        Check("calls that the application measured", slow_calls),
        Check("answers of tasks to the load balancer", slow_answers),
    ),
)

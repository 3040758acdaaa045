"""The load balancer answers 502: a task closed or refused the connection, or ended while it answered."""

from tradingbot_infra.operations.diagnosis.ecs_causes import container_exits, out_of_memory, still_deploying
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.bad_gateways import OVER
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence

_HOURS = int(OVER.total_seconds() // 3600)


def short_variable(facts: Facts) -> Diagnosed:
    """The variable that tells uvicorn how long to keep an idle connection, against the load balancer's own time."""
    idle, given = facts.idle_seconds, facts.variables.keep_alive_seconds
    if given is not None and given > idle:
        return Normal(f"the load balancer {idle} s, UVICORN_TIMEOUT_KEEP_ALIVE {given} s")
    return Cause(
        id="keep-alive-variable",
        title="Tasks are told to close idle connections before the load balancer does",
        certainty=Certainty.LIKELY,
        evidence=(f"the load balancer keeps them {idle} s", f"UVICORN_TIMEOUT_KEEP_ALIVE={'(missing)' if given is None else given}"),
        fix=(revert("service"),),
    )


def closed_by_the_server(facts: Facts) -> Diagnosed:
    """Some requests fail though tasks take connections: the server closes idle ones just as a request comes."""
    seen = facts.bad_gateways
    if seen.answers == 0 or seen.refused > 0:
        return Normal(f"{seen.answers} answers 502 in {_HOURS} hours")
    idle = facts.idle_seconds
    return Cause(
        id="keep-alive-server",
        title="The server of the image may close idle connections before the load balancer does",
        certainty=Certainty.POSSIBLE,
        evidence=(f"{seen.answers} answers 502 in {_HOURS} hours, and no connection refused", f"the load balancer keeps them {idle} s"),
        fix=(
            (
                f"Only uvicorn's own command reads UVICORN_TIMEOUT_KEEP_ALIVE. Give others more than {idle} s themselves: "
                f"uvicorn.run(timeout_keep_alive={idle + 5}), gunicorn --keep-alive {idle + 5}"
            ),
            sentence(OwnCommand("logs --since 3h"), " shows whether a worker ended while it answered"),
        ),
    )


def refused(facts: Facts) -> Diagnosed:
    """Tasks that are registered and take no connection."""
    seen = facts.bad_gateways
    if seen.refused == 0:
        return Normal(f"{seen.refused} connections refused in {_HOURS} hours")
    return Cause(
        id="connections-refused",
        title="Tasks refuse connections of the load balancer",
        certainty=Certainty.LIKELY,
        evidence=(f"{seen.refused} connections refused in {_HOURS} hours, {seen.answers} answers 502",),
        fix=(
            sentence(OwnCommand("doctor alb-503"), " says whether targets are unhealthy, and why"),
            "After SIGTERM the server must finish open requests before it ends: with exec in the start script, or as the command itself",
        ),
    )


API_502 = Symptom(
    SymptomName.API_502,
    (
        Check("the service stack", deployed("service")),
        Check("containers that were killed for memory", out_of_memory),
        Check("containers that ended", container_exits),
        Check("idle time of connections, in the task definition", short_variable),
        Check("connections that tasks refused", refused),
        Check("idle time of connections, in the server", closed_by_the_server),
        Check("the newest deployment", still_deploying),
    ),
)

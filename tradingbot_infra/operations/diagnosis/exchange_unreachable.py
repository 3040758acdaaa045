"""Tasks do not reach an exchange: a port that nothing lets out, a broken way through NAT, no port left at NAT."""

from collections.abc import Iterable

from tradingbot_infra.config.sections.network import REFUSED_EGRESS_PORTS
from tradingbot_infra.design.connections import HTTPS_PORT
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.rejected_egress import OVER, RejectedEgress
from tradingbot_infra.operations.network.fixes import REVERT
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import tasks_of
from tradingbot_infra.operations.network.paths import internet_egress
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, Step, sentence
from tradingbot_infra.operations.verdict import Verdict

_HOURS = int(OVER.total_seconds() // 3600)
_SHOWN = 3


def closed_ports(facts: Facts) -> Diagnosed:
    """Rejects of the flow log, against the ports of the settings."""
    allowed = facts.config.network.egress_ports
    closed = [each for each in facts.rejected_egress if each.protocol != "TCP" or each.port not in allowed]
    if not closed:
        return Normal(f"{sum(each.records for each in facts.rejected_egress)} in {_HOURS} hours, all on ports of egress_ports")
    named = ", ".join(f"{each.protocol} {each.port}" for each in closed[:_SHOWN])
    return Cause(
        id="port-closed",
        title=f"Tasks ask for ports that egress_ports does not have: {named}",
        certainty=Certainty.CERTAIN,
        evidence=tuple(map(_seen, closed)),
        fix=tuple(_opening(closed, allowed)),
    )


def _seen(each: RejectedEgress) -> str:
    more = len(each.addresses) - _SHOWN
    others = f" and {more} more" if more > 0 else ""
    return f"{each.protocol} {each.port}: {each.records} rejects in {_HOURS} hours, to {', '.join(each.addresses[:_SHOWN])}{others}"


def _opening(closed: Iterable[RejectedEgress], allowed: tuple[int, ...]) -> Iterable[Step]:
    ports = [each.port for each in closed if each.protocol == "TCP" and each.port not in REFUSED_EGRESS_PORTS]
    if ports:
        setting = f"egress_ports={','.join(map(str, (*allowed, *ports)))}"
        yield sentence(f"If you know who is asked: write {setting} into config/environments.py, then ", CdkDeploy("network"))
        yield sentence("Or for one deployment: ", CdkDeploy("network", settings=(setting,)))
    if any(each.protocol == "UDP" for each in closed):
        yield "Nothing lets UDP out: make the client use TCP, such as HTTP/2 in the place of QUIC"
    yield sentence("If you do not: find out what in the image asks; ", OwnCommand("logs --source flow --since 3h"), " shows every record")


def way_out(facts: Facts) -> Diagnosed:
    """Groups, routes, network ACLs and NAT, for the port that AWS's own APIs need as well."""
    return blocked(
        internet_egress(facts.network, tasks_of(facts.service)),
        cause_id="no-way-out",
        title="Tasks cannot reach the internet at all",
    )


def undeployed_ports(facts: Facts) -> Diagnosed:
    """The same for the other ports of the settings, which may not be deployed yet."""
    source, verdict = tasks_of(facts.service), Verdict[Obstacle]()
    for port in facts.config.network.egress_ports:
        if port != HTTPS_PORT:
            verdict += internet_egress(facts.network, source, port)
    general = internet_egress(facts.network, source)
    own = Verdict[Obstacle].of((*(each for each in verdict.problems if each not in general.problems), *verdict.not_assessed))
    found = blocked(own, cause_id="port-not-let-out", title="The network does not let out a port of egress_ports")
    if not isinstance(found, Cause):
        return found
    return Cause(
        id=found.id,
        title=found.title,
        certainty=found.certainty,
        evidence=found.evidence,
        fix=(
            sentence(CdkDeploy("network"), " if the port is new in the settings"),
            sentence(REVERT, " if somebody changed the network by hand"),
        ),
    )


def exhausted_nat(facts: Facts) -> Diagnosed:
    """NAT gateways without a free port for a destination."""
    if facts.config.network.nat_type == "instance":
        return Normal("NAT instances publish no such figure")
    errors = facts.nat_port_errors
    if errors == 0:
        return Normal(f"{errors} in {_HOURS} hours")
    return Cause(
        id="nat-ports-exhausted",
        title="A NAT gateway has no port left for a destination: too many connections to it are open at once",
        certainty=Certainty.LIKELY,
        evidence=(f"CloudWatch, AWS/NATGateway, ErrorPortAllocation: {errors} in {_HOURS} hours",),
        fix=(
            "Make the client keep and reuse connections: one session for each exchange, not one for each request",
            "Until then run fewer tasks: a gateway holds 55,000 connections to one address and port",
        ),
    )


EXCHANGE_UNREACHABLE = Symptom(
    SymptomName.EXCHANGE_UNREACHABLE,
    (
        Check("the network stack", deployed("network")),
        Check("the way out through NAT, answers included", way_out),
        Check("ports of the settings, on that way", undeployed_ports),
        Check("rejects of the flow log", closed_ports),
        Check("connections for which NAT had no port", exhausted_nat),
    ),
)

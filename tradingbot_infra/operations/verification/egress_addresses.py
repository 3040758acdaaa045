"""Check: NAT uses the addresses that the outputs and the settings name, so exchanges see none that they do not know."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.egress import EgressAddress, read_egress
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, revert, sentence
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look

_OUTPUT = "EgressAllocationIds"


def as_published(addresses: Sequence[EgressAddress], published: str | None, *, adopted: Sequence[str], gateways: int) -> Iterator[Finding]:
    """Whether every NAT has an address of the output, and the settings' own come first in it."""
    if published is None:
        yield not_assessed(f"the network stack has no output {_OUTPUT}", CdkDeploy("network"))
        return
    known = published.split(",")
    if known[: len(adopted)] != list(adopted):
        yield failed(f"nat_allocation_ids={','.join(adopted)}, and {_OUTPUT} is {published}", CdkDeploy("network"))
    used = [each for each in addresses if each.used_by and each.allocation_id in known]
    if len(used) < gateways:
        next_step = sentence(OwnCommand("egress"), "; then ", revert("network"))
        yield failed(f"{len(used)} of {gateways} NAT use an address of {_OUTPUT}", next_step)
        return
    waiting = sum(not each.used_by for each in addresses)
    idle = f"; {waiting} unused, which is billed" if waiting else ""
    yield passed(f"{', '.join(each.address for each in used)}{idle}")


def _judge(facts: Facts) -> Iterator[Finding]:
    network, addresses = facts.config.network, read_egress(facts.session, facts.config)
    yield from as_published(addresses, facts.output(_OUTPUT), adopted=network.nat_allocation_ids, gateways=network.nat_gateways)


LOOKS = (Look("EC2, elastic addresses", _judge),)

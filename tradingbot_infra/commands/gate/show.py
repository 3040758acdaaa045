"""`gate show`: how far a deployment is, and what it waits for."""

from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line
from tradingbot_infra.commands.gate.reading import read_running
from tradingbot_infra.commands.gate.words import iso, progress, waiting
from tradingbot_infra.commands.options import Json
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.service_deployments import ServiceDeployment


@reading_command
def show(account: Account, json: Json = False) -> None:
    """Show how far a deployment is, and what it waits for. Read-only.

    Of a service whose deployments move traffic between two target groups. One that replaces its tasks waits for nobody."""
    found, why_not = read_running(account)
    if json:
        document = _document(found) if found else None
        print_json({"environment": account.config.environment, "deployment": document, "why_not": why_not})
        return
    if found is None:
        print_line(why_not)
        return
    print_line(f"{found.id}: {progress(found)}")
    for name in found.alarms:
        print_line(f"  alarm {name} went to ALARM")
    if found.gate:
        ways = sentence("; ", OwnCommand("gate continue"), " or ", OwnCommand("gate back"))
        print_line(f"  {waiting(found.gate)}{account.rendered(ways)}")
    elif found.stoppable:
        print_line(account.rendered(sentence("  waits for nobody; ", OwnCommand("gate back"), " brings the version before back")))


def _document(found: "ServiceDeployment") -> dict[str, object]:
    gate = found.gate
    return {
        "id": found.id,
        "arn": found.arn,
        "status": found.status,
        "reason": found.reason,
        "stage": found.stage,
        "production_percent": found.production_percent,
        "test_percent": found.test_percent,
        "alarms": list(found.alarms),
        "created_at": iso(found.created_at),
        "gate": {"hook_id": gate.hook_id, "until": iso(gate.until), "otherwise": gate.otherwise} if gate else None,
    }

"""What an AWS Backup plan selects."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, ignoring
from tradingbot_infra.local_cloud.in_process import call


def _create(properties: Properties, _name: str) -> Created:
    plan = properties["BackupPlanId"]
    selection: str = call("backup", "CreateBackupSelection", BackupPlanId=plan, BackupSelection=dict(properties["BackupSelection"]))[
        "SelectionId"
    ]
    physical_id = f"{selection}_{plan}"
    return physical_id, {"Id": physical_id, "SelectionId": selection, "BackupPlanId": plan}


def _delete(physical_id: str, properties: Properties) -> None:
    with ignoring("ResourceNotFoundException"):
        call("backup", "DeleteBackupSelection", BackupPlanId=properties["BackupPlanId"], SelectionId=physical_id.split("_")[0])


RESOURCES: Mapping[str, Resource] = {"AWS::Backup::BackupSelection": Resource(create=_create, delete=_delete)}

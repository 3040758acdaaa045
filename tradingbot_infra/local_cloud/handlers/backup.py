"""What an AWS Backup plan selects."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call


def _create(properties: Properties, _name: str) -> Created:
    wanted = given(properties, "BackupPlanId", "BackupSelection")
    selection: str = call("backup", "CreateBackupSelection", **wanted)["SelectionId"]
    physical_id = f"{selection}_{properties['BackupPlanId']}"
    return physical_id, {"Id": physical_id, "SelectionId": selection, "BackupPlanId": properties["BackupPlanId"]}


def _delete(physical_id: str, properties: Properties) -> None:
    with ignoring("ResourceNotFoundException"):
        call("backup", "DeleteBackupSelection", BackupPlanId=properties["BackupPlanId"], SelectionId=physical_id.split("_")[0])


RESOURCES: Mapping[str, Resource] = {"AWS::Backup::BackupSelection": Resource(create=_create, delete=_delete)}

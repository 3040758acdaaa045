"""Backup selections of stacks."""

import uuid

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.in_process import call


def test_a_backup_selection_is_visible_replaced_and_deleted() -> None:
    plan = call("backup", "CreateBackupPlan", BackupPlan={"BackupPlanName": uuid.uuid4().hex, "Rules": []})["BackupPlanId"]
    role = "arn:aws:iam::000000000000:role/backup"
    old, new = ({"BackupPlanId": plan, "BackupSelection": {"SelectionName": name, "IamRoleArn": role}} for name in ("one", "two"))
    selection, attributes = create("AWS::Backup::BackupSelection", old)
    assert selection == attributes["Id"] == f"{attributes['SelectionId']}_{plan}"
    assert selection_names(plan) == ["one"]
    replacement = update("AWS::Backup::BackupSelection", selection, old, new)
    assert selection_names(plan) == ["two"]
    for _ in range(2):
        delete("AWS::Backup::BackupSelection", replacement, new)
        assert selection_names(plan) == []


def selection_names(plan: str) -> list[str]:
    found = call("backup", "ListBackupSelections", BackupPlanId=plan)["BackupSelectionsList"]
    return [selection["SelectionName"] for selection in found]

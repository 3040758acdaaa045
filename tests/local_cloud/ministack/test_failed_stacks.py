"""Stacks whose creation, update or deletion fails, over HTTP, as boto3 sees them."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
Template = dict[str, Any]


@pytest.fixture
def name() -> str:
    return f"stack-{uuid.uuid4().hex[:12]}"


def aws(cloud: LocalCloud, service: str = "cloudformation") -> Any:
    return client(cloud.endpoint, REGION, service)


def group(name: str, **attributes: object) -> Template:
    """A log group."""
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}, **attributes}


def broken(**attributes: object) -> Template:
    """A resource that can never be created."""
    return {
        "Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Fn::GetStackOutput": {"StackName": "none", "OutputName": "none"}}},
        **attributes,
    }


def database(name: str, **attributes: object) -> Template:
    """A protected database."""
    properties = {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": "db.t3.micro",
        "Engine": "postgres",
        "AllocatedStorage": "20",
        "MasterUsername": "trader",
        "MasterUserPassword": uuid.uuid4().hex,
        "DeletionProtection": True,
        "DBParameterGroupName": {"Ref": "Parameters"},
    }
    return {"Type": "AWS::RDS::DBInstance", "Properties": properties, **attributes}


def parameters() -> Template:
    return {"Type": "AWS::RDS::DBParameterGroup", "Properties": {"Description": "of a test", "Family": "postgres15"}}


def create(cloud: LocalCloud, name: str, resources: Template, **options: object) -> str:
    """Creates a stack by a change set, as the CDK CLI does; its status at the end."""
    return change(cloud, name, resources, kind="CREATE", **options)


def change(cloud: LocalCloud, name: str, resources: Template, *, kind: str = "UPDATE", **options: object) -> str:
    cloudformation, change_set = aws(cloud), f"c{uuid.uuid4().hex[:8]}"
    body = json.dumps({"Resources": resources})
    cloudformation.create_change_set(StackName=name, ChangeSetName=change_set, ChangeSetType=kind, TemplateBody=body)
    cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set, **options)
    return status(cloud, name)


def status(cloud: LocalCloud, name: str) -> str:
    while True:
        found = str(aws(cloud).describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        if not found.endswith("_IN_PROGRESS"):
            return found


def delete(cloud: LocalCloud, name: str, **options: object) -> str:
    stack = aws(cloud).describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    aws(cloud).delete_stack(StackName=name, **options)
    return status(cloud, stack)


def resources(cloud: LocalCloud, name: str) -> dict[str, str]:
    """Status by logical id."""
    found = aws(cloud).describe_stack_resources(StackName=name)["StackResources"]
    return {one["LogicalResourceId"]: one["ResourceStatus"] for one in found}


def happened(cloud: LocalCloud, stack: str, event: str) -> list[str]:
    """Logical ids in the order in which this happened to them."""
    events = aws(cloud).describe_stack_events(StackName=stack)["StackEvents"]
    return [one["LogicalResourceId"] for one in reversed(events) if one["ResourceStatus"] == event]


def log_groups(cloud: LocalCloud, prefix: str) -> list[str]:
    return [one["logGroupName"] for one in aws(cloud, "logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]]


def unprotect(cloud: LocalCloud, database: str) -> None:
    aws(cloud, "rds").modify_db_instance(DBInstanceIdentifier=database, DeletionProtection=False, ApplyImmediately=True)


def test_a_failed_creation_is_rolled_back_the_last_first_and_retain_except_on_create_keeps_nothing(cloud: LocalCloud, name: str) -> None:
    first = group(f"{name}-1", DeletionPolicy="RetainExceptOnCreate")
    second = group(f"{name}-2", DependsOn="First", DeletionPolicy="Retain")
    third = group(f"{name}-3", DependsOn="Second")
    assert (
        create(cloud, name, {"First": first, "Second": second, "Third": third, "Broken": broken(DependsOn="Third")}) == "ROLLBACK_COMPLETE"
    )
    assert happened(cloud, name, "DELETE_COMPLETE") == ["Third", "First"]
    assert happened(cloud, name, "DELETE_SKIPPED") == ["Second"]
    assert log_groups(cloud, name) == [f"{name}-2"]
    assert resources(cloud, name) == {}


@pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
def test_a_stack_that_was_rolled_back_can_only_be_deleted(cloud: LocalCloud, name: str, kind: str) -> None:
    assert create(cloud, name, {"Broken": broken()}) == "ROLLBACK_COMPLETE"
    words = "already exists and cannot be created again" if kind == "CREATE" else "is in ROLLBACK_COMPLETE state and can not be updated"
    with pytest.raises(ClientError, match=words):
        change(cloud, name, {"Group": group(name)}, kind=kind)
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        aws(cloud).update_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Group": group(name)}}))
    with pytest.raises(ClientError, match="already exists"):
        aws(cloud).create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Group": group(name)}}))
    assert delete(cloud, name) == "DELETE_COMPLETE"
    assert create(cloud, name, {"Group": group(name)}) == "CREATE_COMPLETE"


def test_a_rollback_stops_at_a_protected_database_and_keeps_what_it_needs(cloud: LocalCloud, name: str) -> None:
    other = group(f"{name}-other")
    made = {"Parameters": parameters(), "Database": database(name, DeletionPolicy="Snapshot"), "Other": other}
    assert create(cloud, name, {**made, "Broken": broken(DependsOn=["Database", "Other"])}) == "ROLLBACK_FAILED"
    assert resources(cloud, name) == {"Parameters": "CREATE_COMPLETE", "Database": "DELETE_FAILED"}
    (stack,) = aws(cloud).describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [Database]. "
    with pytest.raises(ClientError, match="is in ROLLBACK_FAILED state and can not be updated"):
        change(cloud, name, made)
    assert delete(cloud, name) == "DELETE_FAILED"
    assert aws(cloud, "rds").describe_db_snapshots(DBInstanceIdentifier=name)["DBSnapshots"] == []
    with pytest.raises(ClientError, match="is in DELETE_FAILED state and can not be updated"):
        change(cloud, name, made)
    unprotect(cloud, name)
    assert delete(cloud, name) == "DELETE_COMPLETE"
    assert len(aws(cloud, "rds").describe_db_snapshots(DBInstanceIdentifier=name)["DBSnapshots"]) == 1


def test_what_a_deletion_could_not_delete_can_be_kept_by_its_name(cloud: LocalCloud, name: str) -> None:
    assert create(cloud, name, {"Parameters": parameters(), "Database": database(name), "Other": group(name)}) == "CREATE_COMPLETE"
    assert delete(cloud, name) == "DELETE_FAILED"
    assert resources(cloud, name) == {"Parameters": "CREATE_COMPLETE", "Database": "DELETE_FAILED"}
    assert delete(cloud, name, RetainResources=["Database"]) == "DELETE_COMPLETE"
    unprotect(cloud, name)
    aws(cloud, "rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_without_a_rollback_the_next_change_creates_what_is_missing(cloud: LocalCloud, name: str) -> None:
    made = {"First": group(f"{name}-1"), "Second": broken(DependsOn="First")}
    assert create(cloud, name, made, DisableRollback=True) == "CREATE_FAILED"
    assert resources(cloud, name) == {"First": "CREATE_COMPLETE"}
    with pytest.raises(ClientError, match=r"non-terminal \[CREATE_FAILED\] state"):
        change(cloud, name, {**made, "Second": group(f"{name}-2")})
    assert change(cloud, name, {**made, "Third": group(f"{name}-3")}, DisableRollback=True) == "UPDATE_FAILED"
    assert change(cloud, name, {**made, "Second": group(f"{name}-2")}, DisableRollback=True) == "UPDATE_COMPLETE"
    assert log_groups(cloud, name) == [f"{name}-1", f"{name}-2"]


def test_a_stack_that_was_never_complete_is_deleted_by_the_policies_of_its_template(cloud: LocalCloud, name: str) -> None:
    made = {
        "Kept": group(f"{name}-1", DeletionPolicy="RetainExceptOnCreate"),
        "Gone": group(f"{name}-2"),
        "Broken": broken(DependsOn=["Kept", "Gone"]),
    }
    assert create(cloud, name, made, DisableRollback=True) == "CREATE_FAILED"
    assert delete(cloud, name) == "DELETE_COMPLETE"
    assert log_groups(cloud, name) == [f"{name}-1"]

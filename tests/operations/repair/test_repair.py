"""Which stacks count as unfinished, what stops their removal, and what it removes: small stacks under production's names."""

import json
import uuid
from typing import Any

import pytest

from tests.deployed import Run
from tests.operations.small_stacks import KEPT, Resources, group
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.server import LocalCloud
from tradingbot_infra.operations.repair import removal
from tradingbot_infra.operations.repair.history import History
from tradingbot_infra.operations.repair.unfinished import unfinished_stacks
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

CONFIG = load_config("production")
NETWORK, DATA, SERVICE, _, ACCOUNT = (stack.name for stack in CONFIG.stacks)
BROKEN = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::GetStackOutput": {"StackName": "none", "OutputName": "none"}}}}


def repository(name: str) -> Resources:
    return {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": name}, **KEPT}


def secret(name: str) -> Resources:
    return {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": name, "GenerateSecretString": {}}, **KEPT}


def create(session: Session, stack: str, resources: Resources, *, fails: bool = False, keep: bool = False) -> str:
    """The status of a new protected stack, which `fails` at its last resource; `keep` disables the rollback."""
    last = {"Broken": {**BROKEN, "DependsOn": list(resources)}} if fails else {}
    body = json.dumps({"Resources": {**resources, **last}})
    session.cloudformation.create_stack(StackName=stack, TemplateBody=body, EnableTerminationProtection=True, DisableRollback=keep)
    return status(session, stack)


def update(session: Session, stack: str, resources: Resources) -> str:
    named: Any = {"StackName": stack, "ChangeSetName": "change"}
    session.cloudformation.create_change_set(**named, TemplateBody=json.dumps({"Resources": resources}))
    session.cloudformation.execute_change_set(**named, DisableRollback=True)
    return status(session, stack)


def status(session: Session, stack: str) -> str:
    while True:
        (found,) = session.cloudformation.describe_stacks(StackName=stack)["Stacks"]
        if not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found["StackStatus"]


def unfinished(session: Session) -> list[tuple[str, str]]:
    return [(one.placed.name, one.status) for one in unfinished_stacks(session, CONFIG)]


def remove(session: Session) -> list[str]:
    announced: list[str] = []
    removal.remove(session, CONFIG, unfinished_stacks(session, CONFIG), announced.append)
    return announced


def groups(session: Session) -> list[str]:
    return [one["logGroupName"] for one in session.logs.describe_log_groups()["logGroups"]]


def test_a_stack_that_was_complete_once_is_never_unfinished(session: Session) -> None:
    assert create(session, NETWORK, {"Group": group("n")}) == "CREATE_COMPLETE"
    assert create(session, DATA, {"Group": group("d")}) == "CREATE_COMPLETE"
    assert update(session, DATA, {"Group": group("d"), "Broken": BROKEN}) == "UPDATE_FAILED"
    assert create(session, SERVICE, {"Group": group("s")}, fails=True) == "ROLLBACK_COMPLETE"
    assert unfinished(session) == [(SERVICE, "ROLLBACK_COMPLETE")]
    remove(session)
    assert unfinished(session) == []
    assert groups(session) == ["d", "n"]


def test_a_stack_that_an_update_completed_after_its_failed_creation_is_not_unfinished(session: Session) -> None:
    assert create(session, NETWORK, {"Group": group("n")}, fails=True, keep=True) == "CREATE_FAILED"
    assert unfinished(session) == [(NETWORK, "CREATE_FAILED")]
    assert update(session, NETWORK, {"Group": group("n"), "Other": group("o")}) == "UPDATE_COMPLETE"
    assert unfinished(session) == []


def test_a_stack_whose_beginning_is_forgotten_counts_as_complete_once(session: Session) -> None:
    create(session, NETWORK, {"Group": group("n")}, fails=True)
    (stack,) = unfinished_stacks(session, CONFIG)
    begun = [event for event in stack.history.events if event["ResourceStatus"] != "CREATE_IN_PROGRESS"]
    assert not History(tuple(begun)).never_complete


def test_what_a_stack_left_under_fixed_names_goes_with_it(session: Session) -> None:
    names = {name: f"{name}-{uuid.uuid4().hex[:6]}" for name in ("group", "repository", "secret")}
    made = {"Group": group(names["group"], **KEPT), "Repository": repository(names["repository"]), "Secret": secret(names["secret"])}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}, **KEPT}
    assert create(session, DATA, {**made, "Key": key}, fails=True, keep=True) == "CREATE_FAILED"
    (kept,) = removal.kept(unfinished_stacks(session, CONFIG), session)
    assert kept.startswith("KMS key ")
    announced = remove(session)
    assert announced[:2] == [f"Lifting the protections of {DATA}", f"Deleting {DATA}"]
    assert {line.split()[1] for line in announced[2:]} == {"log", "repository", "secret"}
    assert create(session, DATA, made) == "CREATE_COMPLETE"


def test_what_a_deletion_by_hand_left_is_found_too(session: Session) -> None:
    assert create(session, DATA, {"Group": group("g", **KEPT)}, fails=True, keep=True) == "CREATE_FAILED"
    session.cloudformation.update_termination_protection(StackName=DATA, EnableTerminationProtection=False)
    (stack,) = unfinished_stacks(session, CONFIG)
    session.cloudformation.delete_stack(StackName=DATA)
    assert status(session, stack.id) == "DELETE_COMPLETE"
    assert groups(session) == ["g"]
    assert remove(session) == ["Deleting log group g"]
    assert groups(session) == []


def test_what_a_destroyed_environment_left_stays(session: Session) -> None:
    assert create(session, DATA, {"Group": group("g", **KEPT)}) == "CREATE_COMPLETE"
    session.cloudformation.update_termination_protection(StackName=DATA, EnableTerminationProtection=False)
    session.cloudformation.delete_stack(StackName=DATA)
    session.cloudformation.get_waiter("stack_delete_complete").wait(StackName=DATA, WaiterConfig={"Delay": 1})
    assert create(session, DATA, {"Group": group("g", **KEPT)}) == "ROLLBACK_COMPLETE"
    assert remove(session) == [f"Lifting the protections of {DATA}", f"Deleting {DATA}"]
    assert groups(session) == ["g"], "it belongs to the deployment that was complete"


def test_a_complete_stack_of_the_account_is_in_nobodys_way(session: Session) -> None:
    assert create(session, ACCOUNT, {"Group": group("a")}) == "CREATE_COMPLETE"
    assert create(session, SERVICE, {"Group": group("s")}, fails=True) == "ROLLBACK_COMPLETE"
    assert remove(session) == [f"Lifting the protections of {SERVICE}", f"Deleting {SERVICE}"]
    assert groups(session) == ["a"]


@pytest.mark.parametrize("what", ["secret", "image", "user"])
def test_nothing_is_removed_if_data_would_be_lost(session: Session, what: str) -> None:
    made = {"Secret": secret("s"), "Repository": repository("repository")}
    if what == "user":
        assert create(session, SERVICE, {"Group": group("g")}) == "CREATE_COMPLETE"
    assert create(session, DATA, made, fails=True, keep=True) == "CREATE_FAILED"
    if what == "secret":
        session.secretsmanager.put_secret_value(SecretId="s", SecretString=uuid.uuid4().hex)
    if what == "image":
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []})
        session.ecr.put_image(repositoryName="repository", imageManifest=manifest, imageTag="v1")
    words = {"secret": "holds a value that somebody wrote", "image": "holds images", "user": f"{SERVICE} was complete once"}
    with pytest.raises(UserError, match=words[what]):
        remove(session)
    (stack,) = [one for one in session.cloudformation.describe_stacks()["Stacks"] if one["StackName"] == DATA]
    assert (stack["StackStatus"], stack["EnableTerminationProtection"]) == ("CREATE_FAILED", True)


def test_a_protected_database_of_an_unfinished_stack_goes_and_another_stays(session: Session) -> None:
    def database(name: str) -> Resources:
        properties = {"DBInstanceIdentifier": name, "DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": "20"}
        login = {"MasterUsername": "trader", "MasterUserPassword": uuid.uuid4().hex, "DeletionProtection": True}
        return {"Type": "AWS::RDS::DBInstance", "Properties": {**properties, **login}, "DeletionPolicy": "Snapshot"}

    assert create(session, "somebody-elses", {"Database": database("other")}) == "CREATE_COMPLETE"
    assert create(session, DATA, {"Database": database("own")}, fails=True) == "ROLLBACK_FAILED"
    remove(session)
    (left,) = session.rds.describe_db_instances()["DBInstances"]
    assert (left["DBInstanceIdentifier"], left["DeletionProtection"]) == ("other", True)
    assert len(session.rds.describe_db_snapshots(DBInstanceIdentifier="own")["DBSnapshots"]) == 1


def test_an_operation_under_way_is_waited_for_by_the_person(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = {"StackName": DATA, "StackId": "arn", "StackStatus": "ROLLBACK_IN_PROGRESS"}

    class Pages:
        def paginate(self) -> list[dict[str, Any]]:
            return [{"StackSummaries": [summary]}]

    monkeypatch.setattr(session.cloudformation, "get_paginator", lambda _name: Pages())
    monkeypatch.setattr(session, "in_region", lambda _region: session)
    with pytest.raises(UserError, match="is ROLLBACK_IN_PROGRESS: wait until CloudFormation is done"):
        unfinished_stacks(session, CONFIG)


def test_the_command_says_what_holds_data_and_removes_nothing(cloud: LocalCloud, session: Session, run: Run) -> None:
    create(session, DATA, {"Secret": secret("s")}, fails=True, keep=True)
    session.secretsmanager.put_secret_value(SecretId="s", SecretString=uuid.uuid4().hex)
    result = run("repair", "--env", "production", "--local", "--state-directory", str(cloud.state_directory), "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nothing was removed: secret arn:aws:secretsmanager:" in result.stderr
    assert "holds a value that somebody wrote" in result.stderr
    assert status(session, DATA) == "CREATE_FAILED"


def test_the_result_for_programs_lists_what_was_removed(cloud: LocalCloud, session: Session, run: Run) -> None:
    create(session, NETWORK, {"Group": group("g", **KEPT)}, fails=True, keep=True)
    result = run("repair", "--env", "production", "--local", "--state-directory", str(cloud.state_directory), "--yes", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"environment": "production", "removed": [f"stack {NETWORK} (CREATE_FAILED)", "log group g"]}


def test_deploy_refuses_where_a_stack_is_in_the_way_and_names_repair(cloud: LocalCloud, session: Session, run: Run) -> None:
    assert create(session, NETWORK, {"Group": group("g")}, fails=True) == "ROLLBACK_COMPLETE"
    result = run("deploy", "--env", "production", "--local", "--state-directory", str(cloud.state_directory), "--yes")
    assert result.exit_code == 1
    assert f"Nothing was changed: {NETWORK} is ROLLBACK_COMPLETE and was never complete. " in result.stderr
    assert "`tradingbot repair --env production --local` removes it" in result.stderr

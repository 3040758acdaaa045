"""`diff`: what a deployment to production would change, by the real CDK CLI."""

import json

import pytest

from tests.deployed import Deployed, RunApart

pytestmark = pytest.mark.local_cloud


def test_a_deployed_environment_does_not_differ_from_its_settings(deployed: Deployed, run_apart: RunApart) -> None:
    found = run_apart("diff", *deployed.options, "--fail")
    assert found.returncode == 0, found.stderr
    assert found.stdout == "production: every stack has these templates already; a deployment would change nothing\n"


def test_a_change_is_said_in_words_and_changes_nothing(deployed: Deployed, run_apart: RunApart) -> None:
    before = states(deployed)
    settings = ("enable_redis=false", "db_instance_class=db.t3.small", "ecr_pull_accounts=111111111111")
    changed = [word for setting in settings for word in ("-c", setting)]
    found = run_apart("diff", *deployed.options, *changed, "--fail", "--json")
    assert found.returncode == 1, found.stderr
    said = json.loads(found.stdout)
    assert (said["environment"], said["differs"]) == ("production", True)
    effects = {f"{one['stack']}.{one['resource']}": one["effect"] for one in said["changes"]}
    assert effects["DataStack.Redis"] == "removed"
    assert effects["DataStack.Postgres"] == "changed in place"
    assert {"lost"} <= {one["kind"] for one in said["findings"]}
    assert [one["what"] for one in said["widened"] if "111111111111" in one["what"]]
    assert {"DataStack/Database/Resource", "ServiceStack/Api/Service/Service"} <= {one["path"] for one in said["interrupted"]}
    assert float(said["cost"]["difference_usd"]) != 0
    assert [line for line in said["lock"] if "DataStack.Redis (AWS::ElastiCache::ReplicationGroup) is missing" in line]
    assert said["order"] == ["ServiceStack", "MonitoringStack", "DataStack", "NetworkStack"]
    assert states(deployed) == before


def states(deployed: Deployed) -> list[object]:
    """Status, time of the last update and open change sets of every stack."""
    cloudformation = deployed.session.cloudformation
    stacks = cloudformation.describe_stacks()["Stacks"]
    return [(one["StackName"], one["StackStatus"], one.get("LastUpdatedTime"), one.get("ChangeSetId")) for one in stacks]

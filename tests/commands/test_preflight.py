"""`preflight` on the deployed production: what is left to deploy is nothing, so what is there must not count against it."""

import json

import pytest

from tests.deployed import Deployed, Run

pytestmark = pytest.mark.local_cloud

LEFT_OPEN = {"most-tasks-fit", "alarms-heard"}
"""What the settings and a new account's quotas leave to a person; neither stops a deployment."""


def test_a_deployed_environment_can_be_deployed_again(deployed: Deployed, run: Run) -> None:
    result = run("preflight", *deployed.options, "--create-service-linked-roles", "--json")
    document = json.loads(result.stdout)
    assert {check["id"] for check in document["checks"] if check["outcome"] == "fail"} == LEFT_OPEN
    assert (result.exit_code, document["stops"]) == (1, False)
    assert document["identity"].startswith("arn:aws:iam::000000000000:")
    (quotas,) = (check for check in document["checks"] if check["id"] == "quotas")
    assert "Elastic IP addresses: 2 of 5" in [finding["found"] for finding in quotas["findings"]]


def test_each_check_is_a_line_with_its_next_step_below(deployed: Deployed, run: Run) -> None:
    result = run("preflight", *deployed.options)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("production in account 000000000000, region ap-southeast-2, as arn:aws:iam::000000000000:")
    at = lines.index("  fail           Somebody receives the alarms: alarm_emails is empty, so nobody receives an alarm")
    assert lines[at + 1] == '      next: set "alarm_emails" in config/environments.py'
    assert lines[-1].endswith(" not checkable")


def test_an_image_that_was_never_pushed_stops_a_deployment(deployed: Deployed, run: Run) -> None:
    result = run("preflight", *deployed.options, "-c", "image_tag=v9", "--json")
    document = json.loads(result.stdout)
    (image,) = (check for check in document["checks"] if check["id"] == "image")
    assert (image["outcome"], image["stops"], document["stops"]) == ("fail", True, True)

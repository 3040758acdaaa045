"""Hooks: Lambda functions that judge the new version through the test rule, and pauses."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.local_cloud.deployment_controller.events import Events
from tests.local_cloud.deployment_controller.releases import TEST_HEADER, Site, allow
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = [
    pytest.mark.local_cloud,
    # ministack leaves the pipes of a function's process to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

STAGE = "POST_TEST_TRAFFIC_SHIFT"
ASKS = """
import json, os, urllib.request
def handler(event, context):
    asked = urllib.request.Request("http://%s/", headers={"%s": "green"})
    with urllib.request.urlopen(asked) as answer:
        version = answer.read().decode()
    print(json.dumps(event))
    return {"hookStatus": "SUCCEEDED" if version == event["hookDetails"]["expected"] else "FAILED"}
"""


def name_of_function(shop: Site) -> str:
    return f"hook-{shop.cluster.name}"


def function(shop: Site, source: str) -> dict[str, Any]:
    """A Lambda function, as a hook names it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", source)
    made = call(
        "lambda",
        "CreateFunction",
        FunctionName=name_of_function(shop),
        Runtime="python3.13",
        Role=shop.role,
        Handler="index.handler",
        Timeout=30,
        Code={"ZipFile": archive.getvalue()},
    )
    return {"targetType": "AWS_LAMBDA", "hookTargetArn": made["FunctionArn"], "roleArn": shop.role, "lifecycleStages": [STAGE]}


def pause(**timeout: Any) -> dict[str, Any]:
    """A pause after the test traffic has moved."""
    return {"targetType": "PAUSE", "lifecycleStages": [STAGE], **({"timeoutConfiguration": timeout} if timeout else {})}


def hooked(*hooks: dict[str, Any]) -> dict[str, Any]:
    """What deploys with these hooks."""
    return {"deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": list(hooks)}}


@pytest.fixture
def running(shop: Site) -> Iterator[Site]:
    """A service with one task of its first version. The function of a test is deleted, which ends its process."""
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    yield shop
    with suppress(LocalApiError):
        call("lambda", "DeleteFunction", FunctionName=name_of_function(shop))


def waiting(shop: Site) -> dict[str, Any]:
    """The hook that waits."""
    shop.until(lambda: [each["status"] for each in shop.newest["lifecycleHookDetails"]] == ["AWAITING_ACTION"])
    (hook,) = shop.newest["lifecycleHookDetails"]
    return dict(hook)


def answer(shop: Site, hook_id: str, **action: str) -> None:
    """Answers a pause."""
    call("ecs", "ContinueServiceDeployment", serviceDeploymentArn=shop.newest["serviceDeploymentArn"], hookId=hook_id, **action)


@pytest.mark.parametrize(("expected", "status"), [("two", "SUCCESSFUL"), ("three", "ROLLBACK_SUCCESSFUL")])
def test_a_function_asks_the_new_version_through_the_test_rule_and_decides(running: Site, expected: str, status: str) -> None:
    hook = {**function(running, ASKS % (running.balancer.address, TEST_HEADER)), "hookDetails": {"expected": expected}}
    with running.traffic() as seen:
        running.deploy(running.version("two"), **hooked(hook))
        running.until_over(status)
    assert seen.failed == 0
    assert running.ask() == ("two" if status == "SUCCESSFUL" else "one")
    if status != "SUCCESSFUL":
        assert running.newest["statusReason"] == (
            f"Service deployment rolled back because {STAGE} lifecycle hook(s) failed."
            f" Lifecycle hook target {hook['hookTargetArn']} returned FAILED status."
        )
        assert seen.of("two") == 0


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def handler(event, context):\n    raise ValueError('no')", "due to: HookStatus must not be null."),
        ("def handler(event, context):\n    return {'hookStatus': 'FINE'}", "due to: FINE is no HookStatus."),
    ],
)
def test_a_function_that_gives_no_answer_rolls_back(running: Site, source: str, words: str) -> None:
    running.deploy(running.version("two"), **hooked(function(running, source)))
    running.until_over("ROLLBACK_SUCCESSFUL")
    assert running.newest["statusReason"].endswith(words)


def test_a_function_that_is_not_ready_is_called_again_with_what_it_gave(running: Site) -> None:
    source = """
def handler(event, context):
    count = event.get("hookDetails", {}).get("count", 0)
    if count == 2:
        return {"hookStatus": "SUCCEEDED"}
    return {"hookStatus": "IN_PROGRESS", "callBackDelay": 5, "hookDetails": {"count": count + 1}}
"""
    running.deploy(running.version("two"), **hooked(function(running, source)))
    running.until_over()


def test_a_role_that_may_not_invoke_the_function_rolls_back(running: Site) -> None:
    hook = function(running, "def handler(event, context):\n    return {'hookStatus': 'SUCCEEDED'}")
    allow(running.role.rpartition("/")[2], "elasticloadbalancing:*")
    running.deploy(running.version("two"), **hooked(hook))
    running.until_over("ROLLBACK_SUCCESSFUL")
    assert "is not authorized to perform: lambda:InvokeFunction on resource" in running.newest["statusReason"]


def test_a_pause_waits_until_it_is_continued_and_no_longer(running: Site, events: Events) -> None:
    running.deploy(running.version("two"), **hooked(pause(timeoutInMinutes=60, action="ROLLBACK")))
    hook = waiting(running)
    assert hook["hookId"].startswith("ecs-pause-")
    assert hook["timeoutAction"] == "ROLLBACK"
    assert running.ask() == "one"
    answer(running, hook["hookId"])
    running.until_over()
    assert running.ask() == "two"
    assert [each["eventName"] for each in events.of("ECS Hook State Change")] == ["HOOK_AWAITING_ACTION", "HOOK_SUCCEEDED"]
    with pytest.raises(LocalApiError, match="not allowed for service deployment in terminal states"):
        answer(running, hook["hookId"])


def test_a_pause_can_be_rolled_back(running: Site) -> None:
    running.deploy(running.version("two"), **hooked(pause()))
    hook = waiting(running)
    with pytest.raises(LocalApiError, match="hookId must follow the format"):
        answer(running, "mine")
    with pytest.raises(LocalApiError, match="either completed, unavailable, or not associated"):
        answer(running, "ecs-pause-other")
    answer(running, hook["hookId"], action="ROLLBACK")
    running.until_over("ROLLBACK_SUCCESSFUL")
    assert running.ask() == "one"


@pytest.mark.parametrize(("action", "status"), [("ROLLBACK", "ROLLBACK_SUCCESSFUL"), ("CONTINUE", "SUCCESSFUL")])
def test_a_pause_that_nobody_answers_does_what_its_time_out_says(running: Site, action: str, status: str) -> None:
    running.deploy(running.version("two"), **hooked(pause(timeoutInMinutes=1, action=action)))
    running.until_over(status)
    if action == "ROLLBACK":
        assert running.newest["statusReason"] == f"Service deployment rolled back because {STAGE} pause hook timed out."


def test_every_pause_of_a_stage_must_be_continued(running: Site) -> None:
    running.deploy(running.version("two"), **hooked(pause(), pause()))
    running.until(lambda: len(running.newest["lifecycleHookDetails"]) == 2)
    first, second = (each["hookId"] for each in running.newest["lifecycleHookDetails"])
    answer(running, first)
    running.until(lambda: running.newest["lifecycleHookDetails"][0]["status"] == "SUCCEEDED")
    assert running.newest["lifecycleStage"] == STAGE
    answer(running, second)
    running.until_over()


def test_production_hooks_run_again_on_the_way_back_with_the_weights_turned_round(running: Site) -> None:
    source = "def handler(event, context):\n    print(event)\n    return {'hookStatus': 'SUCCEEDED'}"
    hook = {**function(running, source), "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}
    configuration = hooked(hook)
    configuration["deploymentConfiguration"]["bakeTimeInMinutes"] = 30
    running.deploy(running.version("two"), **configuration)
    running.until_stage("BAKE_TIME")
    before = running.newest["lifecycleHookDetails"][0]["hookId"]
    call("ecs", "StopServiceDeployment", serviceDeploymentArn=running.newest["serviceDeploymentArn"], stopType="ROLLBACK")
    running.until_over("ROLLBACK_SUCCESSFUL")
    after = running.newest["lifecycleHookDetails"][0]
    assert (after["hookId"] != before, after["status"]) == (True, "SUCCEEDED")

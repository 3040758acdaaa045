"""An update of one parameter, by CloudFormation of the local cloud: the template stays, and so does every other value."""

import json
from collections.abc import Iterator

import pytest

from tests.deployed import session_of
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.deployment.image_update import Event, follow, newest_event, update_image
from tradingbot_infra.operations.live.stacks import LiveStack
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAME = "some-service"
TEMPLATE = {
    "Parameters": {"ImageTag": {"Type": "String", "Default": "none"}, "Other": {"Type": "String", "Default": "default"}},
    "Resources": {
        "Image": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/image", "Type": "String", "Value": {"Ref": "ImageTag"}}},
        "Other": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/other", "Type": "String", "Value": {"Ref": "Other"}}},
    },
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """An account with a stack that was deployed with another value of the other parameter."""
    with running(tmp_path_factory.mktemp("image-update")) as cloud:
        session = session_of(cloud)
        given = [{"ParameterKey": "ImageTag", "ParameterValue": "v2"}, {"ParameterKey": "Other", "ParameterValue": "chosen"}]
        session.cloudformation.create_stack(StackName=NAME, TemplateBody=json.dumps(TEMPLATE), Parameters=given)  # type: ignore[arg-type]  # of the right form
        session.cloudformation.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        yield session


def value(session: Session, name: str) -> str:
    """What the stack's template made of a parameter."""
    return session.ssm.get_parameter(Name=name)["Parameter"].get("Value", "")


def test_one_parameter_changes_and_events_are_shown_until_the_end(session: Session) -> None:
    stack = LiveStack("ServiceStack", "service", NAME, session.region, "CREATE_COMPLETE", "", {}, {"ImageTag": "v2", "Other": "chosen"})
    before, since = session.cloudformation.get_template(StackName=NAME)["TemplateBody"], newest_event(session, NAME)
    shown: list[Event] = []
    update_image(session, stack, "v1")
    assert follow(session, NAME, since, shown.append) == "UPDATE_COMPLETE"
    assert (value(session, "/image"), value(session, "/other")) == ("v1", "chosen")
    assert session.cloudformation.get_template(StackName=NAME)["TemplateBody"] == before
    (begun, *_, ended) = [event.status for event in shown if event.resource == NAME]
    assert (begun, ended) == ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    assert "Image" in {event.resource for event in shown}
    assert not [event for event in shown if event.status.startswith("CREATE")], "events of an earlier operation"
    assert all(event.status in event.line for event in shown)

"""Rules for AWS Step Functions, each on what complies and what does not."""

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.rules import step_functions
from tradingbot_infra.compliance.status import Status

GROUP = {"Fn::GetAtt": ["Group", "Arn"]}


def logging(**changes: object) -> dict[str, object]:
    return {"Level": "ALL", "IncludeExecutionData": False, "Destinations": [to(GROUP)], **changes}


def to(arn: object) -> dict[str, object]:
    return {"CloudWatchLogsLogGroup": {"LogGroupArn": arn}}


TRACED = {"TracingConfiguration": {"Enabled": True}}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"LoggingConfiguration": logging(), **TRACED}, Status.PASS),
        ({"LoggingConfiguration": {"Level": "ALL", "Destinations": [to(GROUP)]}, **TRACED}, Status.PASS),
        ({"LoggingConfiguration": logging()}, Status.FAIL),
        ({**TRACED}, Status.FAIL),
        ({"LoggingConfiguration": logging(Level="ERROR"), **TRACED}, Status.FAIL),
        ({"LoggingConfiguration": logging(Level={"Ref": "Level"}), **TRACED}, Status.NOT_ASSESSED),
        ({"LoggingConfiguration": logging(IncludeExecutionData=True), **TRACED}, Status.FAIL),
        ({"LoggingConfiguration": logging(Destinations=[]), **TRACED}, Status.FAIL),
        ({"LoggingConfiguration": logging(Destinations=[to({"Fn::GetAtt": ["Bucket", "Arn"]})]), **TRACED}, Status.FAIL),
        ({"LoggingConfiguration": logging(Destinations=[to({"Ref": "Elsewhere"})]), **TRACED}, Status.NOT_ASSESSED),
        ({"LoggingConfiguration": {"Ref": "AWS::NoValue"}, "TracingConfiguration": {"Enabled": False}}, Status.FAIL),
    ],
)
def test_a_state_machine_logs_every_event_without_its_data(properties: dict[str, object], status: Status) -> None:
    machine = resource("AWS::StepFunctions::StateMachine", properties)
    others = {"Group": resource("AWS::Logs::LogGroup"), "Bucket": resource("AWS::S3::Bucket")}
    assert judge(step_functions.logged, assembly_of({**others, "Machine": machine})) == {"Machine": status}

"""Rules for AWS Step Functions."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import at, is_false, is_true, listed, not_assessed, observe, seen
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import Assembly, Resource

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
LOG_GROUP = "AWS::Logs::LogGroup"


@rule(
    "states.logged",
    STATE_MACHINE,
    title="State machines log every event, without its data, to a log group of these stacks, and send traces",
    fix="Set level ALL, `include_execution_data=False` and a declared log group in the logging configuration, and enable tracing.",
)
def logged(machine: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(machine, "LoggingConfiguration.Level", lambda level: level == "ALL", "ALL")
    # Data of an execution may hold what an API answered, secrets included.
    expected = "false"
    yield observe(machine, "LoggingConfiguration.IncludeExecutionData", lambda value: value is None or is_false(value), expected)
    yield from _destination(machine, assembly)
    yield observe(machine, "TracingConfiguration.Enabled", is_true, "true")


def _destination(machine: Resource, assembly: Assembly) -> Iterator[Observation]:
    where, expected = "Properties.LoggingConfiguration.Destinations", "a log group of these stacks"
    destinations = at(machine.properties, "LoggingConfiguration.Destinations")
    arns = [at(each, "CloudWatchLogsLogGroup.LogGroupArn") for each in listed(destinations)]
    groups = [assembly.referred(arn) for arn in arns]
    if arns and None in groups:
        yield not_assessed(where, arns, expected)
    else:
        yield seen(where, arns, bool(arns) and all(group and group.type == LOG_GROUP for group in groups), expected)

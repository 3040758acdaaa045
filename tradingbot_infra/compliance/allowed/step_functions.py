"""What templates may hold of Step Functions."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::StepFunctions::StateMachine": allowed(
        *free(
            _OPEN,
            "Definition.**",
            "LoggingConfiguration.Destinations[].CloudWatchLogsLogGroup.LogGroupArn",
            "LoggingConfiguration.IncludeExecutionData",
            "LoggingConfiguration.Level",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags.**",
            "TracingConfiguration.Enabled",
        ),
    ),
}

"""What templates may hold of Step Functions: the state machine that replaces tasks after a change of the database password."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, computed, exactly, one, refers_to_the, required, tags
from tradingbot_infra.compliance.observe import at
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.password_rollout import definition
from tradingbot_infra.design.secrets import DATABASE_MASTER_SECRET
from tradingbot_infra.design.services import API
from tradingbot_infra.templates import Assembly, Resource

_REFERS_TO = {
    "cluster": ("ServiceStack/Cluster/Resource",),
    "service": ("ServiceStack/Api/Service/Service",),
    "secret": ("DataStack/Database/Resource", f"DataStack/{construct_id(DATABASE_MASTER_SECRET)}/Resource"),
}
"""What the definition may look at and change; the database's own secret is an attribute of the database."""


def _is_the_designs(value: Any, _: Resource, assembly: Assembly) -> TriState:
    states = at(value, "States", {}) if isinstance(value, Mapping) else {}
    named = {
        "cluster": at(states, "ReplaceTasks.Arguments.Cluster"),
        "service": at(states, "ReplaceTasks.Arguments.Service"),
        "secret": at(states, "DescribeSecret.Arguments.SecretId"),
    }
    targets = {name: assembly.referred(each) for name, each in named.items()}
    known = all(target and target.path in _REFERS_TO[name] for name, target in targets.items())
    return known and value == definition(**{name: str(each) for name, each in named.items()})


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::StepFunctions::StateMachine": allowed(
        *required(
            chosen("StateMachineName", lambda config: config.names.password_rollout(API.part), "the state machine's name"),
            exactly("StateMachineType", "EXPRESS"),
            refers_to_the("RoleArn", "ServiceStack/PasswordRollout/Role/Role/Resource"),
            computed("Definition", _is_the_designs, "the definition of design/password_rollout.py, about this cluster, service and secret"),
            exactly("LoggingConfiguration.Level", "ALL"),
            exactly("LoggingConfiguration.IncludeExecutionData", False),
            refers_to_the(
                "LoggingConfiguration.Destinations[].CloudWatchLogsLogGroup.LogGroupArn", "ServiceStack/PasswordRolloutLog/Resource"
            ),
            exactly("TracingConfiguration.Enabled", True),
        ),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
}

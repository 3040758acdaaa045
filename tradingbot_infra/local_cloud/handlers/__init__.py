"""CloudFormation handlers for types that ministack does not have, a module for each subject.

They call the local cloud's APIs (`in_process`), so boto3 shows what a stack creates. `completions` names those that extend
handlers of ministack's own. Where its APIs have no call, they use `ministack.records`.
"""

from collections.abc import Mapping, MutableMapping

from tradingbot_infra.local_cloud.handlers import (
    account_security,
    alarms,
    autoscaling,
    aws_config,
    backup,
    budgets,
    containers,
    instances,
    network,
    network_acls,
    recorded,
    scheduled_queries,
    security,
    security_groups,
    telemetry,
    trails,
)
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.handlers.resource import Handler, Resource
from tradingbot_infra.local_cloud.handlers.strictness import strict
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError

_MODULES = (
    account_security,
    alarms,
    autoscaling,
    aws_config,
    backup,
    budgets,
    containers,
    instances,
    network,
    network_acls,
    recorded,
    scheduled_queries,
    security,
    security_groups,
    telemetry,
    trails,
)

RESOURCES: Mapping[str, Resource] = {name: found for module in _MODULES for name, found in module.RESOURCES.items()}
"""CloudFormation type -> how its resources are created, changed and deleted."""

WAITING = frozenset({"AWS::ECS::Service", "AWS::RDS::DBInstance"})
"""Types whose handlers wait for work that goes on between requests; the server must be able to answer meanwhile."""


def register(registry: MutableMapping[str, Handler]) -> None:
    """Adds every handler to ministack's registry, extends those of its own that leave something out, and makes all refuse as AWS does.

    Raises:
        UnexpectedMinistackError: this ministack handles a type that we add, or not one that we complete; nothing has been changed.
    """
    known = sorted(RESOURCES.keys() & registry.keys())
    if known:
        raise UnexpectedMinistackError(f"it handles {', '.join(known)} itself, which handlers/ adds")
    missing = sorted(COMPLETIONS.keys() - registry.keys())
    if missing:
        raise UnexpectedMinistackError(f"it does not handle {', '.join(missing)}, which handlers/completions.py extends")
    registry.update({name: complete(registry[name]) for name, complete in COMPLETIONS.items()})
    registry.update({name: resource.handler() for name, resource in RESOURCES.items()})
    registry.update({name: strict(name, handler) for name, handler in registry.items()})

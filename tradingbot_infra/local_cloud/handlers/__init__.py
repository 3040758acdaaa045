"""CloudFormation handlers for the types ministack lacks, one module per domain.

Each speaks to ministack through its service API (`in_process`), so what a stack makes is what boto3 shows.
`completions` adds to handlers that ministack has, `records` is the one exception to the API.
"""

from collections.abc import Mapping, MutableMapping

from tradingbot_infra.local_cloud.handlers import (
    autoscaling,
    backup,
    containers,
    instances,
    network,
    network_acls,
    recorded,
    security,
    security_groups,
)
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.handlers.resource import Handler, Resource

_MODULES = (autoscaling, backup, containers, instances, network, network_acls, recorded, security, security_groups)

RESOURCES: Mapping[str, Resource] = {name: found for module in _MODULES for name, found in module.RESOURCES.items()}
"""CloudFormation type -> how it is made, changed and deleted."""


class AlreadyHandled(Exception):  # noqa: N818 - reads as the sentence it is
    """The registry has a handler for a type that ours would replace."""


class NotHandled(Exception):  # noqa: N818 - as above
    """The registry lacks a handler that ours would complete."""


def register(registry: MutableMapping[str, Handler]) -> None:
    """Adds every handler to ministack's registry, and completes those of its own that leave something out.

    Raises:
        AlreadyHandled: a newer ministack handles one of the types itself; nothing has been added then.
        NotHandled: this ministack has no handler to complete; nothing has been added then.
    """
    known = sorted(RESOURCES.keys() & registry.keys())
    if known:
        raise AlreadyHandled(f"ministack now handles {', '.join(known)} itself: remove ours from tradingbot_infra/local_cloud/handlers")
    missing = sorted(COMPLETIONS.keys() - registry.keys())
    if missing:
        raise NotHandled(f"ministack no longer handles {', '.join(missing)}: see tradingbot_infra/local_cloud/handlers/completions.py")
    registry.update({name: complete(registry[name]) for name, complete in COMPLETIONS.items()})
    registry.update({name: resource.handler() for name, resource in RESOURCES.items()})

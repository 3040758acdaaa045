"""CloudFormation handlers for the types ministack lacks, one module per domain.

Each speaks to ministack through its service API (`in_process`), so what a stack makes is what boto3 shows.
"""

from collections.abc import Mapping, MutableMapping

from tradingbot_infra.local_cloud.handlers import (
    backup,
    containers,
    instances,
    network,
    network_acls,
    recorded,
    security,
    security_groups,
)
from tradingbot_infra.local_cloud.handlers.resource import Handler, Resource

_MODULES = (backup, containers, instances, network, network_acls, recorded, security, security_groups)

RESOURCES: Mapping[str, Resource] = {name: found for module in _MODULES for name, found in module.RESOURCES.items()}
"""CloudFormation type -> how it is made, changed and deleted."""


class AlreadyHandled(Exception):  # noqa: N818 - reads as the sentence it is
    """The registry has a handler for a type that ours would replace."""


def register(registry: MutableMapping[str, Handler]) -> None:
    """Adds every handler to ministack's registry.

    Raises:
        AlreadyHandled: a newer ministack handles one of the types itself; nothing has been added then.
    """
    known = sorted(RESOURCES.keys() & registry.keys())
    if known:
        raise AlreadyHandled(f"ministack now handles {', '.join(known)} itself: remove ours from tradingbot_infra/local_cloud/handlers")
    registry.update({name: resource.handler() for name, resource in RESOURCES.items()})

"""What stands still, restarts or breaks connections while a deployment changes it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tradingbot_infra.operations.differences.changes import Change
from tradingbot_infra.operations.differences.cli_output import Effect

_SERVICE, _DATABASE, _CACHE = "AWS::ECS::Service", "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup"
_ENDING = frozenset({Effect.REPLACED, Effect.PERHAPS_REPLACED, Effect.REMOVED, Effect.LEFT})


@dataclass(frozen=True)
class Interruption:
    """One thing that is interrupted: the resource's stack and path, and in words what happens, with the source of it."""

    stack: str
    path: str
    what: str


@dataclass(frozen=True)
class _Row:
    """For a type. Of an update, what the change of one of `properties` does; empty for what its end does, by replacement or removal."""

    type: str
    properties: frozenset[str]
    what: Callable[[Change], str]


def interruptions(changes: Iterable[Change]) -> Iterator[Interruption]:
    """What each change interrupts; most interrupt nothing."""
    for change in changes:
        for row in _ROWS:
            if row.type == change.resource.type and _applies(row, change):
                yield Interruption(change.resource.stack, change.resource.path, row.what(change))


def _applies(row: _Row, change: Change) -> bool:
    if not row.properties:
        return change.effect in _ENDING
    return change.effect is Effect.UPDATED and bool(row.properties & set(change.properties))


def _says(text: str) -> Callable[[Change], str]:
    return lambda _change: text


def _new_tasks(change: Change) -> str:
    least = (change.new or {}).get("DeploymentConfiguration", {}).get("MinimumHealthyPercent", 100)
    if least >= 100:
        return "every task is replaced, the new ones first; requests go on, work inside a task must end within its stop timeout"
    return f"every task is replaced; down to {least} percent of them run meanwhile"


def _class_or_version(change: Change) -> str:
    standby = (change.old or {}).get("MultiAZ") and "DBInstanceClass" in change.properties
    length = "about a minute, while the standby takes over" if standby else "minutes"
    changed = " and ".join(sorted({"DBInstanceClass", "EngineVersion"} & set(change.properties)))
    return f'{changed} changes: the database does not answer for {length} (RDS User Guide, "Settings for DB instances")'


def _nodes(change: Change) -> str:
    single = (change.new or {}).get("NumCacheClusters", 1) == 1
    how = "does not answer for minutes, and may lose what it holds" if single else "breaks connections when the primary moves"
    return f'new nodes: Redis {how} (ElastiCache User Guide, "Scaling", "Version Management")'


_ROWS = (
    _Row(_SERVICE, frozenset({"TaskDefinition", "NetworkConfiguration", "PlatformVersion", "LoadBalancers"}), _new_tasks),
    _Row(_SERVICE, frozenset(), _says("the API does not answer until a new service runs")),
    _Row(_DATABASE, frozenset({"DBInstanceClass", "EngineVersion"}), _class_or_version),
    _Row(_DATABASE, frozenset({"Port"}), _says("the port changes: the database reboots at once")),
    _Row(
        _DATABASE,
        frozenset({"DBParameterGroupName", "CACertificateIdentifier"}),
        _says('it may have to be rebooted before the change is in force (RDS User Guide, "Settings for DB instances")'),
    ),
    _Row(_DATABASE, frozenset(), _says("the database that the tasks use ends; another one starts empty")),
    _Row(
        "AWS::RDS::DBParameterGroup",
        frozenset({"Parameters"}),
        _says("static parameters are in force only after a reboot of the database, which nothing here does"),
    ),
    _Row(_CACHE, frozenset({"CacheNodeType", "EngineVersion"}), _nodes),
    _Row(_CACHE, frozenset(), _says("the cache that the tasks use ends with what it holds")),
    _Row("AWS::ElasticLoadBalancingV2::LoadBalancer", frozenset(), _says("its address ends; open connections are cut")),
    _Row("AWS::ElasticLoadBalancingV2::Listener", frozenset(), _says("its port answers nobody until a new listener is there")),
    _Row("AWS::EC2::NatGateway", frozenset(), _says("connections of tasks to the internet through it are cut")),
    _Row("AWS::EC2::Instance", frozenset(), _says("connections of tasks to the internet through it are cut")),
)
"""RDS: RDS User Guide, "Settings for DB instances", column on downtime. ECS: API Reference, UpdateService, which says of each
parameter whether it triggers a new deployment."""

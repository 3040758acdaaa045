"""What a change of each setting may find, with the reason. Every other setting changes without a finding.

`there` is a change of the environment's value to another, `back` the change of that to the environment's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from tradingbot_infra.lifecycle.finding import Finding


@dataclass(frozen=True)
class Explained:
    """Why the findings of a setting are as they should be, and these: `KIND STACK.LOGICALID`, with `*`."""

    why: str
    there: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


_IN_PUBLIC = Explained(
    "the old subnet keeps its addresses, and the old NAT gateway its Elastic IP address. Build another environment",
    ("refused NetworkStack.Vpc*Subnet*",),
    ("refused NetworkStack.Vpc*Subnet*",),
)
_ELSEWHERE = Explained(
    "a subnet cannot move: what is in it loses it, and its addresses are taken. Build another environment",
    (*_IN_PUBLIC.there, "cut *"),
    (*_IN_PUBLIC.back, "cut *"),
)


def _with(row: Explained, *patterns: str) -> Explained:
    """The row with further findings in both directions."""
    return Explained(row.why, (*row.there, *patterns), (*row.back, *patterns))


_OF_DATABASE, _OF_CACHE = "refused DataStack.DatabaseSubnets", "refused DataStack.CacheSubnets"
_DATABASE = Explained(
    "RDS fixes it at creation, and the instance has a fixed name. Create it in PostgreSQL, or restore into another environment",
    ("refused DataStack.Postgres",),
    ("refused DataStack.Postgres",),
)
_TURNED_OFF = "the log group stays with its name where retain_data is true; --import-existing-resources adopts it when it comes back"
_SHORTER = "a shorter retention deletes what is older, which is what it is for"

EXPLAINED: Mapping[str, Explained] = MappingProxyType(
    {
        "adopt_secret_arns": Explained(
            "the stack's own secret goes where another is adopted",
            ("left behind DataStack.*Secret", "lost DataStack.*Secret", "lost DataStack.SecretsKey"),
            ("refused DataStack.*Secret",),
        ),
        "alb_access_log_days": Explained(_SHORTER, ("lost DataStack.AccessLogsBucket",), ("lost DataStack.AccessLogsBucket",)),
        "alb_access_logs": Explained("without retain_data the bucket goes with the setting", back=("lost DataStack.AccessLogsBucket",)),
        "audit_log_days": Explained(_SHORTER, ("lost AccountSecurityStack.Audit*Bucket",), ("lost AccountSecurityStack.Audit*Bucket",)),
        "availability_zones": _with(_IN_PUBLIC, _OF_DATABASE, _OF_CACHE),
        "backup_plan": Explained(
            "a vault with recovery points stays; --import-existing-resources adopts it when it comes back",
            ("left behind DataStack.BackupVault",),
            ("refused DataStack.BackupVault", "left behind DataStack.BackupVault"),
        ),
        "cache_subnet_cidrs": _with(_ELSEWHERE, _OF_CACHE),
        "container_port": Explained(
            "one port closes as the other opens. `deploy` keeps the former one open meanwhile, by retiring_container_port",
            ("cut NetworkStack.NetworkAclsPrivate*",),
            ("cut NetworkStack.NetworkAclsPrivate*",),
        ),
        "database_subnet_cidrs": _with(_ELSEWHERE, _OF_DATABASE),
        "db_allocated_storage_gib": Explained(
            "RDS storage never shrinks, and grows by at least a tenth", ("refused DataStack.Postgres",), ("refused DataStack.Postgres",)
        ),
        "db_backup_retention_days": Explained(_SHORTER, ("lost DataStack.Postgres",), ("lost DataStack.Postgres",)),
        "db_credentials": Explained(
            "the password changes with its secret, so trading is stopped meanwhile (docs/operations.md); nobody else uses that secret",
            back=("lost DataStack.DatabaseMasterSecret", "cut DataStack.DatabaseMasterSecret"),
        ),
        "db_engine_version": Explained(
            "RDS never downgrades, and stops the database for an upgrade", ("refused DataStack.Postgres",), ("cut DataStack.Postgres",)
        ),
        "db_instance_class": Explained("the database restarts", ("cut DataStack.Postgres",), ("cut DataStack.Postgres",)),
        "db_master_username": _DATABASE,
        "db_name": _DATABASE,
        "ecr_max_images": Explained(_SHORTER, ("lost DataStack.Repository",), ("lost DataStack.Repository",)),
        "chat": Explained(_TURNED_OFF, back=("left behind MonitoringStack.TelegramLog", "lost MonitoringStack.TelegramLog")),
        "deployment_strategy": Explained(
            f"{_TURNED_OFF}; alarms watch the second target group until MonitoringStack is deployed",
            back=(
                "cut ServiceStack.TrafficGreen*",
                "left behind ServiceStack.DeploymentCheckLog",
                "lost ServiceStack.DeploymentCheckLog",
            ),
        ),
        "enable_redis": Explained(
            f"a cache is memory, and its last snapshot stays where retain_data is true; {_TURNED_OFF}",
            ("lost DataStack.Redis*", "left behind DataStack.Redis*Log"),
            ("refused DataStack.Redis*Log", "lost DataStack.Redis*"),
        ),
        "health_check_path": Explained(
            "an image that answers on both paths comes first",
            ("cut ServiceStack.LoadBalancerPublicListenerECSGroup*",),
            ("cut ServiceStack.LoadBalancerPublicListenerECSGroup*",),
        ),
        "log_retention_days": Explained(_SHORTER, ("lost *Log*",), ("lost *Log*",)),
        "nat_allocation_ids": Explained(
            "the stack's own address goes where another is adopted; it stays in the account where retain_data is true",
            ("left behind NetworkStack.Vpc*EIP*", "lost NetworkStack.Vpc*EIP*"),
        ),
        "nat_gateways": Explained(
            "0 closes the way out, which is what it is for; 3 need a third zone, and with it other subnets",
            ("cut NetworkStack.Vpc*DefaultRoute*", "refused NetworkStack.Vpc*Subnet*", _OF_DATABASE),
            ("refused NetworkStack.Vpc*Subnet*", _OF_DATABASE),
        ),
        "nat_type": Explained(
            "an elastic address is at one place at a time: close the way out in between, by nat_gateways=0",
            ("refused NetworkStack.VpcNatAddress*",),
            ("refused NetworkStack.Vpc*NATGateway*",),
        ),
        "private_subnet_cidrs": _ELSEWHERE,
        "public_subnet_cidrs": _IN_PUBLIC,
        "redis_automatic_failover": Explained(
            "ElastiCache takes a replica and failover in two changes only", ("refused DataStack.Redis",), ("refused DataStack.Redis",)
        ),
        "redis_engine_version": Explained(
            "ElastiCache never downgrades, and upgrades at once", ("cut DataStack.Redis",), ("refused DataStack.Redis",)
        ),
        "redis_node_type": Explained("other nodes take over", ("cut DataStack.Redis",), ("cut DataStack.Redis",)),
        "redis_nodes": Explained(
            "ElastiCache takes a replica and failover in two changes only", ("refused DataStack.Redis",), ("refused DataStack.Redis",)
        ),
        "redis_snapshot_retention_days": Explained(_SHORTER, ("lost DataStack.Redis",), ("lost DataStack.Redis",)),
        "redis_transit_encryption": Explained(
            "an AUTH token cannot be removed: remove the cache and create it again",
            ("refused DataStack.Redis",),
            ("refused DataStack.Redis",),
        ),
        "vpc_cidr": _with(_ELSEWHERE, _OF_DATABASE, _OF_CACHE),
        "waf": Explained(
            _TURNED_OFF, ("left behind ServiceStack.WebAclLog",), ("refused ServiceStack.WebAclLog", "lost ServiceStack.WebAclLog")
        ),
    }
)

ANOTHER_ENVIRONMENT = frozenset({"project"})
"""Settings whose other values name other stacks: nothing is updated."""


def unexplained(keys: Iterable[str], direction: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of a change of settings, `there` or `back`, that none of them explains."""
    rows = [EXPLAINED[key] for key in keys if key in EXPLAINED]
    patterns = [pattern for row in rows for pattern in (row.there if direction == "there" else row.back)]
    return tuple(finding for finding in findings if not any(matches(finding, pattern) for pattern in patterns))


def matches(finding: Finding, pattern: str) -> bool:
    """Whether a finding has the kind and the place of a pattern."""
    return fnmatchcase(f"{finding.kind} {finding.stack}.{finding.logical_id}", pattern)

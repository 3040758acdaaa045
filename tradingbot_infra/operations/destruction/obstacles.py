"""Why an environment must not be destroyed now: somebody else uses it, or the deletion would stop half-way."""

import json
from collections.abc import Callable, Iterator, Sequence

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import ACCOUNT
from tradingbot_infra.operations.destruction.fate import Ending, Held
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session

_OF_SERVICE = "ecs-svc/"
"""How ECS marks the tasks that a service started (ECS API Reference, Task, `startedBy`)."""


def obstacles(session: Session, config: EnvironmentConfig, held: Sequence[Held]) -> tuple[str, ...]:
    """One line each, with what to do; nothing if the environment can go."""
    of_stacks = tuple(_readers(session, config))
    return (*of_stacks, *(line for one in held if one.type in _BY_TYPE for line in _asked(_BY_TYPE[one.type], session, one)))


def other_environments(session: Session, config: EnvironmentConfig) -> tuple[str, ...]:
    """The other environments of this project that have a stack in the account, in the region of this one."""
    return tuple(dict.fromkeys(other for other, _ in _others(session, config) if other != ACCOUNT))


def _readers(session: Session, config: EnvironmentConfig) -> Iterator[str]:
    """Stacks of other environments whose templates name a stack of this one: they read its outputs."""
    own = sorted(stack.name for stack in config.stacks)
    for _, name in _others(session, config):
        if name not in own:
            template = json.dumps(session.cloudformation.get_template(StackName=name)["TemplateBody"], default=str)
            yield from (f"{name} reads outputs of {one}: deploy it without them first" for one in own if f'"{one}"' in template)


def _others(session: Session, config: EnvironmentConfig) -> list[tuple[str, str]]:
    """The stacks of this project that belong to another environment or to the account, with what they belong to."""
    names = [stack["StackName"] for page in session.cloudformation.get_paginator("describe_stacks").paginate() for stack in page["Stacks"]]
    others = [other for other in (*ENVIRONMENTS, ACCOUNT) if other != config.environment]
    return [(other, name) for other in others for name in names if name.startswith(_beginning(config, other))]


def _beginning(config: EnvironmentConfig, environment: str) -> str:
    return Names(project=config.names.project, environment=environment).stack("")


def _asked(ask: "Callable[[Session, Held], Iterator[str]]", session: Session, held: Held) -> Iterator[str]:
    """What somebody deleted by hand is in nobody's way."""
    try:
        yield from ask(session.in_region(held.stack.region), held)
    except Exception as error:
        if not is_missing(error):
            raise


def _repository(session: Session, held: Held) -> Iterator[str]:
    if held.ending is Ending.STAYS:
        return
    try:
        policy = json.loads(session.ecr.get_repository_policy(repositoryName=held.physical_id)["policyText"])
    except Exception as error:
        if not is_missing(error):
            raise
        return
    accounts = sorted({one for one in _accounts(policy) if one != session.account})
    if accounts:
        yield f"account {', '.join(accounts)} pulls images from {held.physical_id}, which would go: deploy without ecr_pull_accounts first"


def _accounts(policy: dict[str, object]) -> Iterator[str]:
    """The accounts that a policy names, by their 12 digits."""
    for part in json.dumps(policy).replace('"', ":").split(":"):
        if len(part) == 12 and part.isdecimal():
            yield part


def _database(session: Session, held: Held) -> Iterator[str]:
    (found,) = session.rds.describe_db_instances(DBInstanceIdentifier=held.physical_id)["DBInstances"]
    if found["DBInstanceStatus"] in ("stopped", "stopping"):
        start = f"`aws rds start-db-instance --db-instance-identifier {held.physical_id}` first"
        yield f"{held.physical_id} is {found['DBInstanceStatus']}, and RDS takes no last snapshot of it: {start}"


def _subnet_group(session: Session, held: Held) -> Iterator[str]:
    """Of RDS: another instance in it, such as one restored beside, keeps it and its security group from being deleted."""
    pages = session.rds.get_paginator("describe_db_instances").paginate()
    inside = (
        one for page in pages for one in page["DBInstances"] if one.get("DBSubnetGroup", {}).get("DBSubnetGroupName") == held.physical_id
    )
    for name in sorted(one["DBInstanceIdentifier"] for one in inside):
        if name != held.stack.names.database:
            own = name == held.stack.names.restored_database
            by_hand = f"`aws rds delete-db-instance --db-instance-identifier {name} --skip-final-snapshot`"
            delete = f"`tradingbot recovery finish --env {held.stack.names.environment}`" if own else by_hand
            yield f"database {name} is in the same subnets and not of this deployment: save what it holds, then {delete}"


def _cache_subnets(session: Session, held: Held) -> Iterator[str]:
    pages = session.elasticache.get_paginator("describe_cache_clusters").paginate()
    inside = (one for page in pages for one in page["CacheClusters"] if one.get("CacheSubnetGroupName") == held.physical_id)
    for name in sorted({one.get("ReplicationGroupId") or one["CacheClusterId"] for one in inside} - {held.stack.names.redis}):
        delete = f"`aws elasticache delete-replication-group --replication-group-id {name}`"
        yield f"cache {name} is in the same subnets and not of this deployment: save what it holds, then {delete}"


def _cluster(session: Session, held: Held) -> Iterator[str]:
    """ECS deletes no cluster in which tasks run that no service stops (API Reference, DeleteCluster)."""
    arns = [arn for page in session.ecs.get_paginator("list_tasks").paginate(cluster=held.physical_id) for arn in page["taskArns"]]
    for start in range(0, len(arns), 100):
        for task in session.ecs.describe_tasks(cluster=held.physical_id, tasks=arns[start : start + 100])["tasks"]:
            if not task.get("startedBy", "").startswith(_OF_SERVICE) and not task.get("group", "").startswith("service:"):
                name = task["taskArn"].rpartition("/")[2]
                stop = f"`aws ecs stop-task --cluster {held.physical_id} --task {name}`"
                yield f"task {name} runs by itself, started by {task.get('startedBy') or 'somebody'}: wait for its end, or {stop}"


def _vault(session: Session, held: Held) -> Iterator[str]:
    points = session.backup.describe_backup_vault(BackupVaultName=held.physical_id).get("NumberOfRecoveryPoints", 0)
    if points and held.ending is not Ending.STAYS:
        yield f"vault {held.physical_id} holds {points} recovery points, and AWS Backup deletes no vault that holds any: delete them first"


_BY_TYPE = {
    "AWS::Backup::BackupVault": _vault,
    "AWS::ECR::Repository": _repository,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ElastiCache::SubnetGroup": _cache_subnets,
    "AWS::RDS::DBInstance": _database,
    "AWS::RDS::DBSubnetGroup": _subnet_group,
}

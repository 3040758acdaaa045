"""What keeps a stack from being deleted: its own protection, and that of databases and load balancers in it."""

from collections.abc import Callable

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.live.stacks import StackResource, stack_resources
from tradingbot_infra.operations.session import Session

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_DATABASE = "AWS::RDS::DBInstance"


def lift(session: Session, stack: str) -> None:
    """The termination protection of a stack, by its name or ARN, and the deletion protection of what it holds. Of no other."""
    session.cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    for resource in stack_resources(session, stack):
        lifting = _LIFTING.get(resource.type)
        if lifting:
            _unless_missing(lifting, session, resource)


def _unless_missing(lifting: Callable[[Session, str], None], session: Session, resource: StackResource) -> None:
    """Somebody may have deleted it by hand."""
    try:
        lifting(session, resource.physical_id)
    except Exception as error:
        if not is_missing(error):
            raise


def _of_database(session: Session, name: str) -> None:
    (found,) = session.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    if not found.get("DeletionProtection"):
        return
    session.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name)
    session.rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True)


def _of_balancer(session: Session, arn: str) -> None:
    session.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}]
    )


_LIFTING = {_DATABASE: _of_database, _BALANCER: _of_balancer}

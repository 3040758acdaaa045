"""Attributes of resources that no id shows: services chose them."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.compliance.physical import PhysicalIds
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly


def read_attributes(session: Session, deployed: Assembly, ids: PhysicalIds) -> Mapping[str, str]:
    """The default security group of each VPC and the password's secret of each database, by reference."""
    return dict((*_default_groups(session, deployed, ids), *_passwords(session, deployed, ids)))


def _default_groups(session: Session, deployed: Assembly, ids: PhysicalIds) -> Iterator[tuple[str, str]]:
    for vpc in deployed.of_type("AWS::EC2::VPC"):
        vpc_id = ids.of(vpc.stack, vpc.logical_id) or ""
        answer = session.ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
        )
        for group in answer["SecurityGroups"]:
            yield f"${{{vpc.stack}.{vpc.logical_id}.DefaultSecurityGroup}}", group["GroupId"]


def _passwords(session: Session, deployed: Assembly, ids: PhysicalIds) -> Iterator[tuple[str, str]]:
    for database in deployed.of_type("AWS::RDS::DBInstance"):
        name = ids.of(database.stack, database.logical_id) or ""
        for found in session.rds.describe_db_instances(Filters=[{"Name": "db-instance-id", "Values": [name]}])["DBInstances"]:
            if "MasterUserSecret" in found:
                yield f"${{{database.stack}.{database.logical_id}.MasterUserSecret.SecretArn}}", found["MasterUserSecret"]["SecretArn"]

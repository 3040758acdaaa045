"""All security groups and every rule between them, in one place: least privilege in both directions (DESIGN, Network)."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.constructs.stateful import pin

POSTGRES_PORT = 5432
REDIS_PORT = 6379


class SecurityGroups(Construct):
    """Load balancer, tasks, database and, where there is one, Redis."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, container_port: int, redis: bool) -> None:
        super().__init__(scope, construct_id)
        self._vpc = vpc
        self.alb = self._group("Alb", "Load balancer: HTTP and HTTPS from anywhere, out to the tasks only")
        self.ecs = self._group("Ecs", "Tasks: from the load balancer only, out to HTTPS, PostgreSQL and Redis")
        self.rds = self._group("Rds", "PostgreSQL: from the tasks only")
        self.redis = self._group("Redis", "Redis: from the tasks only") if redis else None

        for port in (80, 443):
            self.alb.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), "Anyone")
        self._allow(self.alb, self.ecs, container_port, "load balancer to tasks")
        self.ecs.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "Exchange, AI and AWS APIs")
        self._allow(self.ecs, self.rds, POSTGRES_PORT, "tasks to PostgreSQL")
        if self.redis:
            self._allow(self.ecs, self.redis, REDIS_PORT, "tasks to Redis")

    def for_vpc_endpoints(self) -> ec2.SecurityGroup:
        """A group for interface endpoints: HTTPS from the tasks only. The tasks' own rule to 443 covers the way out."""
        group = self._group("Endpoints", "VPC endpoints: HTTPS from the tasks only")
        group.add_ingress_rule(self.ecs, ec2.Port.tcp(443), "tasks to VPC endpoints")
        return group

    def _group(self, name: str, description: str) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(self, f"{name}SecurityGroup", vpc=self._vpc, description=description, allow_all_outbound=False)
        pin(group, f"{name}SecurityGroup")
        return group

    @staticmethod
    def _allow(source: ec2.SecurityGroup, target: ec2.SecurityGroup, port: int, description: str) -> None:
        source.add_egress_rule(target, ec2.Port.tcp(port), description)
        target.add_ingress_rule(source, ec2.Port.tcp(port), description)

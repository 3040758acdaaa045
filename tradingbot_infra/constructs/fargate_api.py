"""The service behind its load balancer: ApplicationLoadBalancedFargateService, scaled by load and by schedule."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as appscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from constructs import Construct

from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig
from tradingbot_infra.config.sections.scaling import ScalingConfig
from tradingbot_infra.config.sections.task import TaskConfig
from tradingbot_infra.constructs.target_group import configure
from tradingbot_infra.constructs.vpc import tier
from tradingbot_infra.design.connections import IDLE_SECONDS
from tradingbot_infra.design.load_balancing import ACCESS_LOG_PREFIX
from tradingbot_infra.design.services import DeploymentKind


class LoadBalancer(elbv2.ApplicationLoadBalancer):
    """Internet-facing, in the public tier; it drops invalid headers and requests that servers may read in several ways."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        deletion_protection: bool,
        desync_mitigation_mode: str,
        access_logs_bucket: s3.IBucket | None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            vpc=vpc,
            vpc_subnets=tier("public"),
            internet_facing=True,
            security_group=security_group,
            deletion_protection=deletion_protection,
            idle_timeout=cdk.Duration.seconds(IDLE_SECONDS),
            drop_invalid_header_fields=True,
            desync_mitigation_mode=elbv2.DesyncMitigationMode[desync_mitigation_mode.upper()],
        )
        if access_logs_bucket:
            # Set as attributes: the CDK's own method would also grant an AWS-owned account access to the bucket.
            self.set_attribute("access_logs.s3.enabled", "true")
            self.set_attribute("access_logs.s3.bucket", access_logs_bucket.bucket_name)
            self.set_attribute("access_logs.s3.prefix", ACCESS_LOG_PREFIX)


class FargateApi(ecs_patterns.ApplicationLoadBalancedFargateService):
    """The API service. ECS rolls back a deployment that does not become healthy.

    `forwarding` is the listener that forwards to the tasks.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        cluster: ecs.ICluster,
        load_balancer: elbv2.ApplicationLoadBalancer,
        task_definition: ecs.FargateTaskDefinition,
        security_group: ec2.ISecurityGroup,
        deployment: DeploymentKind,
        task: TaskConfig,
        scaling: ScalingConfig,
        balancing: LoadBalancerConfig,
    ) -> None:
        fewest, most = deployment.healthy_percent
        super().__init__(
            scope,
            construct_id,
            service_name=name,
            cluster=cluster,
            load_balancer=load_balancer,
            task_definition=task_definition,
            security_groups=[security_group],
            task_subnets=tier("private"),
            assign_public_ip=False,
            # All rules are in SecurityGroups; an open listener would add one.
            open_listener=False,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            min_healthy_percent=fewest,
            max_healthy_percent=most,
            health_check_grace_period=cdk.Duration.seconds(balancing.health_check_grace_seconds),
            enable_execute_command=task.enable_execute_command,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_ecs_managed_tags=True,
            platform_version=ecs.FargatePlatformVersion.LATEST,
        )
        configure(self.target_group, balancing)
        self.forwarding: elbv2.ApplicationListener = self.listener
        if balancing.certificate_arn:
            self.forwarding = self._serve_https(balancing.certificate_arn, balancing.domain_name)
        if balancing.domain_name and balancing.hosted_zone_id:
            self._name(balancing.domain_name, balancing.hosted_zone_id)
        self._scale(scaling)
        self._rebalance(scaling)
        for output in ("LoadBalancerDNS", "ServiceURL"):
            # The stack publishes the address as LoadBalancerAddress instead.
            self.node.try_remove_child(output)

    def _serve_https(self, certificate_arn: str, domain_name: str | None) -> elbv2.ApplicationListener:
        """A listener on 443, and a redirect on 80.

        The pattern's own way moves its listener from 80 to 443 and puts a new one on 80. CloudFormation cannot undo that: the first
        listener goes back before the new one is deleted. Here both listeners keep their ports, and the other one always forwards
        before this one stops.
        """
        https = self.load_balancer.add_listener(
            "HttpsListener",
            port=443,
            open=False,
            certificates=[elbv2.ListenerCertificate.from_arn(certificate_arn)],
            ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS,
            default_target_groups=[self.target_group],
        )
        http = cast("elbv2.CfnListener", self.listener.node.default_child)
        http.default_actions = [
            elbv2.CfnListener.ActionProperty(
                type="redirect",
                redirect_config=elbv2.CfnListener.RedirectConfigProperty(
                    # Without a name of the team's, the host that the client asked for.
                    protocol="HTTPS",
                    host=domain_name,
                    port="443",
                    status_code="HTTP_301",
                ),
            )
        ]
        http.node.add_dependency(https)
        return https

    def _name(self, domain_name: str, hosted_zone_id: str) -> None:
        """An alias of the load balancer, which has IPv4 addresses only."""
        route53.CfnRecordSet(
            self,
            "Alias",
            hosted_zone_id=hosted_zone_id,
            name=domain_name,
            type="A",
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=self.load_balancer.load_balancer_dns_name,
                hosted_zone_id=self.load_balancer.load_balancer_canonical_hosted_zone_id,
            ),
        )

    def _rebalance(self, scaling: ScalingConfig) -> None:
        # The pattern does not pass it on.
        service = cast("ecs.CfnService", self.service.node.default_child)
        service.availability_zone_rebalancing = "ENABLED" if scaling.availability_zone_rebalancing else "DISABLED"

    def _scale(self, scaling: ScalingConfig) -> None:
        tasks = self.service.auto_scale_task_count(min_capacity=scaling.min_tasks, max_capacity=scaling.max_tasks)
        if scaling.max_tasks > scaling.min_tasks:
            tasks.scale_on_cpu_utilization("Cpu", target_utilization_percent=scaling.autoscaling_target_cpu)
            tasks.scale_on_memory_utilization("Memory", target_utilization_percent=scaling.autoscaling_target_memory)
        if scaling.scale_down_out_of_hours:
            self._schedule(tasks, "OfficeHoursEnd", scaling.office_hours_end, scaling.time_zone, fewest=0, most=0)
            self._schedule(
                tasks, "OfficeHoursStart", scaling.office_hours_start, scaling.time_zone, fewest=scaling.min_tasks, most=scaling.max_tasks
            )

    @staticmethod
    def _schedule(tasks: ecs.ScalableTaskCount, name: str, clock: str, time_zone: str, *, fewest: int, most: int) -> None:
        # Weekdays only: tasks that stop on Friday evening start again on Monday morning.
        hour, minute = clock.split(":")
        tasks.scale_on_schedule(
            name,
            schedule=appscaling.Schedule.cron(week_day="MON-FRI", hour=str(int(hour)), minute=str(int(minute))),
            time_zone=cdk.TimeZone.of(time_zone),
            min_capacity=fewest,
            max_capacity=most,
        )

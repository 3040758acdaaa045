"""VPC endpoints for S3, ECR, CloudWatch Logs, Secrets Manager and telemetry, so that their traffic avoids NAT and its charges.

KMS needs none: no task calls it. Secrets Manager, ECR and CloudWatch Logs call it themselves, outside the VPC.
"""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.constructs.vpc import tier

_INTERFACES = {
    "EcrApi": ec2.InterfaceVpcEndpointAwsService.ECR,
    "EcrDocker": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "SecretsManager": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
}
_TRACES = {"XRay": ec2.InterfaceVpcEndpointAwsService.XRAY}
_METRICS = {"Monitoring": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING}


class VpcEndpoints(Construct):
    """A gateway endpoint for S3 (free) and interface endpoints in every private subnet (charged by the hour)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, security_group: ec2.ISecurityGroup, traces: bool, metrics: bool
    ) -> None:
        super().__init__(scope, construct_id)
        ec2.GatewayVpcEndpoint(self, "S3", vpc=vpc, service=ec2.GatewayVpcEndpointAwsService.S3, subnets=[tier("private")])
        for name, service in {**_INTERFACES, **(_TRACES if traces else {}), **(_METRICS if metrics else {})}.items():
            ec2.InterfaceVpcEndpoint(
                self,
                name,
                vpc=vpc,
                service=service,
                subnets=tier("private"),
                security_groups=[security_group],
                private_dns_enabled=True,
                open=False,
            )

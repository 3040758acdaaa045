"""The only place that makes boto3 clients. Everything else is handed a Session."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tradingbot_infra.endpoints import is_on_this_machine, know_promql, reach_s3_control
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.missing import NOT_AWS

if TYPE_CHECKING:
    from types_boto3_accessanalyzer import AccessAnalyzerClient
    from types_boto3_account import AccountClient
    from types_boto3_acm import ACMClient
    from types_boto3_application_autoscaling import ApplicationAutoScalingClient
    from types_boto3_backup import BackupClient
    from types_boto3_budgets import BudgetsClient
    from types_boto3_ce import CostExplorerClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudtrail import CloudTrailClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_config import ConfigServiceClient
    from types_boto3_ec2 import EC2Client
    from types_boto3_ecr import ECRClient
    from types_boto3_ecs import ECSClient
    from types_boto3_elasticache import ElastiCacheClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_freetier import FreeTierClient
    from types_boto3_guardduty import GuardDutyClient
    from types_boto3_iam import IAMClient
    from types_boto3_inspector2 import Inspector2Client
    from types_boto3_kms import KMSClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_pricing import PricingClient
    from types_boto3_rds import RDSClient
    from types_boto3_s3 import S3Client
    from types_boto3_s3control import S3ControlClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_securityhub import SecurityHubClient
    from types_boto3_service_quotas import ServiceQuotasClient
    from types_boto3_sns import SNSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_sts import STSClient
    from types_boto3_wafv2 import WAFV2Client
    from types_boto3_xray import XRayClient

BILLING_REGION = "us-east-1"
"""Where Cost Explorer, the Free Tier API and the Price List API answer (AWS General Reference, "Service endpoints")."""

_ATTEMPTS = 5
_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_SERVER_FAILED = 500

MakeClient = Callable[[str, str], Any]
"""A boto3 client of a service, in a region."""

_BILLING = ("ce", "freetier", "pricing")
_OTHER_NAMES = {"autoscaling": "application-autoscaling", "contacts": "account", "service_quotas": "service-quotas"}
"""Services whose name in boto3 is another than the attribute's."""


class Session:
    """The clients of one region, each made at its first use."""

    accessanalyzer: "AccessAnalyzerClient"
    acm: "ACMClient"
    autoscaling: "ApplicationAutoScalingClient"
    backup: "BackupClient"
    budgets: "BudgetsClient"
    ce: "CostExplorerClient"
    cloudformation: "CloudFormationClient"
    cloudtrail: "CloudTrailClient"
    cloudwatch: "CloudWatchClient"
    config: "ConfigServiceClient"
    contacts: "AccountClient"
    ec2: "EC2Client"
    ecr: "ECRClient"
    ecs: "ECSClient"
    elasticache: "ElastiCacheClient"
    elbv2: "ElasticLoadBalancingv2Client"
    freetier: "FreeTierClient"
    guardduty: "GuardDutyClient"
    iam: "IAMClient"
    inspector2: "Inspector2Client"
    kms: "KMSClient"
    logs: "CloudWatchLogsClient"
    pricing: "PricingClient"
    promql: Any
    rds: "RDSClient"
    s3: "S3Client"
    s3control: "S3ControlClient"
    secretsmanager: "SecretsManagerClient"
    securityhub: "SecurityHubClient"
    service_quotas: "ServiceQuotasClient"
    sns: "SNSClient"
    ssm: "SSMClient"
    sts: "STSClient"
    wafv2: "WAFV2Client"
    xray: "XRayClient"

    def __init__(self, make_client: MakeClient, *, region: str) -> None:
        self._make_client = make_client
        self.region = region

    @classmethod
    def of_account(cls, *, region: str, profile: str | None) -> Self:
        """The account of the shell's credentials, or of a named profile, at whatever endpoint the AWS configuration sets.

        The first client raises botocore's ProfileNotFound for a profile that the AWS configuration does not have.
        """

        @cache
        def opened() -> Any:
            # Imported with the first client because it takes a third of a second, which a mistyped option need not cost.
            import boto3
            import botocore.session

            core = botocore.session.Session(profile=profile)
            know_promql(core)
            return boto3.Session(botocore_session=core)

        return cls(lambda service, region: _client(opened(), service, region), region=region)

    @property
    def endpoint(self) -> str:
        """Where the services answer: AWS's own address of STS, or the one address of a local cloud."""
        return self.sts.meta.endpoint_url

    @cached_property
    def local(self) -> bool:
        """Whether the endpoint is on this machine: the local cloud, which sends no mail and has no certificate of ACM."""
        return is_on_this_machine(urlsplit(self.endpoint).hostname or "")

    def in_region(self, region: str) -> "Session":
        """The same account in another region."""
        return self if region == self.region else Session(self._make_client, region=region)

    @cached_property
    def account(self) -> str:
        """The 12 digits of the account that the credentials belong to."""
        return self.sts.get_caller_identity()["Account"]

    if not TYPE_CHECKING:  # a type checker knows the services above only

        def __getattr__(self, name: str) -> Any:
            """The client of one of the services above, made at its first use and kept."""
            if name not in Session.__annotations__:
                raise AttributeError(name)
            client = self._make_client(_OTHER_NAMES.get(name, name), BILLING_REGION if name in _BILLING else self.region)
            setattr(self, name, client)
            return client


def _client(session: Any, service: str, region: str) -> Any:
    """A client of a boto3 session.

    Raises NotAnswered for an endpoint that is no URL.
    """
    from botocore.config import Config

    settings = Config(
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS
    )
    if service == "s3":
        # Else boto3 presigns with signature version 2, which S3 refuses for objects under a KMS key, and for an endpoint that redirects
        # to the bucket's region, where the signature no longer holds.
        settings = settings.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    try:
        client = session.client(service, region_name=region, config=settings)
        _check_url(client.meta.endpoint_url)
    except ValueError as error:  # of botocore or urlsplit, for an endpoint in a variable or profile
        raise NotAnswered(f"{error}; allowed in AWS_ENDPOINT_URL and endpoint_url of a profile: http:// or https:// with a host") from None
    if service != "promql":  # no page says that its answers name their request as others do; it knows strangers by their words
        client.meta.events.register("before-parse", _refuse_strangers)
    reach_s3_control(client)
    return client


def _check_url(endpoint: str) -> None:
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https") or url.port == 0:  # reading a port above 65535 raises ValueError too
        raise ValueError(f"Invalid endpoint: {endpoint}")


def _refuse_strangers(response_dict: Mapping[str, Any], **_: Any) -> None:
    """Raises NotAnswered if a server that is not AWS gave the answer, such as a proxy or a web server at AWS_ENDPOINT_URL.

    Every answer of AWS names its request in a header, x-amzn-RequestId or x-amz-request-id; boto3 would read an empty answer, and some
    pages, as a document without members. A failing server it asks again.
    """
    identified = any(name.lower().replace("-", "").endswith("requestid") for name in response_dict["headers"])
    if response_dict["status_code"] < _SERVER_FAILED and not identified:
        raise NotAnswered(NOT_AWS)

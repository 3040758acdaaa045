"""Who may do what in AccountSecurityStack."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import (
    ACCOUNT,
    ANYONE,
    FROM_THIS_ACCOUNT,
    WITHOUT_TLS,
    Attachment,
    Condition,
    Document,
    Entry,
    Listed,
    log_group,
    may,
    role,
)
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import ACCOUNT as ACCOUNT_SCOPE

_STACK = "AccountSecurityStack"
_TOPIC = f"<{_STACK}/SecurityTopic>"
_KEY = f"<{_STACK}/AuditKey.Arn>"
_SPANS = "aws/spans"
_OWNED: Condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}

_REMOVES = ("ec2:DeleteInternetGateway", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DetachInternetGateway")
_LOOKS = (
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
)


def account_names(config: EnvironmentConfig) -> Names:
    """The names of what belongs to the account."""
    return Names(project=config.project, environment=ACCOUNT_SCOPE)


def is_deployed(config: EnvironmentConfig) -> bool:
    """Whether the settings ask for the stack."""
    return config.account_stacks and config.account.ours


def trail_arn(config: EnvironmentConfig, region: str | None = None) -> str:
    """The ARN of the trail, in its own region or in those of a pattern."""
    return f"arn:aws:cloudtrail:{region or config.network.region}:{ACCOUNT}:trail/{account_names(config).trail}"


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The trail's role, the function's, EventBridge's and people's; the buckets and the topic."""
    if not is_deployed(config):
        return
    yield from _trail(config)
    yield from _findings(config)
    yield from _defaults(config)
    yield from _buckets(config)
    yield _topic(config)
    if searches_traces(config):
        yield _spans(config.network.region)
    if config.account.support_role:
        yield from _support()


def key_statements(config: EnvironmentConfig) -> Iterator[Listed]:
    """Who uses the key beside the account's own identities: CloudTrail for the one trail, AWS Config, and alarms."""
    this_trail = {"StringEquals": {"aws:SourceArn": trail_arn(config)}}
    context = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trail_arn(config, "*")}}
    trail = ("Service:cloudtrail.amazonaws.com",)
    encrypts = ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
    yield Listed(actions=encrypts, resources=("*",), principals=trail, condition={**this_trail, **context})
    yield Listed(actions=("kms:DescribeKey",), resources=("*",), principals=trail, condition=this_trail)
    services = ["cloudwatch.amazonaws.com", *(["config.amazonaws.com"] if config.account.config_recorder == "ours" else [])]
    for service in services:
        uses = ("kms:Decrypt", "kms:GenerateDataKey")
        yield Listed(actions=uses, resources=("*",), principals=(f"Service:{service}",), condition=FROM_THIS_ACCOUNT)


def regions_used(config: EnvironmentConfig) -> list[str]:
    """The regions of the stacks."""
    return list(dict.fromkeys(stack.region for stack in config.stacks))


def log_groups(config: EnvironmentConfig) -> tuple[str, ...]:
    """The log groups that the key encrypts."""
    names = account_names(config)
    return names.trail_log_group, names.account_defaults_log_group, *([_SPANS] if searches_traces(config) else [])


def sets_defaults(config: EnvironmentConfig) -> bool:
    """Whether the settings ask for the function that sets what CloudFormation has no type for."""
    account = config.account
    wanted = (account.account_defaults, account.remove_default_vpcs, account.inspector_images, account.security_contact_name is not None)
    return any(wanted) or searches_traces(config)


def searches_traces(config: EnvironmentConfig) -> bool:
    """Whether the settings ask for X-Ray's transaction search in the stack."""
    return is_deployed(config) and config.account.transaction_search == "ours"


def tells_of_findings(config: EnvironmentConfig) -> bool:
    """Whether the settings ask for any rule that tells people of findings."""
    account = config.account
    services = (account.guardduty, account.security_hub, account.access_analyzer)
    return any(each != "off" for each in services) or account.inspector_images or account.config_rules or account.trail_insights


def _trail(config: EnvironmentConfig) -> tuple[Entry, ...]:
    region = config.network.region
    streams = log_group(region, f"<{_STACK}/TrailLog>:log-stream:{ACCOUNT}_CloudTrail_{region}*")
    return role(f"{_STACK}/Trail/Role", "cloudtrail.amazonaws.com", may("logs:CreateLogStream", "logs:PutLogEvents", on=streams), when=None)


def _findings(config: EnvironmentConfig) -> tuple[Entry, ...]:
    by_sns = {"StringEquals": {"kms:ViaService": f"sns.{config.network.region}.amazonaws.com"}}
    publishes = (may("sns:Publish", on=_TOPIC), may("kms:Decrypt", "kms:GenerateDataKey", on=_KEY, when=by_sns))
    return role(f"{_STACK}/Findings/Role", "events.amazonaws.com", *publishes) if tells_of_findings(config) else ()


def _defaults(config: EnvironmentConfig) -> tuple[Entry, ...]:
    if not sets_defaults(config):
        return ()
    writes = may("logs:CreateLogStream", "logs:PutLogEvents", on=f"<{_STACK}/DefaultsLog.Arn>")
    return role(f"{_STACK}/Defaults/Role", "lambda.amazonaws.com", *_settings(config), writes, when=None)


def _settings(config: EnvironmentConfig) -> Iterator[Listed]:
    account, here = config.account, {"StringEquals": {"aws:RequestedRegion": regions_used(config)}}
    if account.account_defaults:
        yield may("iam:UpdateAccountPasswordPolicy", "s3:PutAccountPublicAccessBlock", on="*")
        blocks = ("EnableImageBlockPublicAccess", "EnableSnapshotBlockPublicAccess")
        ec2 = ("EnableEbsEncryptionByDefault", *blocks, "ModifyInstanceMetadataDefaults")
        yield may(*(f"ec2:{each}" for each in ec2), on="*", when=here)
    if account.remove_default_vpcs:
        yield may(*_LOOKS, on="*")
        removed = [f"arn:aws:ec2:*:{ACCOUNT}:{kind}/*" for kind in ("internet-gateway", "subnet", "vpc")]
        yield may(*_REMOVES, on=removed, when={"Null": {"aws:ResourceTag/Project": "true"}})
    if account.inspector_images:
        yield may("inspector2:Enable", on="*", when=here)
        linked = "aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2"
        of_inspector = {"StringEquals": {"iam:AWSServiceName": "inspector2.amazonaws.com"}}
        yield may("iam:CreateServiceLinkedRole", on=f"arn:aws:iam::{ACCOUNT}:role/{linked}", when=of_inspector)
    if searches_traces(config):
        yield may("logs:AssociateKmsKey", "logs:PutRetentionPolicy", on=log_group(config.network.region, f"{_SPANS}:*"))
    if account.security_contact_name is not None:
        security = {"ForAnyValue:StringEquals": {"account:AlternateContactTypes": "SECURITY"}}
        yield may("account:PutAlternateContact", on=f"arn:aws:account::{ACCOUNT}:account", when=security)


def _spans(region: str) -> Document:
    """X-Ray writes spans of this account, and what Application Signals would send."""
    writes = Listed(
        actions=("logs:PutLogEvents",),
        resources=tuple(log_group(region, f"{name}:*") for name in (_SPANS, "/aws/application-signals/data")),
        principals=("Service:xray.amazonaws.com",),
        condition={**FROM_THIS_ACCOUNT, "ArnLike": {"aws:SourceArn": f"arn:aws:xray:{region}:{ACCOUNT}:*"}},
    )
    return Document(path=f"{_STACK}/TransactionSearch/Delivery/ResourcePolicy", field="PolicyDocument", statements=(writes,))


def _support() -> tuple[Entry, ...]:
    """People of this account, where their own permissions say so, and with MFA."""
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assume = Listed(actions=("sts:AssumeRole",), principals=(f"AWS:arn:aws:iam::{ACCOUNT}:root",), condition=with_mfa)
    path = f"{_STACK}/SupportRole"
    return (
        Document(path=path, field="AssumeRolePolicyDocument", statements=(assume,)),
        Attachment(path=path, field="ManagedPolicyArns", names=("arn:aws:iam::aws:policy/AWSSupportAccess",)),
    )


def _buckets(config: EnvironmentConfig) -> Iterator[Document]:
    audit, access_logs = f"<{_STACK}/AuditBucket.Arn>", f"<{_STACK}/AuditAccessLogsBucket.Arn>"
    logging = Listed(
        actions=("s3:PutObject",),
        resources=(f"{access_logs}/*",),
        principals=("Service:logging.s3.amazonaws.com",),
        condition={**FROM_THIS_ACCOUNT, "ArnLike": {"aws:SourceArn": audit}},
    )
    yield _bucket("AuditAccessLogsBucket", access_logs, logging)
    yield _bucket("AuditBucket", audit, *_deliveries(config, audit))


def _deliveries(config: EnvironmentConfig, bucket: str) -> Iterator[Listed]:
    """CloudTrail for the one trail, and AWS Config for this account, each below the account's number."""
    trail, this_trail = ("Service:cloudtrail.amazonaws.com",), {"aws:SourceArn": trail_arn(config)}
    files = f"{bucket}/AWSLogs/{ACCOUNT}"
    yield Listed(actions=("s3:GetBucketAcl",), resources=(bucket,), principals=trail, condition={"StringEquals": this_trail})
    writes: Condition = {"StringEquals": {**this_trail, **_OWNED["StringEquals"]}}
    yield Listed(actions=("s3:PutObject",), resources=(f"{files}/*",), principals=trail, condition=writes)
    if config.account.config_recorder == "ours":
        recorder = ("Service:config.amazonaws.com",)
        checks = ("s3:GetBucketAcl", "s3:ListBucket")
        yield Listed(actions=checks, resources=(bucket,), principals=recorder, condition=FROM_THIS_ACCOUNT)
        owned: Condition = {"StringEquals": {**FROM_THIS_ACCOUNT["StringEquals"], **_OWNED["StringEquals"]}}
        yield Listed(actions=("s3:PutObject",), resources=(f"{files}/Config/*",), principals=recorder, condition=owned)


def _bucket(name: str, arn: str, *allowed: Listed) -> Document:
    whole, objects = (arn, f"{arn}/*"), (f"{arn}/*",)
    old_tls = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    return Document(
        path=f"{_STACK}/{name}/Policy",
        field="PolicyDocument",
        statements=(
            Listed(effect="Deny", actions=("s3:*",), resources=whole, principals=(ANYONE,), condition=WITHOUT_TLS),
            Listed(effect="Deny", actions=("s3:*",), resources=whole, principals=(ANYONE,), condition=old_tls),
            Listed(effect="Deny", actions=("s3:DeleteObject", "s3:DeleteObjectVersion"), resources=objects, principals=(ANYONE,)),
            *allowed,
        ),
    )


def _topic(config: EnvironmentConfig) -> Document:
    alarms = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{config.network.region}:{ACCOUNT}:alarm:*"}}
    publishes = Listed(
        actions=("sns:Publish",),
        resources=(_TOPIC,),
        principals=("Service:cloudwatch.amazonaws.com",),
        condition={**FROM_THIS_ACCOUNT, **alarms},
    )
    plain = Listed(effect="Deny", actions=("sns:Publish",), resources=(_TOPIC,), principals=(ANYONE,), condition=WITHOUT_TLS)
    return Document(path=f"{_STACK}/SecurityTopic/Policy", field="PolicyDocument", statements=(plain, publishes))

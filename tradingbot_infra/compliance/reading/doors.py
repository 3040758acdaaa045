"""Doors: every property by which data leave a resource of these stacks. A way out that is not here must not exist."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.compliance.observe import at, is_unknown, listed
from tradingbot_infra.compliance.reading.leaves import leaves
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.templates import Assembly, Resource

Admits = Callable[[Any, Assembly], TriState]
"""Whether data may go where a value says; None where only CloudFormation knows."""

_LOG_GROUP, _TOPIC, _BUCKET = "AWS::Logs::LogGroup", "AWS::SNS::Topic", "AWS::S3::Bucket"
_REFERENCE = re.compile(r"\$\{(?!AWS::)[^}]+\}")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, kw_only=True)
class Door:
    """One way out. `path` is that of compliance/allowed, where `*` stands for any text; `to` says where it leads, `why` why it is there."""

    path: str
    to: str
    why: str
    admits: Admits


def _inside(path: str, resource_type: str, why: str, *others: str) -> Door:
    """To a resource of one of these types in these stacks, by a reference or an ARN made of one."""
    types = (resource_type, *others)

    def admits(value: Any, assembly: Assembly) -> TriState:
        targets = [assembly.referred(match[0]) for match in _REFERENCE.finditer(str(value))]
        if targets:
            return all(target is not None and target.type in types for target in targets)
        return None if is_unknown(value) else False

    return Door(path=path, to=f"an {' or '.join(types)} of these stacks", why=why, admits=admits)


def _to_people(value: Any, assembly: Assembly) -> TriState:
    if assembly.config is None or is_unknown(value):
        return None
    config = assembly.config
    return value in (*config.monitoring.alarm_emails, *config.notifications.paging_emails, *config.account.security_emails)


def _to_chat(value: Any, assembly: Assembly) -> TriState:
    target = assembly.referred(value)
    return _to_people(value, assembly) if target is None else target.path == "MonitoringStack/TelegramNotifier/Function"


def _to_slack(name: str) -> Admits:
    def admits(value: Any, assembly: Assembly) -> TriState:
        return None if assembly.config is None or is_unknown(value) else bool(value == getattr(assembly.config.notifications, name))

    return admits


def _to_named_accounts(value: Any, assembly: Assembly) -> TriState:
    found = _ACCOUNT.findall(str(value))
    return None if assembly.config is None or not found else set(found) <= set(assembly.config.registry.ecr_pull_accounts)


_TO_PEOPLE = "addresses of setting alarm_emails, paging_emails or security_emails"
_TO_PEOPLE_OR_CHAT = f"{_TO_PEOPLE}, or the function that sends to the chat of setting telegram_chat_id"
_PEOPLE = "who is told that something is wrong"

DOORS: Mapping[str, tuple[Door, ...]] = {
    "AWS::Backup::BackupPlan": (
        _inside("BackupPlan.BackupPlanRule[].TargetBackupVault", "AWS::Backup::BackupVault", "recovery points, kept in this account"),
        _inside("BackupPlan.BackupPlanRule[].CopyActions[].DestinationBackupVaultArn", "AWS::Backup::BackupVault", "none today"),
    ),
    "AWS::Budgets::Budget": (
        Door(
            path="NotificationsWithSubscribers[].Subscribers[].Address",
            to=_TO_PEOPLE,
            why="who is told that a month costs more",
            admits=_to_people,
        ),
    ),
    "AWS::Chatbot::SlackChannelConfiguration": (
        Door(path="SlackWorkspaceId", to="setting slack_workspace_id", why=_PEOPLE, admits=_to_slack("slack_workspace_id")),
        Door(path="SlackChannelId", to="setting slack_channel_id", why=_PEOPLE, admits=_to_slack("slack_channel_id")),
    ),
    "AWS::CloudTrail::Trail": (
        _inside("S3BucketName", _BUCKET, "who did what in the account"),
        _inside("CloudWatchLogsLogGroupArn", _LOG_GROUP, "the same, for alarms"),
        _inside("SnsTopicName", _TOPIC, "none today"),
    ),
    **{
        alarm: tuple(_inside(f"{kind}Actions[]", _TOPIC, _PEOPLE) for kind in ("Alarm", "OK", "InsufficientData"))
        for alarm in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    },
    "AWS::Config::DeliveryChannel": (
        _inside("S3BucketName", _BUCKET, "what resources were like, and when they changed"),
        _inside("SnsTopicARN", _TOPIC, "none today"),
    ),
    "AWS::EC2::FlowLog": (_inside("LogGroupName", _LOG_GROUP, "who talked to whom"), _inside("LogDestination", _LOG_GROUP, "the same")),
    "AWS::ECR::Repository": (
        Door(
            path="RepositoryPolicyText.Statement[].Principal*",
            to="accounts of setting ecr_pull_accounts",
            why="other environments run the same images",
            admits=_to_named_accounts,
        ),
    ),
    "AWS::ECS::TaskDefinition": (
        _inside("ContainerDefinitions[].LogConfiguration.Options.awslogs-group", _LOG_GROUP, "what the application logs"),
    ),
    "AWS::ElastiCache::ReplicationGroup": (
        _inside("LogDeliveryConfigurations[].DestinationDetails.*", _LOG_GROUP, "slow commands, and messages of the engine"),
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        _inside("LoadBalancerAttributes[].*_logs.s3.bucket", _BUCKET, "requests, for investigations"),
    ),
    "AWS::Events::Rule": (
        _inside("Targets[].Arn", _LOG_GROUP, "results of image scans, deployments that end badly, and findings", _TOPIC),
    ),
    "AWS::Lambda::Function": (_inside("LoggingConfig.LogGroup", _LOG_GROUP, "what functions log"),),
    "AWS::Logs::ScheduledQuery": (
        _inside("DestinationConfiguration.S3Configuration.DestinationIdentifier", _BUCKET, "orders, signals and errors of a day, counted"),
    ),
    "AWS::RDS::EventSubscription": (_inside("SnsTopicArn", _TOPIC, _PEOPLE),),
    "AWS::S3::Bucket": (_inside("LoggingConfiguration.DestinationBucketName", _BUCKET, "who read or changed the audit logs"),),
    "AWS::SNS::Subscription": (
        Door(
            path="Endpoint",
            to=_TO_PEOPLE_OR_CHAT,
            why=_PEOPLE,
            admits=_to_chat,
        ),
    ),
    "AWS::Scheduler::Schedule": (_inside("Target.Arn", "AWS::StepFunctions::StateMachine", "no data: it only starts"),),
    "AWS::StepFunctions::StateMachine": (
        _inside("LoggingConfiguration.Destinations[].CloudWatchLogsLogGroup.LogGroupArn", _LOG_GROUP, "steps of each run"),
    ),
    "AWS::WAFv2::LoggingConfiguration": (_inside("LogDestinationConfigs[]", _LOG_GROUP, "requests that the web ACL saw"),),
}
"""By type. Beside them the tasks reach the internet on egress_ports, and S3 tells EventBridge of this account that a log was written."""


def doors_of(resource: Resource) -> Iterator[tuple[Door, str, Any]]:
    """Each door of a resource that is open: where it is, and where it leads."""
    doors = DOORS.get(resource.type, ())
    for where, path, value in _values(resource) if doors else ():
        yield from ((door, where, value) for door in doors if fnmatchcase(path, door.path.replace("[]", "[[]]")))


def _values(resource: Resource) -> Iterator[tuple[str, str, Any]]:
    yield from leaves(resource.properties, "Properties", "")
    # An attribute's key says what its value is.
    for number, attribute in enumerate(listed(resource.properties.get("LoadBalancerAttributes"))):
        yield (
            f"Properties.LoadBalancerAttributes[{number}].Value",
            f"LoadBalancerAttributes[].{at(attribute, 'Key')}",
            at(attribute, "Value"),
        )

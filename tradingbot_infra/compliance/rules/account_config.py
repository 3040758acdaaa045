"""Rules for AWS Config: what it records, where it delivers, and what it evaluates."""

from collections.abc import Iterator

from tradingbot_infra.compliance.expected.recorded import BY_HAND, EVALUATED, IDENTITIES, RECORDED_AS, UNRECORDED
from tradingbot_infra.compliance.observe import at, is_true, is_unknown, listed, not_assessed, refers, seen
from tradingbot_infra.compliance.reading.account_stack import account_rule, in_stack, of
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

RECORDER = "AWS::Config::ConfigurationRecorder"
CHANNEL = "AWS::Config::DeliveryChannel"
RULE = "AWS::Config::ConfigRule"

_SERVICE_ROLE = ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


@account_rule(
    "acct.config",
    RECORDER,
    setting="config_recorder",
    title="AWS Config records what these stacks may declare, and users, roles and policies, into a protected bucket",
    fix="Add the type to the recorder. One that AWS Config does not support belongs to compliance/expected/recorded.py.",
)
def config(recorder: Resource, assembly: Assembly) -> Iterator[Observation]:
    role = recorder.properties.get("RoleARN")
    yield seen("Properties.RoleARN", role, str(role).endswith(_SERVICE_ROLE), "AWS Config's service-linked role")
    yield from _channel(assembly)
    group = recorder.properties.get("RecordingGroup", {})
    if is_unknown(group):
        yield not_assessed("Properties.RecordingGroup", group, "known types")
        return
    if is_true(at(group, "AllSupported")):
        global_ones = is_true(at(group, "IncludeGlobalResourceTypes"))
        yield seen("Properties.RecordingGroup", group, global_ones, "IncludeGlobalResourceTypes beside AllSupported")
        return
    yield from _types(set(listed(at(group, "ResourceTypes"))), assembly)
    excluded = at(group, "ExclusionByResourceTypes.ResourceTypes")
    yield seen("Properties.RecordingGroup.ExclusionByResourceTypes", excluded, not excluded, "no exclusion")
    frequency = at(recorder.properties, "RecordingMode.RecordingFrequency", "CONTINUOUS")
    yield seen("Properties.RecordingMode", frequency, frequency in ("DAILY", "CONTINUOUS"), "DAILY or CONTINUOUS")


@account_rule(
    "acct.config_everywhere",
    RECORDER,
    setting="config_recorder",
    title="AWS Config records every type that it supports, in every region",
    fix="Nothing here does it: a recorder in each region costs more than the whole of this account's security.",
)
def everywhere(recorder: Resource, _: Assembly) -> Iterator[Observation]:
    group = recorder.properties.get("RecordingGroup", {})
    yield seen(
        "Properties.RecordingGroup", f"in one region, {len(listed(at(group, 'ResourceTypes')))} types", False, "all, in every region"
    )


@account_rule(
    "acct.config_rules",
    RULE,
    setting="config_rules",
    together=True,
    title="AWS Config evaluates what no template shows, such as users' MFA, idle credentials and open ports, again and again",
    fix="Set `config_rules`, and add the managed rule that is missing to the stack.",
)
def config_rules(_: Resource, assembly: Assembly) -> Iterator[Observation]:
    found = {str(at(each.properties, "Source.SourceIdentifier")): each for each in in_stack(assembly, RULE)}
    for name, parameters in EVALUATED.items():
        rule = found.get(name)
        of_aws = rule is not None and at(rule.properties, "Source.Owner") == "AWS"
        yield seen(f"{RULE} {name}", rule and rule.logical_id, of_aws, "a managed rule of AWS Config")
        given = {key: str(value).lower() for key, value in at(rule.properties, "InputParameters", {}).items()} if rule else None
        yield seen(f"{RULE} {name}.InputParameters", given, given == parameters, str(dict(parameters)))
        scope = rule and rule.properties.get("Scope")
        yield seen(f"{RULE} {name}.Scope", scope, not scope, "none: all resources that the rule is about")


def _channel(assembly: Assembly) -> Iterator[Observation]:
    channels = in_stack(assembly, CHANNEL)
    yield seen(CHANNEL, [each.logical_id for each in channels], len(channels) == 1, "one delivery channel in the stack")
    for channel in channels:
        found = refers(channel, "S3BucketName", assembly, "AWS::S3::Bucket", expected="a bucket of these stacks")
        yield found
        bucket = assembly.referred(found.observed)
        if bucket is not None:
            yield of(bucket, "ObjectLockEnabled", is_true, "true", default=False)
            yield of(bucket, "VersioningConfiguration.Status", lambda status: status == "Enabled", "Enabled")


def _types(recorded: set[str], assembly: Assembly) -> Iterator[Observation]:
    where = "Properties.RecordingGroup.ResourceTypes"
    declared = {each.type for each in assembly.resources}
    for name in sorted(declared - UNRECORDED - RECORDED_AS.keys()):
        yield not_assessed(where, name, "a type that compliance/expected/recorded.py knows")
    wanted = {*RECORDED_AS.values(), *IDENTITIES, *BY_HAND}
    yield seen(where, f"not recorded: {sorted(wanted - recorded)}", wanted <= recorded, "every type that these stacks may declare")
    beyond = sorted(recorded - wanted - UNRECORDED)
    yield seen(where, f"recorded besides: {beyond}", not beyond, "no type that compliance/expected/recorded.py does not know")

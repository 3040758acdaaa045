"""Rules for AWS WAF in front of the load balancer."""

import re
from collections.abc import Iterator
from typing import Any

from tradingbot_infra.compliance.observe import at, is_function, is_true, is_unknown, listed, literal, observe
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER, faces_internet
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided, is_literally, is_reference_to, negated
from tradingbot_infra.design.web_acl_rules import RULE_GROUPS
from tradingbot_infra.templates import Assembly, Resource

WEB_ACL = "AWS::WAFv2::WebACL"
ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
LOGGING = "AWS::WAFv2::LoggingConfiguration"

_DESTINATION_PREFIX = "aws-waf-logs-"
"""How the name of every destination begins (AWS WAF Developer Guide, "Logging AWS WAF web ACL traffic")."""

_DESTINATION_NAMES = {
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
}
_DESTINATION_ARN = re.compile(r"arn:.*:(log-group:|deliverystream/|s3:::)(?P<name>[^:/]+)(:\*|/.*)?")
_REFERENCE = re.compile(r"\$\{\w+\.[\w.]+\}")

_MANAGED = "Statement.ManagedRuleGroupStatement"
_OVERRIDES = f"{_MANAGED}.RuleActionOverrides"
_EXCLUDED = f"{_MANAGED}.ExcludedRules"
_RATE_BASED = "Statement.RateBasedStatement"
_METRICS = "VisibilityConfig.CloudWatchMetricsEnabled"


@rule(
    "waf.associated",
    LOAD_BALANCER,
    title="Every internet-facing load balancer has a web ACL",
    fix="Associate a regional web ACL with the load balancer (setting `waf`).",
)
def associated(balancer: Resource, assembly: Assembly) -> Iterator[Observation]:
    is_public = faces_internet(balancer)
    if is_public is False:
        return
    associations = [each for each in assembly.of_type(ASSOCIATION) if _is_for(each, balancer, assembly) is not False]
    answers = [all_of([_is_for(each, balancer, assembly), _names_web_acl(each, assembly)]) for each in associations]
    observed = [each.properties.get("WebACLArn") for each in associations]
    yield decided("WebACLAssociation", observed, any_of([negated(is_public), *answers]), "an association with a web ACL")


@rule(
    "waf.rules",
    WEB_ACL,
    title="The web ACL blocks common attacks, known bad inputs, SQL injection, known attackers and floods",
    fix="Add AWS's rule groups with `override_action` none and no scope-down statement, and one that blocks by rate, all with metrics.",
)
def rules(web_acl: Resource, _: Assembly) -> Iterator[Observation]:
    written = listed(web_acl.properties.get("Rules"))
    for group in (each.name for each in RULE_GROUPS):
        actions = [at(each, "OverrideAction") for each in written if at(each, f"{_MANAGED}.Name") == group]
        blocks = any_of(_acts_as(each, group) for each in written)
        yield decided(f"Properties.Rules[{group}].OverrideAction", actions, blocks, "none, for every request")
    limits = [at(each, "Action") for each in written if at(each, _RATE_BASED)]
    yield decided("Properties.Rules[rate-based].Action", limits, any_of(_limits(each) for each in written), "block")
    yield observe(web_acl, _METRICS, is_true, "true")
    for number, each in enumerate(written):
        where = f"Properties.Rules[{number}].{_METRICS}"
        yield literal(where, at(each, _METRICS), is_true, "true")


@rule(
    "waf.rule_actions",
    WEB_ACL,
    title="Every rule of AWS's groups has its own action, and nothing passes before them",
    fix="Take the rules out of `waf_counted_rules`, or record why each only counts; remove rules that allow requests.",
)
def rule_actions(web_acl: Resource, _: Assembly) -> Iterator[Observation]:
    for number, each in enumerate(listed(web_acl.properties.get("Rules"))):
        where = f"Properties.Rules[{number}]"
        yield literal(f"{where}.{_OVERRIDES}", _overridden(each), lambda names: not names, "no rule that counts or allows")
        yield literal(f"{where}.{_EXCLUDED}", at(each, _EXCLUDED), lambda excluded: not excluded, "absent")
        yield literal(f"{where}.Action", at(each, "Action", {}), lambda action: "Allow" not in action, "an action other than allow")


@rule(
    "waf.logging",
    WEB_ACL,
    title="The web ACL logs its decisions",
    fix="Add a logging configuration with a log group or bucket whose name begins with aws-waf-logs-.",
)
def logging(web_acl: Resource, assembly: Assembly) -> Iterator[Observation]:
    configurations = [each for each in assembly.of_type(LOGGING) if _is_for(each, web_acl, assembly) is not False]
    destinations = [listed(each.properties.get("LogDestinationConfigs")) for each in configurations]
    answers = [
        all_of([_is_for(each, web_acl, assembly), any_of(_takes_logs(destination, assembly) for destination in named)])
        for each, named in zip(configurations, destinations, strict=True)
    ]
    yield decided("LoggingConfiguration", destinations, any_of(answers), f"a destination whose name begins with {_DESTINATION_PREFIX}")


def _is_for(resource: Resource, target: Resource, assembly: Assembly) -> TriState:
    return is_reference_to(resource.properties.get("ResourceArn"), target, assembly)


def _names_web_acl(association: Resource, assembly: Assembly) -> TriState:
    arn = association.properties.get("WebACLArn")
    target = assembly.referred(arn)
    if target:
        return target.type == WEB_ACL
    return True if "/webacl/" in str(arn) else None if is_unknown(arn) else False


def _acts_as(written: Any, group: str) -> TriState:
    """Whether a rule is AWS's group, with the group's own actions and for every request."""
    if is_function(written):
        return None
    named = [is_literally(at(written, f"{_MANAGED}.{name}"), wanted) for name, wanted in (("VendorName", "AWS"), ("Name", group))]
    override = at(written, "OverrideAction", {})
    # {"None": {}} leaves the actions as they are; {"Count": {}} only counts.
    acts = None if is_function(override) else "None" in override
    return all_of([*named, acts, at(written, f"{_MANAGED}.ScopeDownStatement") is None])


def _overridden(written: Any) -> list[Any]:
    """The names of a group's rules that count or allow instead of their own action, and overrides that only CloudFormation knows."""
    overrides = listed(at(written, _OVERRIDES)) if not is_function(written) else [written]
    return [each if is_unknown(each) else at(each, "Name") for each in overrides if is_unknown(each) or not _stops(each)]


def _stops(override: Any) -> bool:
    return any(at(override, f"ActionToUse.{action}") is not None for action in ("Block", "Captcha", "Challenge"))


def _limits(written: Any) -> TriState:
    if is_function(written):
        return None
    action = at(written, "Action", {})
    every_request = at(written, f"{_RATE_BASED}.ScopeDownStatement") is None
    return all_of([at(written, _RATE_BASED) is not None, every_request, None if is_function(action) else "Block" in action])


def _takes_logs(destination: Any, assembly: Assembly) -> TriState:
    """Whether a destination has the name that WAF requires: of a resource that the ARN refers to, or in the ARN itself."""
    if not isinstance(destination, str):
        return None
    referred = [assembly.referred(reference[0]) for reference in _REFERENCE.finditer(destination)]
    names = [each.properties.get(_DESTINATION_NAMES[each.type]) for each in referred if each and each.type in _DESTINATION_NAMES]
    written = _DESTINATION_ARN.fullmatch(destination)
    name = names[0] if names else written["name"] if written else destination
    return None if is_unknown(name) else str(name).startswith(_DESTINATION_PREFIX)

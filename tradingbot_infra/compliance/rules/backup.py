"""Rules for AWS Backup: what protects the database besides its own snapshots."""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.compliance.observe import at, customer_key, declared, is_function, is_unknown, listed, literal
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status, best, worst
from tradingbot_infra.templates import Assembly, Resource

DB_INSTANCE = "AWS::RDS::DBInstance"
BACKUP_PLAN = "AWS::Backup::BackupPlan"
BACKUP_SELECTION = "AWS::Backup::BackupSelection"
BACKUP_VAULT = "AWS::Backup::BackupVault"

_OPPOSITE = {Status.PASS: Status.FAIL, Status.NOT_ASSESSED: Status.NOT_ASSESSED, Status.FAIL: Status.PASS}
_CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": fnmatchcase,
    "StringNotEquals": lambda value, wanted: value != wanted,
    "StringNotLike": lambda value, wanted: not fnmatchcase(value, wanted),
}


@rule(
    "backup.plan",
    DB_INSTANCE,
    title="AWS Backup keeps recovery points of the database for 35 days or longer in an encrypted vault",
    fix=(
        "Set `backup_plan`, and `backup_plan_days` to 35 or more: a `BackupPlan` with `delete_after` of 35 days or more and a "
        "`BackupVault` with an `encryption_key`, "
        "and a selection by `BackupResource.from_rds_database_instance`."
    ),
)
def plan(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    selections = [(each, _selects(each, instance, assembly)) for each in assembly.of_type(BACKUP_SELECTION)]
    covering = [each for each, status in selections if status is Status.PASS]
    observed = [each.logical_id for each in covering]
    yield Observation("BackupSelection", observed, "one that names the instance or a tag of it", best(status for _, status in selections))
    if covering:
        rules = [each for selection in covering for each in _rules(selection, assembly)]
        days = [at(each, "Lifecycle.DeleteAfterDays") for each in rules]
        yield Observation("BackupPlan.BackupPlanRule", days, "35 days or more, or no end", best(map(_retention, rules)))
        for number, each in enumerate(rules):
            yield _vault(f"BackupPlan.BackupPlanRule[{number}].TargetBackupVault", each, assembly)


def _selects(selection: Resource, instance: Resource, assembly: Assembly) -> Status:
    """Whether a selection covers an instance, from "Assign resources with AWS CLI" (AWS Backup Developer Guide).

    Resources and ListOfTags each add, Conditions must all hold, NotResources remove. A selection that names nothing selects
    what the account has opted in to, so it does not count.
    """
    body = at(selection.properties, "BackupSelection")
    if is_function(body) or is_function(at(body, "Conditions")):
        return Status.NOT_ASSESSED
    tags = {str(at(tag, "Key")): at(tag, "Value") for tag in listed(instance.properties.get("Tags"))}
    named = [_names(each, instance, assembly) for each in listed(at(body, "Resources"))]
    named += [_tagged(each, tags, _CONDITIONS["StringEquals"]) for each in listed(at(body, "ListOfTags"))]
    kinds = _CONDITIONS.items()
    conditions = [_tagged(each, tags, holds) for kind, holds in kinds for each in listed(at(body, f"Conditions.{kind}"))]
    excluded = [_names(each, instance, assembly) for each in listed(at(body, "NotResources"))]
    base = best(named) if named or not conditions else Status.PASS
    return worst((base, *conditions, _OPPOSITE[best(excluded)]))


def _names(pattern: Any, instance: Resource, assembly: Assembly) -> Status:
    if not isinstance(pattern, str):
        return Status.NOT_ASSESSED
    region, reference = assembly.stacks[instance.stack].region, f"${{{instance.stack}.{instance.logical_id}}}"
    names = [reference, str(instance.properties.get("DBInstanceIdentifier", reference))]
    arns = [f"{reference[:-1]}.DBInstanceArn}}", *(f"arn:aws:rds:{region}:${{AWS::AccountId}}:db:{name}" for name in names)]
    local = re.sub(r":\d{12}:", ":${AWS::AccountId}:", pattern).replace("${AWS::Partition}", "aws").replace("${AWS::Region}", region)
    if any(fnmatchcase(arn, local) for arn in arns):
        return Status.PASS
    unknown = [each for each in re.findall(r"\$\{[^}]+\}", local) if each != "${AWS::AccountId}" and assembly.referred(each) is None]
    return Status.NOT_ASSESSED if unknown or "{{" in local else Status.FAIL


def _tagged(condition: Any, tags: Mapping[str, Any], holds: Callable[[str, str], bool]) -> Status:
    key = str(at(condition, "ConditionKey")).removeprefix("aws:ResourceTag/")
    value, wanted = tags.get(key), at(condition, "ConditionValue")
    if is_unknown(condition) or is_unknown(value):
        return Status.NOT_ASSESSED
    return Status.PASS if value is not None and holds(str(value), str(wanted)) else Status.FAIL


def _rules(selection: Resource, assembly: Assembly) -> list[Any]:
    """The rules of the plan that a selection belongs to; the reference itself where the plan is in no template here."""
    reference = selection.properties.get("BackupPlanId")
    plan_named = assembly.referred(reference)
    return listed(at(plan_named.properties, "BackupPlan.BackupPlanRule")) if plan_named else [{"Ref": reference}]


def _retention(each: Any) -> Status:
    days = at(each, "Lifecycle.DeleteAfterDays")
    return literal("Lifecycle", days, lambda value: value is None or (str(value).isdecimal() and int(value) >= 35), "").status


def _vault(where: str, each: Any, assembly: Assembly) -> Observation:
    expected = "a vault under a customer managed key"
    value = at(each, "TargetBackupVault")
    vault = declared(value, BACKUP_VAULT, "BackupVaultName", assembly)
    if vault is not None:
        return Observation(where, value, expected, customer_key(vault, "EncryptionKeyArn", assembly).status)
    # The vault that AWS Backup creates has an AWS managed key; any other vault may have any key.
    return Observation(where, value, expected, Status.FAIL if value in (None, "Default") else Status.NOT_ASSESSED)

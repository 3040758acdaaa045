"""Rules for AWS Secrets Manager secrets."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import customer_key, is_false, is_true, literal, not_assessed, observe, seen, whole_number
from tradingbot_infra.compliance.reading.policy_documents import (
    IDENTITY_POLICIES,
    Statement,
    each_allowed,
    identity_documents,
    is_left_open,
    is_open_to_anyone,
    resources,
    statements,
)
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, any_of, decided, is_reference_to
from tradingbot_infra.templates import Assembly, Resource

SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type
RESOURCE_POLICY = "AWS::SecretsManager::ResourcePolicy"
ROTATION_SCHEDULE = "AWS::SecretsManager::RotationSchedule"
TARGET_ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"
DB_INSTANCE = "AWS::RDS::DBInstance"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"

MAX_ROTATION_DAYS = 90
"""Longest period between rotations, in days (Security Hub control SecretsManager.4)."""

MIN_LENGTH = 32
"""Of a generated value, in letters and digits: 190 bits; also what Secrets Manager generates unless it is told (GetRandomPassword)."""

_ROTATED_BY = ("RotationLambdaARN", "HostedRotationLambda", "ExternalSecretRotationRoleArn")
_LONGEST_MONTHLY_GAP_DAYS = 62
"""From one 31st to the next, with a shorter month in between."""

_PLACEHOLDER = "\0"
_ELSEWHERE = re.compile(r"\{\{resolve:.*?\}\}|\$\{[\w:.]+\}")
_USER_INFO = re.compile(r"//[^/\s]*@")
_USER_OF_A_DATABASE = re.compile(r"//(?P<user>\w+)@(?P<host>\$\{[\w:.]+\})")
_NAMED_CREDENTIAL = re.compile(rf"(?:pass|pwd|secret|token|key)\w*[\"']?\s*[:=]\s*[\"']?[^\s\"'&,;}}{_PLACEHOLDER}]", re.IGNORECASE)
_RANDOM_LOOKING = re.compile(r"(?=[\w+-]*\d)[\w+-]{16,}|[A-Za-z+]{16,}")


@rule(
    "sm.cmk",
    SECRET,
    DB_INSTANCE,
    title="Secrets are encrypted with a customer managed key, those that RDS generates included",
    fix="Give the secret an `encryption_key`; for a database's own secret give it to `Credentials.from_username`.",
)
def cmk(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == SECRET:
        yield customer_key(resource, "KmsKeyId", assembly)
    elif not is_false(resource.properties.get("ManageMasterUserPassword", False)):
        yield customer_key(resource, "MasterUserSecret.KmsKeyId", assembly)


@rule(
    "sm.rotation",
    SECRET,
    title=f"Every secret is rotated automatically at least every {MAX_ROTATION_DAYS} days",
    fix=(
        "Let RDS make the password (`db_credentials`), or add a rotation schedule with a rotation function; record an exception "
        "for a key that only its provider can issue."
    ),
)
def rotation(secret: Resource, assembly: Assembly) -> Iterator[Observation]:
    of_this_secret = {schedule.logical_id: _is_of(schedule, secret, assembly) for schedule in assembly.of_type(ROTATION_SCHEDULE)}
    schedules = [schedule for schedule in assembly.of_type(ROTATION_SCHEDULE) if of_this_secret[schedule.logical_id]]
    if not schedules:
        yield decided(ROTATION_SCHEDULE, [], any_of(of_this_secret.values()), "a rotation schedule of this secret")
    for schedule in schedules:
        rotated_by = [name for name in _ROTATED_BY if name in schedule.properties]
        yield seen(f"{schedule.logical_id}.Properties", rotated_by, bool(rotated_by), "a function or role that rotates")
        rules = schedule.properties.get("RotationRules")
        expected = f"at most {MAX_ROTATION_DAYS} days between rotations"
        yield literal(f"{schedule.logical_id}.Properties.RotationRules", rules, lambda rules: _days(rules) <= MAX_ROTATION_DAYS, expected)


@rule(
    "sm.no_literal",
    SECRET,
    title="No template contains a secret's value",
    fix="Let Secrets Manager generate the value, or fill it in after the deployment.",
)
def no_literal(secret: Resource, assembly: Assembly) -> Iterator[Observation]:
    where, expected = "Properties.SecretString", "no value, or an address made of references without password"
    text = secret.properties.get("SecretString")
    if text is None:
        yield seen(where, None, True, expected)
    elif not isinstance(text, str):
        yield not_assessed(where, text, expected)
    elif _holds_a_secret(_ELSEWHERE.sub(_PLACEHOLDER, _without_master_user(text, assembly))):
        # A report must not repeat a secret.
        yield seen(where, f"text of {len(text)} characters", False, expected)
    else:
        yield not_assessed(where, text, expected) if is_left_open(text, assembly) else seen(where, text, True, expected)


@rule(
    "sm.first_value",
    SECRET,
    title=f"A secret begins with {MIN_LENGTH} or more random letters and digits, or with an address",
    fix="Generate the value, with a length and without punctuation.",
)
def first_value(secret: Resource, _: Assembly) -> Iterator[Observation]:
    where = "GenerateSecretString"
    if "SecretString" in secret.properties:
        # sm.no_literal judges it.
        yield seen("Properties.SecretString", "given", where not in secret.properties, f"no {where} beside it")
    else:
        yield observe(secret, f"{where}.PasswordLength", lambda length: whole_number(length) >= MIN_LENGTH, f"{MIN_LENGTH} or more")
        yield observe(secret, f"{where}.ExcludePunctuation", is_true, "true: connection strings and Redis take no punctuation")


@rule(
    "sm.not_public",
    SECRET,
    RESOURCE_POLICY,
    title="No resource policy lets anyone, or another account, read a secret",
    fix="Name the principals, and set `BlockPublicPolicy` to true on the resource policy.",
)
def not_public(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    expected = "named principals of this account only"
    if resource.type == RESOURCE_POLICY:
        yield observe(resource, "BlockPublicPolicy", is_true, "true")
        document = resource.properties.get("ResourcePolicy")
        where, elements, here = "Properties.ResourcePolicy", ("Principal", "NotPrincipal", "Condition"), ThisAccount.of(resource, assembly)
        yield from each_allowed(where, document, elements, lambda statement: _is_closed(statement, here), expected, assembly)
    elif not any(_is_of(policy, resource, assembly) for policy in assembly.of_type(RESOURCE_POLICY)):
        yield seen(RESOURCE_POLICY, [], True, f"no resource policy, or {expected}")


@rule(
    "sm.used",
    SECRET,
    title="Every secret is used",
    fix="Name the secret in a task definition or in the policy of the role that reads it, or remove it.",
)
def used(secret: Resource, assembly: Assembly) -> Iterator[Observation]:
    reference = re.compile(rf"\$\{{{secret.stack}\.{secret.logical_id}[.}}]")
    users = [user.logical_id for user in assembly.of_type(TASK_DEFINITION, *IDENTITY_POLICIES) if reference.search(_what_it_reads(user))]
    yield seen("references", users, bool(users), "a task definition or a policy that names the secret")


def _is_closed(statement: Statement, here: ThisAccount) -> bool:
    return not (is_open_to_anyone(statement) or here.is_for_others(statement)) and here.admits_only_it(statement)


def _what_it_reads(resource: Resource) -> str:
    if resource.type == TASK_DEFINITION:
        return json.dumps(resource.properties.get("ContainerDefinitions"))
    allowed = (statement for _, document in identity_documents(resource) for statement in statements(document, "Allow"))
    return " ".join(name for statement in allowed for name in resources(statement))


def _is_of(resource: Resource, secret: Resource, assembly: Assembly) -> TriState:
    """Whether a resource belongs to a secret, directly or through the secret's attachment to a database."""
    named = resource.properties.get("SecretId")
    attachment = assembly.referred(named)
    if attachment is not None and attachment.type == TARGET_ATTACHMENT:
        named = attachment.properties.get("SecretId")
    return is_reference_to(named, secret, assembly)


def _days(rules: Mapping[str, Any] | None) -> float:
    """The longest time between two rotations, in days; infinite where there is none."""
    if not rules:
        return float("inf")
    if "AutomaticallyAfterDays" in rules:
        return float(rules["AutomaticallyAfterDays"])
    expression = str(rules.get("ScheduleExpression"))
    if rate := re.fullmatch(r"rate\((\d+) (hour|day)s?\)", expression):
        return int(rate[1]) / (24 if rate[2] == "hour" else 1)
    every_month = re.fullmatch(r"cron\(\S+ \S+ \S+ \* \S+ \S+\)", expression)
    return _LONGEST_MONTHLY_GAP_DAYS if every_month else float("inf")


def _without_master_user(text: str, assembly: Assembly) -> str:
    """The text without a user that the database of this address names as its master user: he stands in its template anyway."""

    def host_alone(match: re.Match[str]) -> str:
        database = assembly.referred(match["host"])
        known = database is not None and database.type == DB_INSTANCE and database.properties.get("MasterUsername") == match["user"]
        return f"//{match['host']}" if known else match[0]

    return _USER_OF_A_DATABASE.sub(host_alone, text)


def _holds_a_secret(text: str) -> bool:
    """Whether text, with a placeholder for each reference, may be or hold a credential; text without any reference may be one."""
    if _PLACEHOLDER not in text:
        return bool(text.strip())
    return any(pattern.search(text) for pattern in (_USER_INFO, _NAMED_CREDENTIAL, _RANDOM_LOOKING))

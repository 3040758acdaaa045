"""Secrets Manager: secrets, and requests."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.design import secrets as design_secrets
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::SecretsManager::Secret",)

SERVICE = "Secrets Manager"

_NAME_IN_ARN = re.compile(r"arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:(?P<name>[\w/+=.@-]+)-\w{6}")


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The application secrets that the document prices, the other secrets, and RDS's own for the master password."""
    secrets = assembly.of_type("AWS::SecretsManager::Secret")
    adopted = _adopted(assembly)
    in_document = {row.name for row in design_secrets.SECRETS if row.in_document}
    documented = [secret for secret in secrets if _name(secret) in in_document]
    number = len(documented) + sum(name in in_document for name in adopted)
    if number:
        what = plural(number, "application secret")
        month = Quantity(id="secrets.application", what=what, price="secretsmanager.secret_month", amount=Decimal(number))
        yield counted(Part.DOCUMENT, SERVICE, month, of=documented)
    others = [secret for secret in secrets if secret not in documented]
    managed = [instance for instance in assembly.of_type("AWS::RDS::DBInstance") if instance.properties.get("ManageMasterUserPassword")]
    yield from _more_secrets(others, [name for name in adopted if name not in in_document], managed)
    if secrets or managed:
        requests = Quantity(
            id="secrets.requests", what="Requests", price="secretsmanager.requests_10k", amount=Decimal(usage.expected_secret_requests)
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, requests, of=secrets)


def _more_secrets(others: list[Resource], adopted: list[str], managed: list[Resource]) -> Iterator[BilledItem]:
    names = [*(_name(secret) for secret in others), *adopted, *(["the master password of RDS"] * len(managed))]
    if names:
        what = f"{plural(len(names), 'more secret')}: {', '.join(names)}"
        month = Quantity(id="secrets.others", what=what, price="secretsmanager.secret_month", amount=Decimal(len(names)))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, month, of=[*others, *managed])


def _adopted(assembly: Assembly) -> list[str]:
    """Application secrets that an earlier deployment left: no template declares them, but they are on the bill."""
    known = {row.name for row in design_secrets.SECRETS}
    found = {
        _last(match["name"])
        for task in assembly.of_type("AWS::ECS::TaskDefinition")
        for container in task.properties.get("ContainerDefinitions", [])
        for secret in container.get("Secrets", [])
        if (match := _NAME_IN_ARN.match(str(secret["ValueFrom"])))
    }
    return sorted(found & known)


def _name(secret: Resource) -> str:
    return _last(str(secret.properties.get("Name", secret.logical_id)))


def _last(name: str) -> str:
    return name.rpartition("/")[2]

"""Secrets Manager: secrets, and requests."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.model import UsageConfig
from tradingbot_infra.cost.item import Item, Part, Quantity, counted, plural
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::SecretsManager::Secret",)

SERVICE = "Secrets Manager"

_NAME_IN_ARN = re.compile(r"arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:(?P<name>[\w/+=.@-]+)-\w{6}")


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[Item]:
    """The document's eight, the others, and RDS's own for the master password."""
    secrets = assembly.of_type("AWS::SecretsManager::Secret")
    application = [secret for secret in secrets if _last(str(secret.properties.get("Name", ""))) in APPLICATION_SECRETS]
    number = len(application) + len(_adopted(assembly))
    if number:
        eight = Quantity(
            id="secrets.application", what=plural(number, "application secret"), price="secretsmanager.secret_month", amount=Decimal(number)
        )
        yield counted(Part.DOCUMENT, SERVICE, eight, of=application)
    others = [secret for secret in secrets if secret not in application]
    managed = [instance for instance in assembly.of_type("AWS::RDS::DBInstance") if instance.properties.get("ManageMasterUserPassword")]
    yield from _beyond(others, managed)
    if secrets or managed:
        requests = Quantity(
            id="secrets.requests", what="Requests", price="secretsmanager.requests_10k", amount=Decimal(usage.expected_secret_requests)
        )
        yield counted(Part.FORGOTTEN, SERVICE, requests, of=secrets)


def _beyond(others: list[Resource], managed: list[Resource]) -> Iterator[Item]:
    names = [_last(str(secret.properties.get("Name", secret.logical_id))) for secret in others]
    names += ["the master password of RDS"] * len(managed)
    if names:
        what = f"{plural(len(names), 'more secret')}: {', '.join(names)}"
        month = Quantity(id="secrets.others", what=what, price="secretsmanager.secret_month", amount=Decimal(len(names)))
        yield counted(Part.FORGOTTEN, SERVICE, month, of=[*others, *managed])


def _adopted(assembly: Assembly) -> set[str]:
    """Application secrets that an earlier deployment left: no template declares them, but they are on the bill."""
    found = set()
    for task in assembly.of_type("AWS::ECS::TaskDefinition"):
        for container in task.properties.get("ContainerDefinitions", []):
            for secret in container.get("Secrets", []):
                match = _NAME_IN_ARN.match(str(secret["ValueFrom"]))
                if match and _last(match["name"]) in APPLICATION_SECRETS:
                    found.add(match["name"])
    return found


def _last(name: str) -> str:
    return name.rpartition("/")[2]

"""The rule over all text of templates: no secret is among it."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import seen
from tradingbot_infra.compliance.reading.secrets_in_templates import secrets_of
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import EVERY_TYPE, STACK_TYPE, Assembly, Resource


@rule(
    "cfn.no_secrets",
    EVERY_TYPE,
    STACK_TYPE,
    title="No text of a template is a secret: neither by its form, nor by its name, nor because it looks random",
    fix="Put the value into Secrets Manager, refer to it, and issue a new one: whoever reads the template has this one.",
)
def no_secrets(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    found = tuple(secrets_of(resource, assembly))
    for secret in found:
        yield seen(secret.where, f"{secret.kind}, {len(secret.text)} characters", False, "no secret")
    if not found:
        yield seen("text", "all text", True, "no secret")

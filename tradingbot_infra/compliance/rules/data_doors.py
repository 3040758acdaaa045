"""Rules over every type: data leave by named doors only, and nothing names an account, a region or an address of others."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.lambda_functions import TELEGRAM
from tradingbot_infra.compliance.expected.telemetry import telemetry
from tradingbot_infra.compliance.observe import seen
from tradingbot_infra.compliance.reading.doors import doors_of
from tradingbot_infra.compliance.reading.github_trust import HOST, OIDC_PROVIDER
from tradingbot_infra.compliance.reading.leaves import leaves
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import decided
from tradingbot_infra.config.settings import flat
from tradingbot_infra.design.stacks import regions
from tradingbot_infra.templates import EVERY_TYPE, Assembly, Resource

_NAMES: Mapping[str, re.Pattern[str]] = {
    "an account": re.compile(r"(?<![\w-])\d{12}(?![\w-])"),
    "a region": re.compile(r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:gov-|iso\w?-)?[a-z]+-\d\b"),
    "an organization": re.compile(r"\bo-[a-z0-9]{10,32}\b"),
    "an e-mail address": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a web address": re.compile(r"https?://(?!localhost\b|127\.0\.0\.1\b)[^\s\"'\\]+"),
    "a bucket": re.compile(r"arn:aws[\w-]*:s3:::(?!\$\{)[\w.*-]+"),
}
"""What names somebody else, unless a setting or the design does."""

_MARKS = {"a region": "-", "an organization": "o-", "an e-mail address": "@"}
"""What a text must contain before it is worth the search."""


@rule(
    "data.doors",
    EVERY_TYPE,
    title="Data leave by named doors only: to logs, topics, buckets and vaults of these stacks, and to whom settings name",
    fix="Lead it to a resource of these stacks, or name who receives it in alarm_emails or ecr_pull_accounts.",
)
def doors(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    for door, where, value in doors_of(resource):
        yield decided(where, value, door.admits(value, assembly), f"{door.to} ({door.why})")


@rule(
    "data.foreign",
    EVERY_TYPE,
    title="No resource names an account, a region, an organization, a bucket or an address of others",
    fix="Refer to a resource of these stacks, or name it in the setting that is there for it.",
)
def foreign(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if not any(_named(resource.properties)):
        return
    known = _known(resource, assembly)
    named = [(where, kind, name) for where, _, value in leaves(resource.properties, "Properties", "") for kind, name in _named(value)]
    strangers = [(where, kind, name) for where, kind, name in named if name not in known]
    for where, kind, name in strangers:
        yield seen(where, name, False, f"{kind} of the design or of a setting")
    if not strangers:
        yield seen("Properties", sorted({name for _, _, name in named}), True, "names of the design and of settings")


def _named(value: Any) -> Iterator[tuple[str, str]]:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    for kind, pattern in _NAMES.items():
        if _MARKS.get(kind, "") in text:
            yield from ((kind, name) for name in pattern.findall(text))


def _known(resource: Resource, assembly: Assembly) -> set[str]:
    """Regions of the design, the account of the stack, and what settings name: an account that pulls images, for the repository alone.

    And GitHub's address, for the identity provider alone, the buckets that the trail looks at, for the trail, the two addresses of
    AWS that take telemetry, for the container, the repository's, for dashboards that link to the runbook, and Telegram's, for the function
    that sends alarms there.
    """
    stack = assembly.stacks[resource.stack]
    settings: dict[str, Any] = flat(assembly.config) if assembly.config else {}
    if resource.type != "AWS::ECR::Repository":
        settings.pop("ecr_pull_accounts", None)
    named = {name for value in settings.values() for _, name in _named(str(value))}
    if resource.type == OIDC_PROVIDER:
        named.add(f"https://{HOST}")
    if resource.type == "AWS::ECS::TaskDefinition" and assembly.config:
        named |= {value for name, value in telemetry(assembly.config).items() if name.endswith("_ENDPOINT")}
    if resource.type == "AWS::CloudWatch::Dashboard" and settings.get("github_repository"):
        # The runbook; the table of dashboards holds where links lead.
        named |= {
            name for _, name in _named(resource.properties) if name.startswith(f"https://github.com/{settings['github_repository']}/")
        }
    if resource.path == TELEGRAM:
        named.add("https://api.telegram.org")
    if resource.type == "AWS::CloudTrail::Trail" and assembly.config:
        # What the names of the project's buckets and of the CDK's begin with: the trail looks at them, and writes to none.
        named |= {f"arn:aws:s3:::{name}-" for name in (assembly.config.project, "cdk-hnb659fds")}
    return {stack.region, *regions(), *filter(None, [stack.account]), *named}

"""KMS: customer managed keys, and requests."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::KMS::Key",)

SERVICE = "KMS"

_ROTATION = "Each of the first two rotations of a key adds the same price again; a key rotates once a year."
_FREE = "AWS gives every account 20,000 requests a month, not deducted here."
_ARN = re.compile(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[0-9a-f-]+")


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The keys of the templates, and those that an earlier deployment left and the templates still use."""
    keys = assembly.of_type("AWS::KMS::Key")
    kept = {arn for resource in assembly.resources for arn in _ARN.findall(json.dumps(resource.properties, default=str))}
    number = len(keys) + len(kept)
    if number:
        month = Quantity(id="kms.keys", what=plural(number, "customer managed key"), price="kms.key_month", amount=Decimal(number))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, month, of=keys, note=_ROTATION)
        requests = Quantity(id="kms.requests", what="Requests", price="kms.requests_10k", amount=Decimal(usage.expected_kms_requests))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, requests, of=keys, note=_FREE)

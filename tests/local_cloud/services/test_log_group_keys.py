"""A log group gets a key after it was made, loses it, and keeps its lines."""

import uuid
from typing import Any

import pytest

from tradingbot_infra.local_cloud import gateway  # noqa: F401 - the operations
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.usefixtures("account")

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0"


def shown(group: str) -> Any:
    (found,) = call("logs", "DescribeLogGroups", logGroupNamePrefix=group)["logGroups"]
    return found.get("kmsKeyId")


def test_a_group_has_the_key_until_it_is_taken_away() -> None:
    group, other = (f"{uuid.uuid4().hex}" for _ in range(2))
    for name in (group, other):
        call("logs", "CreateLogGroup", logGroupName=name)
    call("logs", "AssociateKmsKey", logGroupName=group, kmsKeyId=KEY)
    assert (shown(group), shown(other)) == (KEY, None)
    call("logs", "DisassociateKmsKey", logGroupName=group)
    assert shown(group) is None


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"logGroupName": "nothing"}, "ResourceNotFoundException"),
        ({"resourceIdentifier": "arn:aws:logs:ap-southeast-2:000000000000:query-result:*"}, "InvalidParameterException"),
    ],
)
def test_a_group_that_is_not_there_and_what_is_none_is_refused(parameters: dict[str, str], code: str) -> None:
    with pytest.raises(LocalApiError) as refused:
        call("logs", "AssociateKmsKey", kmsKeyId=KEY, **parameters)
    assert refused.value.code == code

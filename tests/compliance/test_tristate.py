"""Answers of which a part is unknown: nothing unknown ever turns into a pass or a fail."""

from collections.abc import Sequence

import pytest

from tests.compliance.builders import assembly_of, resource
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, is_given, negated


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        ([], True, False),
        ([True, True], True, True),
        ([True, False], False, True),
        ([True, None], None, True),
        ([False, None], False, None),
        ([None], None, None),
    ],
)
def test_one_value_decides_only_where_the_unknown_ones_cannot_change_it(
    answers: Sequence[TriState], every: TriState, some: TriState
) -> None:
    assert all_of(answers) is every
    assert any_of(answers) is some


def test_the_opposite_of_unknown_is_unknown() -> None:
    assert [negated(answer) for answer in (True, False, None)] == [False, True, None]


@pytest.mark.parametrize(
    ("value", "given"),
    [
        ("/aws/vpc/logs", True),
        ("${Stack.Group}", True),
        ("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Stack.Parameter}", True),
        ("${AWS::StackName}", True),
        ({"Arn": "${Stack.Group.Arn}"}, True),
        (None, False),
        ("", False),
        ("${AWS::NoValue}", False),
        ("${Stack.Parameter}", None),
        ({"Fn::ImportValue": "somewhere"}, None),
    ],
)
def test_a_property_is_given_unless_it_may_be_empty(value: object, given: TriState) -> None:
    assert is_given(value, assembly_of({"Group": resource("AWS::Logs::LogGroup")})) is given

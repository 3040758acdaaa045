"""No rule without a resource that passes it and one that fails it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.compliance.builders import SHOWN, assembly_of, judge, resource
from tradingbot_infra.compliance.observe import observe
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import MODULES, RULES, kms
from tradingbot_infra.compliance.status import Status

FORBIDS_ITS_TYPES = {"acct.config_everywhere", "iam.no_users"}
"""Rules that no resource can pass: every resource of their types fails, and without one they are not applicable."""

MADE_UP = Rule(
    id="made.up",
    title="Buckets have names",
    types=("AWS::S3::Bucket",),
    fix="Name it.",
    look=lambda bucket, _: iter([observe(bucket, "BucketName", bool, "a name")]),
)


def not_shown(rules: Iterable[Rule], shown: Mapping[str, set[Status]]) -> Iterator[str]:
    """Each rule with a status that no test has shown."""
    for rule in rules:
        wanted = (Status.FAIL,) if rule.id in FORBIDS_ITS_TYPES else (Status.PASS, Status.FAIL)
        yield from (f"{rule.id}: {status}" for status in wanted if status not in shown.get(rule.id, set()))


@pytest.mark.usefixtures("all_rule_tests_ran")
def test_every_rule_is_shown_to_pass_and_to_fail() -> None:
    assert list(not_shown(RULES.values(), SHOWN)) == []


def test_a_rule_without_its_cases_is_named() -> None:
    assert list(not_shown([MADE_UP], {})) == ["made.up: pass", "made.up: fail"]
    assert list(not_shown([MADE_UP], {"made.up": {Status.PASS, Status.NOT_ASSESSED}})) == ["made.up: fail"]
    assert list(not_shown([MADE_UP], {"made.up": {Status.PASS, Status.FAIL}})) == []


def test_what_is_judged_is_shown() -> None:
    judge(MADE_UP, assembly_of({"Bucket": resource("AWS::S3::Bucket")}))
    assert SHOWN[MADE_UP.id] == {Status.FAIL}


def test_a_rule_that_forbids_its_types_is_not_applicable_without_them() -> None:
    for name in FORBIDS_ITS_TYPES:
        assert judge(RULES[name], assembly_of({"Role": resource("AWS::IAM::Role")})) == {}


def test_every_module_of_rules_is_registered() -> None:
    files = {path.stem for path in Path(str(kms.__file__)).parent.glob("*.py")}
    assert files - {"__init__"} == {module.__name__.rpartition(".")[2] for module in MODULES}

"""Severity: what the table names exists, and what it does not name is medium."""

from fnmatch import fnmatchcase

import pytest

from tradingbot_infra.compliance.catalogue import outside_rules, severities, severity_of
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.severity import Severity

KNOWN = (*RULES, *outside_rules(), *(rule.id for pack in public_packs() for rule in pack.rules))


@pytest.mark.parametrize("pattern", [pattern for patterns in severities().values() for pattern in patterns])
def test_the_table_names_only_rules_that_exist(pattern: str) -> None:
    assert any(fnmatchcase(rule, pattern) for rule in KNOWN)


def test_no_rule_is_named_twice() -> None:
    named = [pattern for patterns in severities().values() for pattern in patterns]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("alb.https", Severity.HIGH),
        ("net.sg_no_admin_ports_v6", Severity.HIGH),
        ("NIST.800.53.R5-RDSInstancePublicAccess", Severity.HIGH),
        ("PCI.DSS.321-S3BucketPublicReadProhibited", Severity.HIGH),
        ("rds.encrypted", Severity.MEDIUM),
        ("a.rule_that_nobody_graded", Severity.MEDIUM),
        ("cfn.tags", Severity.LOW),
    ],
)
def test_a_rule_has_the_severity_of_the_table(rule: str, severity: Severity) -> None:
    assert severity_of(rule) is severity


def test_every_severity_has_a_meaning() -> None:
    assert len({severity.meaning for severity in Severity}) == len(Severity)

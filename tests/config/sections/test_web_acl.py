"""Settings of the section web ACL."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"waf": "maybe"}, "waf=maybe", "allowed: true or false"),
        ({"waf_rate_limit": "9"}, "waf_rate_limit=9", "allowed: a whole number from 10 to 20000"),
        ({"waf_rate_limit": "20001"}, "waf_rate_limit=20001", "allowed: a whole number from 10 to 20000"),
        ({"waf_counted_rules": "SQLi_BDY"}, "waf_counted_rules=SQLi_BDY: SQLi_BDY is no rule", "allowed: SQLi_BODY"),
        ({"waf_counted_rules": "sqli_body"}, "waf_counted_rules=sqli_body: sqli_body is no rule", "allowed: SQLi_BODY"),
        (
            {"waf_counted_rules": "AWSManagedRulesSQLiRuleSet/SQLi_BODY"},
            "waf_counted_rules=AWSManagedRulesSQLiRuleSet/SQLi_BODY",
            "allowed: SQLi_BODY",
        ),
        ({"waf_counted_rules": "everything"}, "waf_counted_rules=everything", "allowed: a rule in design/web_acl_rules.py"),
        ({"waf_counted_rules": "SQLi_BODY,SQLi_BODY"}, "waf_counted_rules=SQLi_BODY,SQLi_BODY", "allowed: each rule once"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)

"""`compliance explain`: a control or a rule in words."""

import pytest

from tests.compliance.report.sample import report_of, sample
from tradingbot_infra.compliance.explain import explain
from tradingbot_infra.errors import UserError

REPORT = sample()
CONTROLS = [control for framework in REPORT["frameworks"] for control in framework["controls"]]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["id"])
def test_a_control_is_explained_with_its_rules_and_what_they_judged(control: dict[str, object]) -> None:
    text = "\n".join(explain(report_of(REPORT), str(control["id"])))
    assert text.startswith(
        f"Judged with waf_rate_limit=1000 (environments.py: 2000)\n{control['id']}: {control['title']} [{control['status']}]"
    )
    for rule in (rule for rule in REPORT["rules"] if rule["id"] in control["rules"]):  # type: ignore[operator]  # a list
        assert f"{rule['id']}: {rule['title']} [{rule['status']}]" in text
        assert rule["fix"] in text
        assert rule["reason"] in text
        assert f"{rule['severity']} severity" in text
        for line in rule["evidence"]:
            assert f"{line['status']:<12} {line['path']}" in text
            assert f"{line['property']}: {line['observed']}; expected: {line['expected']}" in text


def test_a_rule_is_explained_with_the_controls_that_name_it() -> None:
    rule = next(rule for rule in REPORT["rules"] if rule["evidence"])
    lines = list(explain(report_of(REPORT), rule["id"].upper()))
    assert f"{rule['id']}: {rule['title']} [{rule['status']}]" in lines
    named = [control["id"] for control in CONTROLS if rule["id"] in control["rules"]]
    assert lines[-1] == f"Named by {', '.join(named)}"


def test_an_exception_is_explained_with_its_reason_owner_and_date() -> None:
    exception = REPORT["exceptions"][0]
    text = "\n".join(explain(report_of(REPORT), exception["rules"][0]))
    assert f"Exception {exception['id']}, {exception['owner']}, review by {exception['review']}" in text
    for part in ("mechanism", "consequence", "compensation"):
        assert f"{part}: {exception[part]}" in text


def test_an_unknown_id_gets_the_nearest_ones() -> None:
    known = CONTROLS[0]["id"]
    with pytest.raises(UserError, match=rf"^{known}9: there is no such control or rule; nearest: .*{known}"):
        list(explain(report_of(REPORT), f"{known}9"))


def test_an_id_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(UserError, match=r"^zzzzzzzz: there is no such control or rule$"):
        list(explain(report_of(REPORT), "zzzzzzzz"))

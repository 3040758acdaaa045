"""The page as text: nothing in a report becomes markup, nothing is fetched, every link has a target, all of it is there."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compliance.report.sample import BUCKET, LATER, LONGEST_PATH, OVERDUE, SOON, evidence, large, report_of, rule, sample, since
from tradingbot_infra.compliance.report import html
from tradingbot_infra.compliance.status import Status, worst

KEPT = frozenset({"status", "scope", "source", "severity", "date", "sha256", "review", "before", "after"})
"""What the schema allows only certain values for."""


class _Page(HTMLParser):
    """Elements with their attributes, ids, links and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, frozenset[str]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.raw: dict[str, str] = {}
        self._texts: list[str] = []
        self._tag = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, frozenset(name for name, _ in attrs)))
        self.attributes += [(name, value or "") for name, value in attrs]
        self._tag = tag

    def handle_data(self, data: str) -> None:
        if self._tag in {"style", "script"}:
            self.raw.setdefault(self._tag, data)
        self._texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ids(self) -> list[str]:
        return [value for name, value in self.attributes if name == "id"]


def _with_suffix(value: Any, suffix: str, key: str = "") -> Any:
    """The same report with the suffix at the end of every text, so that references still meet."""
    if isinstance(value, dict):
        return {name: _with_suffix(inner, suffix, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_suffix(inner, suffix, key) for inner in value]
    return value + suffix if isinstance(value, str) and value and key not in KEPT else value


HOSTILE = st.sampled_from(
    (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onfocus='alert(1)",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "]]>",
        "-->",
        "&lt;b&gt;",
    )
)


@given((st.text(max_size=12) | HOSTILE).map(lambda text: f"{text}.".translate({ord("["): "(", ord("`"): "'"})))
@settings(max_examples=25, deadline=None)
def test_no_text_of_a_report_becomes_markup(hostile: str) -> None:
    # Of the same length, because the first page shows as much as has room.
    plain = _Page(html.render(report_of(_with_suffix(sample(), "." * len(hostile)))))
    page = _Page(html.render(report_of(_with_suffix(sample(), hostile))))
    assert page.elements == plain.elements
    assert f"AwsSolutions-S1{hostile}" in page.text
    assert f"Every bucket is encrypted at rest{hostile}" in page.text
    assert f"Platform team{hostile}" in page.text


def test_the_page_names_nothing_outside_itself() -> None:
    page = _Page(html.render(report_of(sample())))
    assert not {name for name, _ in page.attributes} & {"src", "srcset", "action", "style", "data", "poster"}
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}
    assert not re.search(r"url\((?!#)|@import|fetch\(|XMLHttpRequest|import\(", page.raw["style"] + page.raw["script"])


def test_the_content_security_policy_admits_this_style_and_this_script_only() -> None:
    page = _Page(html.render(report_of(sample())))
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in value)
    digests = {tag: base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode() for tag in ("style", "script")}
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digests['style']}'",
        f"script-src 'sha256-{digests['script']}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize("report", [sample(), large()], ids=["small", "large"])
def test_every_link_has_a_target_and_every_id_is_one_elements(report: dict[str, Any]) -> None:
    page = _Page(html.render(report_of(report)))
    targets = {unquote(value[1:]) for name, value in page.attributes if name == "href"}
    assert targets <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_everything_of_the_report_is_on_the_page() -> None:
    report = sample()
    text = _Page(html.render(report_of(report))).text
    assert [value for value in _texts(report) if value not in text] == []


def _texts(value: Any, key: str = "") -> list[str]:
    """Every text of a report that a person reads: not the names of statuses and sources, and without backticks."""
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name != "counts" for text in _texts(inner, name)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, key)]
    return [value.replace("`", "")] if isinstance(value, str) and key not in {"status", "source", "severity"} else []


def test_text_in_backticks_is_code_and_still_escaped() -> None:
    report = sample()
    report["rules"][1]["fix"] = "Set `<b>` & `x`, not ` alone."
    assert "Set <code>&lt;b&gt;</code> &amp; <code>x</code>, not ` alone." in html.render(report_of(report))


def test_a_commit_with_uncommitted_changes_is_called_so() -> None:
    report = sample()
    assert '<strong class="loud">with uncommitted changes</strong>' in html.render(report_of(report))
    report["commit"]["dirty"] = False
    assert "with uncommitted changes" not in html.render(report_of(report))


def test_a_report_without_a_commit_is_marked() -> None:
    assert "judged outside a git checkout" in html.render(report_of({**sample(), "commit": None}))


def test_failures_and_the_gravest_risk_are_at_the_top() -> None:
    top = html.render(report_of(sample())).partition('<h2 id="verdicts">')[0]
    assert "4 controls fail, 1 control could not be judged: the synthesis stops." in top
    assert 'href="#c-CIS-2.2.1"' in top
    assert 'href="#c-PCI.DSS.401-10.5.1"' in top
    assert "<strong>Traffic between clients and the load balancer can be read</strong>" in top
    assert f'href="#x-{OVERDUE}"' in top
    assert f'href="#x-{SOON}"' not in top


def test_what_is_stale_in_the_ledger_is_at_the_top() -> None:
    page = html.render(report_of({**_calm(), "stale": ["an-id excepts a.rule here, but nothing finds it: DataStack/Key"]}))
    assert "1 entry of the ledger is stale: the synthesis stops." in page
    assert "an-id excepts a.rule here" in _between(page, 'id="attention"', "</section>")


def test_a_report_without_failures_says_so_and_what_was_not_judged() -> None:
    page = html.render(report_of(_calm()))
    assert "<strong>No workload control fails.</strong> Of 13 controls, " in page
    assert "1 depends on the account and is not assessed" in page
    assert 'id="attention"' not in page


def _calm() -> dict[str, Any]:
    report = sample()
    for entry in report["rules"]:
        if any(line["status"] in {"fail", "not assessed"} for line in entry["evidence"]):
            entry["evidence"], entry["status"], entry["reason"] = [], "not applicable", "These stacks declare none."
    statuses = {entry["id"]: Status(entry["status"]) for entry in report["rules"]}
    for control in (control for framework in report["frameworks"] for control in framework["controls"]):
        control["status"] = worst(statuses[name] for name in control["rules"])
    return report


def test_open_risks_are_in_words_the_gravest_first_and_what_has_no_consequence_is_none() -> None:
    report = sample()
    report["exceptions"][2]["consequence"] = "None: nobody asks"
    risks = _between(html.render(report_of(report)), '<h2 id="risks">', "</section>")
    assert risks.index("Traffic between clients") < risks.index("The cache can be restored")
    assert "No certificate is given" in risks
    assert "None: nobody asks" not in risks


def test_settings_given_by_c_are_in_the_title_and_the_head() -> None:
    page = html.render(report_of(sample()))
    assert "<h1>Compliance report, production with waf_rate_limit=1000</h1>" in page
    assert "<title>Compliance report: tradingbot, production with waf_rate_limit=1000</title>" in page
    assert "waf_rate_limit=1000 (environments.py: 2000)" in _between(page, "<header", "</header>")
    assert "nat_gateways" not in _between(page, "<header", "</header>")
    same = {**sample(), "settings": sample()["settings"][:1]}
    assert "<h1>Compliance report, production</h1>" in html.render(report_of(same))


def test_changes_since_an_earlier_report_are_shown_the_new_failure_first() -> None:
    changes = _between(html.render(report_of({**sample(), "since": since()})), '<h2 id="changes">', "</section>")
    assert "Changes since 2026-10-01" in f">{changes}"
    lines = re.findall(r"<li><strong>(.*?)</strong> <code>(.*?)</code> (.*?)</li>", changes)
    assert lines[0] == ("New failure", "CIS-2.2.1", "Database storage encrypted: was pass")
    assert ("Exception", "old-version", "ended. An old version runs") in lines
    assert ("Setting", "alarm_emails", "nothing to a@example.com") in lines


def test_no_change_is_said_and_without_an_earlier_report_nothing_is() -> None:
    nothing = since(verdicts=[], exceptions=[], settings=[])
    assert "Nothing changed since 2026-10-01" in html.render(report_of({**sample(), "since": nothing}))
    assert 'id="changes"' not in html.render(report_of(sample()))


def test_what_runs_has_a_column_where_it_was_read() -> None:
    report = sample()
    assert "<th>Live" not in html.render(report_of(report))
    report["rules"][0]["evidence"][0]["live"] = "none"
    page = html.render(report_of(report))
    assert '<td>AES256<td class="differs">none<td>' in page
    assert "<td>not read<td>" in page
    assert "<h1>Compliance report, production with waf_rate_limit=1000, declared and live</h1>" in page
    assert "4 controls fail, 1 control could not be judged." in page, "no synthesis stops for what stands"


def test_a_rule_about_every_type_says_so() -> None:
    report = sample()
    report["rules"][0]["types"] = ["*"]
    assert "<dd>resources of every type</dd>" in html.render(report_of(report))


def test_evidence_about_the_same_property_says_it_once_and_what_does_not_pass_comes_first() -> None:
    report = sample()
    lines = [evidence(f"DataStack/Bucket{number}/Resource", Status.PASS) for number in range(30)]
    failing = evidence(BUCKET, Status.FAIL, property="Properties.Other", observed="false")
    report["rules"][0] = rule("s3.encrypted", "Encrypted", *lines, failing)
    row = _between(html.render(report_of(report)), 'id="r-s3.encrypted"', "</details>")
    assert row.count("Properties.Encrypted") == 1
    assert row.index("Properties.Other") < row.index("Properties.Encrypted")
    assert row.count("DataStack/Bucket7/Resource") == 1


def test_a_rule_that_fails_shows_its_fix_at_the_control() -> None:
    control = _between(html.render(report_of(sample())), '<details class="row control" id="c-CIS-2.2.1"', "</details>")
    assert "Set storage_encryption_key on the instance." in control
    assert "Also the replica&#39;s." in control


def test_an_exception_shows_its_reason_at_the_control() -> None:
    control = _between(html.render(report_of(sample())), '<details class="row control" id="c-AwsSolutions-S1"', "</details>")
    assert f'href="#x-{LATER}"' in control
    assert "Accepted by Security team, review by 2027-11-30" in control


def test_a_finding_of_cdk_nag_links_to_its_rule() -> None:
    assert '<a href="#c-AwsSolutions-IAM5"><code>AwsSolutions-IAM5[Resource::*]</code></a>' in html.render(report_of(sample()))


def test_a_control_links_to_its_rules_and_a_rule_shows_its_resources() -> None:
    page = html.render(report_of(sample()))
    assert 'href="#r-net.sg_no_admin_ports_v4"' in _between(page, 'id="c-CIS-5.3"', "</details>")
    assert LONGEST_PATH in _between(page, 'id="r-net.sg_no_admin_ports_v4"', "</details>")


def test_severity_is_shown_for_each_rule_and_control() -> None:
    page = html.render(report_of(sample()))
    for anchor in ("r-alb.https", "c-PCI.DSS.401-4.2.1"):
        assert '<span class="severity high">High</span>' in _between(page, f'id="{anchor}"', "</summary>")


def test_the_largest_page_stays_small() -> None:
    assert len(html.render(report_of(large())).encode()) < 1_500_000


def _between(page: str, start: str, end: str) -> str:
    return page.partition(start)[2].partition(end)[0]


def test_who_provides_a_control_is_on_the_first_page_and_at_the_control() -> None:
    page = html.render(report_of(sample()))
    said = "the security team. Evidence: https://wiki.example/audit. Review by 2027-03-31."
    assert f"1 rule is provided by {said}" in _between(page, 'id="account">', "</section>")
    assert f"Provided by {said}" in _between(page, 'id="c-SOC2-CC7.2"', "</details>")
    assert 'class="s-provided-by"' in _between(page, 'id="c-SOC2-CC7.2"', "</summary>")


def test_a_provider_whose_review_has_passed_is_overdue() -> None:
    report = sample()
    (entry,) = (entry for entry in report["rules"] if entry["provided"])
    entry["provided"] = {**entry["provided"], "overdue": True}
    assert "Review by 2027-03-31 (overdue)." in _between(html.render(report_of(report)), 'id="account">', "</section>")


def test_without_rules_of_the_account_there_is_no_such_section() -> None:
    report = sample()
    report["frameworks"] = []
    report["rules"] = [entry for entry in report["rules"] if not entry["id"].startswith("acct.")]
    assert 'id="account"' not in html.render(report_of(report))

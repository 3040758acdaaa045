"""The report of a real synthesis: what the packs found, by its schema, the same each time."""

import copy
import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.compliance.catalogue import controls, outside_rules
from tradingbot_infra.compliance.exception import Stale
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.provided import is_of_account
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.report.build import build
from tradingbot_infra.compliance.report.csv_table import COMPLIANCE
from tradingbot_infra.compliance.report.document import Report
from tradingbot_infra.compliance.report.files import files
from tradingbot_infra.compliance.report.json_format import document_of
from tradingbot_infra.compliance.report.origin import Commit
from tradingbot_infra.compliance.report.verdict import sentence
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config, settings

SCHEMA = json.loads((PROJECT_ROOT / "tradingbot_infra/compliance/report/schema.json").read_text(encoding="utf-8"))
COMMIT = Commit("0123456789abcdef0123456789abcdef01234567", date(2026, 11, 23), dirty=False)

Json = dict[str, Any]


@pytest.fixture(scope="session")
def inspection(inspect: Any) -> Inspection:
    """Production, judged."""
    judged: Inspection = inspect("production")
    return judged


@pytest.fixture(scope="session")
def report(inspection: Inspection) -> Report:
    """Production's report."""
    return build(inspection, COMMIT)


@pytest.fixture(scope="session")
def document(report: Report) -> Json:
    """Its JSON document."""
    return document_of(report)


def by_id(entries: list[Json]) -> dict[str, Json]:
    return {entry["id"]: entry for entry in entries}


def test_the_document_follows_its_schema(document: Json) -> None:
    jsonschema.validate(document, SCHEMA)


def test_the_schema_refuses_what_is_missing_or_unknown(document: Json) -> None:
    for change in ({"region": None}, {"unknown": 1}, {"schema_version": 3}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, **change}, SCHEMA)
    broken = copy.deepcopy(document)
    broken["rules"][0]["evidence"][0]["status"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_every_control_and_every_rule_is_in_it(document: Json) -> None:
    reported = {control["id"] for framework in document["frameworks"] for control in framework["controls"]}
    public = {rule.id for pack in public_packs() for rule in pack.rules}
    assert reported == controls().keys() | public
    assert by_id(document["rules"]).keys() == RULES.keys() | outside_rules().keys() | public


def test_a_control_has_the_worst_status_of_its_rules(document: Json) -> None:
    order = list(Status)
    rules = by_id(document["rules"])
    for framework in document["frameworks"]:
        for control in framework["controls"]:
            assert control["status"] == min((rules[rule]["status"] for rule in control["rules"]), key=order.index), control["id"]
        assert framework["counts"] == {status: Counter(c["status"] for c in framework["controls"])[status] for status in order}


def test_nothing_passes_without_a_resource_that_was_examined(document: Json) -> None:
    for rule in document["rules"]:
        statuses = {line["status"] for line in rule["evidence"]}
        assert (rule["status"] == "pass") == (statuses == {"pass"}), rule["id"]
        assert bool(rule["reason"]) == (not rule["evidence"]), rule["id"]


def test_every_workload_control_is_judged_or_has_a_reason_why_not(document: Json) -> None:
    rules = by_id(document["rules"])
    for framework in document["frameworks"][:4]:
        for control in (control for control in framework["controls"] if control["scope"] == "workload"):
            halves = {rules[rule]["status"] for rule in control["rules"] if rule in RULES and not is_of_account(rule)}
            assert halves <= {"pass", "exception", "not applicable"}, control["id"]
            assert halves, control["id"]


def test_outside_rules_are_not_assessed_or_manual_and_name_their_provider(document: Json) -> None:
    rules = by_id(document["rules"])
    for outside in outside_rules().values():
        assert rules[outside.id]["status"] == {"account": "not assessed", "manual": "manual"}[outside.scope]
        assert outside.provider in rules[outside.id]["reason"]


def test_evidence_leads_to_a_resource_of_the_templates(document: Json, inspection: Inspection) -> None:
    known = {(resource.stack, resource.path, resource.logical_id, resource.type) for resource in inspection.assembly.resources}
    known |= {(name, name, name, "AWS::CloudFormation::Stack") for name in inspection.assembly.stacks}
    lines = [line for rule in document["rules"] for line in rule["evidence"]]
    assert len(lines) > 500
    assert {(line["stack"], line["path"], line["logicalId"], line["type"]) for line in lines} <= known


def test_an_excepted_finding_leads_to_its_exception(document: Json, inspection: Inspection) -> None:
    excepted = {
        (rule["id"], line["path"], line["exception"]) for rule in document["rules"] for line in rule["evidence"] if line["exception"]
    }
    assert ("alb.https", "ServiceStack/LoadBalancer/PublicListener/Resource", "plain-http") in excepted
    assert ("AwsSolutions-VPC3", "NetworkStack/NetworkAcls/Public/Acl", "network-acls") in excepted
    assert {name for _, _, name in excepted} == {exception.id for exception in inspection.ledger.exceptions}


def test_no_placeholder_of_the_ledger_is_in_the_report(document: Json) -> None:
    for entry in document["exceptions"]:
        assert not [text for text in (*entry["rules"], *entry["paths"]) if "{" in text], entry["id"]


def test_compliant_resources_are_evidence_too(document: Json) -> None:
    rules = by_id(document["rules"])
    assert ("DataStack/Database/Resource", "Properties.StorageEncrypted", "true", "pass") in {
        (line["path"], line["property"], line["observed"], line["status"]) for line in rules["rds.encrypted"]["evidence"]
    }
    assert rules["AwsSolutions-RDS2"]["status"] == "pass"
    assert rules["AwsSolutions-DDB3"]["status"] == "not applicable"


def test_the_templates_are_named_with_their_digests(document: Json, inspection: Inspection) -> None:
    assert [entry["stack"] for entry in document["templates"]] == [place.id for place in load_config("production").stacks]
    for entry in document["templates"]:
        assert entry["sha256"] == hashlib.sha256((inspection.directory / entry["file"]).read_bytes()).hexdigest()


def test_the_same_inspection_gives_the_same_bytes(report: Report, inspection: Inspection) -> None:
    assert files(report) == files(build(inspection, COMMIT))


def test_no_value_of_a_container_variable_is_shown(document: Json, inspection: Inspection) -> None:
    (container,) = inspection.assembly.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    names = {variable["Name"] for kind in ("Environment", "Secrets") for variable in container[kind]}
    shown = {line["observed"] for line in by_id(document["rules"])["ecs.no_plain_secrets"]["evidence"]}
    assert shown == names | {"absent"}


def test_counts_agree_in_the_csv_of_the_real_report(report: Report, document: Json) -> None:
    words = {word: status.value for status, word in COMPLIANCE.items()}
    order = [status.value for status in Status]
    found: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(files(report)["report.csv"])):
        control = row["Rule ID"].partition("[")[0]
        status = words[row["Compliance"]]
        found[control] = min(found.get(control, status), status, key=order.index)
    assert found == {control["id"]: control["status"] for framework in document["frameworks"] for control in framework["controls"]}


@pytest.mark.parametrize(("day", "overdue"), [(date(2026, 11, 23), False), (date(2040, 1, 1), True)])
def test_an_exception_is_overdue_by_the_date_of_the_commit(day: date, overdue: bool, inspection: Inspection) -> None:
    report = build(inspection, Commit(COMMIT.id, day, dirty=False))
    assert {exception.overdue for exception in report.exceptions} == {overdue}


def test_outside_a_git_checkout_the_report_names_no_commit(inspection: Inspection) -> None:
    report = build(inspection, None)
    jsonschema.validate(document_of(report), SCHEMA)
    assert report.commit is None
    assert not any(exception.overdue for exception in report.exceptions)


def test_every_setting_is_in_the_report_with_the_value_of_environments(document: Json, inspect: Any) -> None:
    assert {entry["name"] for entry in document["settings"]} == settings().keys()
    assert all(entry["value"] == entry["declared"] for entry in document["settings"])
    changed = build(inspect("production", waf_rate_limit=1000), COMMIT)
    assert [str(setting) for setting in changed.changed_settings] == ["waf_rate_limit=1000 (environments.py: 2000)"]
    assert changed.subject == "production with waf_rate_limit=1000"


def test_every_format_names_a_setting_given_by_c(inspect: Any) -> None:
    written = files(build(inspect("production", waf_rate_limit=1000), COMMIT))
    for name in ("report.html", "report.csv", "summary.md"):
        assert "waf_rate_limit=1000" in written[name], name
    setting = {"name": "waf_rate_limit", "value": "1000", "declared": "2000"}
    assert setting in json.loads(written["report.json"])["settings"]
    for name in ("report.sarif", "alerts.sarif"):
        assert json.loads(written[name])["runs"][0]["properties"]["settings"] == [setting]


def test_the_gravest_risk_of_production_is_plain_http(report: Report) -> None:
    assert report.risks[0].id == "plain-http"
    assert report.risks[0].severity is Severity.HIGH


def test_no_exception_without_a_consequence_is_a_risk(report: Report) -> None:
    assert {entry.consequence.partition(":")[0] for entry in report.exceptions if entry not in report.risks} == {"None"}


def test_what_could_not_be_judged_at_a_resource_stops_the_synthesis_and_is_no_gap_of_the_account(inspect: Any) -> None:
    report = build(inspect("production", account_security="none"), COMMIT)
    assert not report.stops_synthesis
    assert any(control.status is Status.NOT_ASSESSED for control in report.own_controls)
    (rule, *_) = (rule for rule in report.rules if rule.id == "rds.encrypted")
    unknown = replace(rule, status=Status.NOT_ASSESSED, evidence=(replace(rule.evidence[0], status=Status.NOT_ASSESSED),))
    rules = tuple(unknown if each is rule else each for each in report.rules)
    frameworks = tuple(
        replace(
            framework,
            controls=tuple(replace(each, status=Status.NOT_ASSESSED) if rule.id in each.rules else each for each in framework.controls),
        )
        for framework in report.frameworks
    )
    changed = replace(report, rules=rules, frameworks=frameworks)
    assert changed.stops_synthesis
    assert {control.id for control in changed.unjudged} == set(report.controls_by_rule["rds.encrypted"])
    assert "could not be judged: the synthesis stops." in sentence(changed)


def test_what_is_stale_in_the_ledger_is_in_the_report(inspection: Inspection, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = inspection.ledger.exceptions[0]
    monkeypatch.setattr(Inspection, "stale", [Stale(entry, "DataStack/Key", "excepts a.rule here, but nothing finds it")])
    stale = build(inspection, COMMIT)
    assert stale.stale == (f"{entry.id} excepts a.rule here, but nothing finds it: DataStack/Key",)
    assert stale.stops_synthesis


def test_a_public_rule_passes_no_resource_that_it_cannot_have_looked_at(document: Json) -> None:
    rules = by_id(document["rules"])
    provider = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider"
    for name in ("PCI.DSS.321-LambdaInsideVPC", "NIST.800.53.R5-LambdaDLQ", "AwsSolutions-L1", "AwsSolutions-IAM4"):
        assert rules[name]["status"] == "not assessed", name
        (unseen,) = (entry for entry in rules[name]["evidence"] if entry["path"].startswith(provider))
        assert (unseen["status"], unseen["observed"]) == ("not assessed", "CfnResource, which cdk-nag does not look at")


PROVIDED_BY = {
    "account_security": "provided-by:the platform team",
    "account_security_evidence": "https://wiki.example/audit",
    "account_security_review": "2027-03-31",
}


def test_what_somebody_else_provides_for_the_account_is_said_with_evidence_and_review(inspect: Any) -> None:
    document = document_of(build(inspect("production", **PROVIDED_BY), COMMIT))
    jsonschema.validate(document, SCHEMA)
    rules = [rule for rule in document["rules"] if is_of_account(rule["id"])]
    assert {(rule["status"], rule["reason"]) for rule in rules} == {
        ("provided by", "Provided by the platform team. Evidence: https://wiki.example/audit. Review by 2027-03-31.")
    }
    provider = {"by": "the platform team", "evidence": "https://wiki.example/audit", "review": "2027-03-31", "overdue": False}
    assert [rule for rule in rules if rule["provided"] != provider] == []
    counts = [framework["counts"] for framework in document["frameworks"] if framework["source"] == "own"]
    assert [count["not assessed"] for count in counts] == [0, 0, 0, 0]
    assert sum(count["provided by"] for count in counts) > 50


def test_a_provider_is_overdue_by_the_date_of_the_commit(inspect: Any) -> None:
    inspection = inspect("production", **PROVIDED_BY)
    late = build(inspection, Commit(COMMIT.id, date(2027, 4, 1), dirty=False))
    assert {provider.overdue for provider in late.providers} == {True}
    assert "Review by 2027-03-31 (overdue)." in files(late)["report.html"]
    assert {provider.overdue for provider in build(inspection, None).providers} == {False}

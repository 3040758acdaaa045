"""What looks for threats and weaknesses: GuardDuty, Security Hub, Access Analyzer and Inspector."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tradingbot_infra.design.threat_detection import MEDIUM_SEVERITY, STANDARDS
from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.failures import code_of, results
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from types_boto3_guardduty.type_defs import GetDetectorResponseTypeDef

_MANY = 500
"""So many findings are counted; more are "at least" so many."""

_SHOWN = 3


def detector_of(facts: AccountFacts) -> str | None:
    """The id of the region's detector, of which there is one at most; None where there is none."""
    return next(iter(facts.home.guardduty.list_detectors()["DetectorIds"]), None)


def read_detector(facts: AccountFacts) -> "GetDetectorResponseTypeDef | None":
    """The region's detector; None where there is none."""
    found = facts.once(detector_of)
    return facts.home.guardduty.get_detector(DetectorId=found) if found else None


def detecting(facts: AccountFacts) -> Seen:
    """Whether GuardDuty is on, with what it reads, and how many findings wait."""
    detector = facts.once(read_detector)
    if detector is None:
        return Seen(False, "there is no detector")
    if detector["Status"] != "ENABLED":
        return Seen(False, f"the detector is {detector['Status']}")
    features = sorted(each.get("Name", "") for each in detector.get("Features", []) if each.get("Status") == "ENABLED")
    return Seen(True, f"{_counted(_findings, facts)}; reads {', '.join(features).lower()}")


def watching_processes(facts: AccountFacts) -> Seen:
    """Whether GuardDuty puts its agent into tasks."""
    detector = facts.once(read_detector)
    features = detector.get("Features", []) if detector else []
    found = [each for each in features if each.get("Name") == "RUNTIME_MONITORING"]
    on = bool(found) and found[0].get("Status") == "ENABLED"
    agents = [agent.get("Name") for each in found for agent in each.get("AdditionalConfiguration", []) if agent.get("Status") == "ENABLED"]
    if on and "ECS_FARGATE_AGENT_MANAGEMENT" not in agents:
        return Seen(False, "on, but tasks get no agent")
    return Seen(on, "tasks get an agent" if on else "tasks get no agent")


def hub_is_on(facts: AccountFacts) -> Seen:
    """Whether Security Hub CSPM is on, and how many of its checks fail."""
    try:
        facts.home.securityhub.describe_hub()
    except Exception as error:
        # "Account ... is not subscribed to AWS Security Hub" (Security Hub API, DescribeHub).
        if code_of(error) not in ("InvalidAccessException", "ResourceNotFoundException"):
            raise
        return Seen(False, "the account is not subscribed")
    return Seen(True, _counted(_failed_checks, facts))


def standards_judge(facts: AccountFacts) -> Seen:
    """Whether each standard of the settings is on and ready."""
    try:
        pages = facts.home.securityhub.get_paginator("get_enabled_standards").paginate()
        found = {each["StandardsArn"]: each["StandardsStatus"] for page in pages for each in page["StandardsSubscriptions"]}
    except Exception as error:
        if code_of(error) not in ("InvalidAccessException", "ResourceNotFoundException"):
            raise
        found = {}
    states = {name: next((state for arn, state in found.items() if arn.endswith(f":{end}")), "") for name, end in STANDARDS.items()}
    asked: Sequence[str] = facts.config.account.security_hub_standards or tuple(STANDARDS)
    lacking = [f"{name} is {states[name] or 'off'}" for name in asked if states[name] not in ("READY", "PENDING")]
    on = [f"{name} {state}" for name, state in states.items() if state]
    return Seen(not lacking, ", ".join(lacking) if lacking else ", ".join(on))


def external_access(facts: AccountFacts) -> Seen:
    """Whether an analyzer looks for what others than the account can reach."""
    return _analyzer(facts, "ACCOUNT", "ORGANIZATION")


def unused_access(facts: AccountFacts) -> Seen:
    """Whether an analyzer looks for access that nobody uses."""
    return _analyzer(facts, "ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")


def images_scanned(facts: AccountFacts) -> Seen:
    """Whether Inspector scans the images of ECR."""
    accounts = facts.home.inspector2.batch_get_account_status(accountIds=[facts.home.account])["accounts"]
    status = accounts[0]["resourceState"]["ecr"]["status"] if accounts else "DISABLED"
    return Seen(status in ("ENABLED", "ENABLING"), f"ECR is {status}")


def _counted(count: Callable[[AccountFacts], str], facts: AccountFacts) -> str:
    """A number of findings. Who may not read them still sees that something looks for them."""
    (words,) = results(lambda: (count(facts),), otherwise=lambda fact: f"findings not counted: {fact.why}")
    return words


def _findings(facts: AccountFacts) -> str:
    criteria = {"Criterion": {"severity": {"Gte": MEDIUM_SEVERITY}, "service.archived": {"Eq": ["false"]}}}
    pages = facts.home.guardduty.get_paginator("list_findings").paginate(
        DetectorId=facts.once(detector_of) or "",
        FindingCriteria=criteria,  # type: ignore[arg-type]  # plain dicts
    )
    count = 0
    for page in pages:
        count += len(page["FindingIds"])
        if count >= _MANY:
            return f"at least {count} findings of medium or above"
    return f"{plural(count, 'finding')} of medium or above"


def _failed_checks(facts: AccountFacts) -> str:
    """By control: one that fails for ten resources has ten findings."""
    filters = {
        "ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        "WorkflowStatus": [{"Value": value, "Comparison": "EQUALS"} for value in ("NEW", "NOTIFIED")],
    }
    failed: Counter[str] = Counter()
    for page in facts.home.securityhub.get_paginator("get_findings").paginate(Filters=filters):  # type: ignore[arg-type]  # plain dicts
        failed.update(each.get("Compliance", {}).get("SecurityControlId", each.get("GeneratorId", "")) for each in page["Findings"])
        if failed.total() >= _MANY:
            break
    most = ", ".join(name for name, _ in failed.most_common(_SHOWN))
    fail = plural(len(failed), "control fails", "controls fail")
    more = ", ..." if len(failed) > _SHOWN else ""
    return f"{'at least ' if failed.total() >= _MANY else ''}{fail}{f': {most}' if most else ''}{more}"


def _analyzer(facts: AccountFacts, *kinds: str) -> Seen:
    pages = facts.home.accessanalyzer.get_paginator("list_analyzers").paginate()
    found = [each for page in pages for each in page["analyzers"] if each["type"] in kinds]
    active = next((each for each in found if each["status"] == "ACTIVE"), None)
    if active is None:
        return Seen(False, ", ".join(f"{each['name']} is {each['status']}" for each in found) or "there is no analyzer")
    return Seen(True, f"{active['name']}; {_counted(partial(_active_findings, active['arn']), facts)}")


def _active_findings(analyzer: str, facts: AccountFacts) -> str:
    found = facts.home.accessanalyzer.list_findings_v2(analyzerArn=analyzer, filter={"status": {"eq": ["ACTIVE"]}})
    more = "more than " if found.get("nextToken") else ""
    return f"{more}{plural(len(found['findings']), 'active finding')}"

"""Reports to render: a small one with every case in it, one as large as the real ones, and arbitrary ones."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tradingbot_infra.compliance.report.changes import ChangedException, ChangedSetting, ChangedVerdict, Changes
from tradingbot_infra.compliance.report.document import (
    Evidence,
    Report,
    ReportedControl,
    ReportedException,
    ReportedFramework,
    ReportedRule,
)
from tradingbot_infra.compliance.report.origin import Commit, ReportedTemplate
from tradingbot_infra.compliance.report.provider import ReportedProvider
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.config.settings import SettingValue

Json = dict[str, Any]


def report_of(document: Mapping[str, Any]) -> Report:
    """The report that the JSON document is of."""
    return Report(
        environment=document["environment"],
        project=document["project"],
        region=document["region"],
        account=document["account"],
        commit=_commit_of(document["commit"]),
        settings=tuple(SettingValue(**entry) for entry in document["settings"]),
        tools=document["tools"],
        statement=document["statement"],
        templates=tuple(ReportedTemplate(**entry) for entry in document["templates"]),
        frameworks=tuple(_framework_of(entry) for entry in document["frameworks"]),
        rules=tuple(_rule_of(entry) for entry in document["rules"]),
        exceptions=tuple(_exception_of(entry) for entry in document["exceptions"]),
        stale=tuple(document["stale"]),
        changes=_changes_of(document["since"]) if document["since"] else None,
    )


def _commit_of(entry: Json | None) -> Commit | None:
    return Commit(entry["id"], date.fromisoformat(entry["date"]), entry["dirty"]) if entry else None


def _changes_of(entry: Json) -> Changes:
    return Changes(
        commit=_commit_of(entry["commit"]),
        verdicts=tuple(ChangedVerdict(**{**each, **_each(each, Status)}) for each in entry["verdicts"]),
        exceptions=tuple(ChangedException(**{**each, **_each(each, date.fromisoformat)}) for each in entry["exceptions"]),
        settings=tuple(ChangedSetting(**each) for each in entry["settings"]),
    )


def _each(entry: Json, read: Callable[[str], Any]) -> Json:
    return {key: None if entry[key] is None else read(entry[key]) for key in ("before", "after")}


def _framework_of(entry: Json) -> ReportedFramework:
    controls = (ReportedControl(**{**each, "status": Status(each["status"]), "rules": tuple(each["rules"])}) for each in entry["controls"])
    return ReportedFramework(**{**{key: value for key, value in entry.items() if key != "counts"}, "controls": tuple(controls)})


def _rule_of(entry: Json) -> ReportedRule:
    lists = {key: tuple(entry[key]) for key in ("types", "references")}
    found = tuple(_evidence_of(each) for each in entry["evidence"])
    plain = {key: value for key, value in entry.items() if key != "provided"}
    judged = {"status": Status(entry["status"]), "severity": Severity(entry["severity"]), "evidence": found}
    return ReportedRule(**{**plain, **lists, **judged, "provider": _provider_of(entry["provided"])})


def _provider_of(entry: Json | None) -> ReportedProvider | None:
    if entry is None:
        return None
    review = date.fromisoformat(entry["review"])
    return ReportedProvider(name=entry["by"], evidence=entry["evidence"], review=review, overdue=entry["overdue"])


def _evidence_of(entry: Json) -> Evidence:
    renamed = {"logical_id" if key == "logicalId" else key: value for key, value in entry.items()}
    return Evidence(**{**renamed, "status": Status(entry["status"])})


def _exception_of(entry: Json) -> ReportedException:
    lists = {key: tuple(entry[key]) for key in ("rules", "paths")}
    severity = Severity(entry["severity"])
    return ReportedException(**{**entry, **lists, "severity": severity, "review": date.fromisoformat(entry["review"])})


COMMIT = {"id": "0123456789abcdef0123456789abcdef01234567", "date": "2026-11-23", "dirty": True}

LONGEST_PATH = (
    "NetworkStack/SecurityGroups/EcsSecurityGroup/from NetworkStackSecurityGroupsAlbSecurityGroup98546E27:8001/"
    "SecurityGroupsEcsSecurityGroupfromNetworkStackSecurityGroupsAlbSecurityGroup98546E27800118B534BA"
)
LONGEST_RULE = "NIST.800.53.R5-VPCSubnetAutoAssignPublicIpDisabledInEveryAvailabilityZone"

BUCKET, REDIS, DATABASE = "DataStack/AccessLogsBucket/Resource", "DataStack/Redis/Resource", "DataStack/Postgres/Resource"
LISTENER, FLOW_LOGS, TOPIC = (
    "ServiceStack/LoadBalancer/PublicListener/Resource",
    "NetworkStack/FlowLogs/Resource",
    "MonitoringStack/Topic/Resource",
)

PROVIDER = {"by": "the security team", "evidence": "https://wiki.example/audit", "review": "2027-03-31", "overdue": False}
"""Of the sample's rule `acct.guardduty`."""

OVERDUE, SOON, LATER = "plain-http-until-certificate", "redis-five-days", "log-bucket-sse-s3"


def evidence(path: str, status: Status, exception: str | None = None, **given: str) -> Json:
    """One line of evidence; what is not given has an ordinary value."""
    stack, _, rest = path.partition("/")
    ordinary = {"type": "AWS::S3::Bucket", "property": "Properties.Encrypted", "observed": "true", "expected": "true"}
    known = {"stack": stack, "path": path, "logicalId": "".join(filter(str.isalnum, rest))[:60]}
    return {**known, "live": None, **ordinary, **given, "status": status, "exception": exception}


def rule(
    identifier: str,
    title: str,
    *lines: Json,
    status: Status | None = None,
    reason: str = "",
    source: str = "own",
    fix: str = "",
    severity: Severity = Severity.MEDIUM,
    provided: Json | None = None,
) -> Json:
    """A rule with its evidence. Its status is the worst of the evidence by default."""
    return {
        "id": identifier,
        "title": title,
        "source": source,
        "severity": severity,
        "types": sorted({line["type"] for line in lines}),
        "fix": fix,
        "references": ["S3.5"] if lines and source == "own" else [],
        "status": status or worst(Status(line["status"]) for line in lines),
        "reason": reason,
        "provided": provided,
        "evidence": list(lines),
    }


def control(identifier: str, title: str, rules: Mapping[str, Json], *names: str, **given: str) -> Json:
    """A control that names these rules."""
    ordinary = {"section": "2 Storage", "level": "Level 1", "scope": "workload", "note": ""}
    status = worst(Status(rules[name]["status"]) for name in names)
    return {"id": identifier, "title": title, **ordinary, **given, "status": status, "rules": list(names)}


def framework(identifier: str, name: str, version: str, *controls: Json, source: str = "own") -> Json:
    """A framework with its counts."""
    counted = Counter(entry["status"] for entry in controls)
    counts = {status.value: counted[status] for status in Status}
    return {"id": identifier, "name": name, "version": version, "source": source, "counts": counts, "controls": list(controls)}


def exception(identifier: str, rules: list[str], paths: list[str], **given: Any) -> Json:
    """An entry of the register."""
    ordinary = {
        "mechanism": "The cache keeps five days of snapshots where the rule asks for fifteen",
        "consequence": "The cache can be restored only to one of the last five days",
        "compensation": "The cache holds nothing that the database does not hold",
        "severity": "medium",
        "owner": "Platform team",
        "review": "2027-11-30",
        "overdue": False,
        "setting": None,
    }
    return {"id": identifier, "rules": rules, "paths": paths, **ordinary, **given}


def report(frameworks: list[Json], rules: Mapping[str, Json], exceptions: list[Json]) -> Json:
    """A whole document."""
    stacks = ("NetworkStack", "DataStack", "ServiceStack", "MonitoringStack")
    return {
        "schema_version": 4,
        "environment": "production",
        "project": "tradingbot",
        "region": "ap-southeast-2",
        "account": None,
        "commit": dict(COMMIT),
        "settings": [
            {"name": "nat_gateways", "value": "2", "declared": "2"},
            {"name": "waf_rate_limit", "value": "1000", "declared": "2000"},
        ],
        "tools": {"aws-cdk-lib": "2.275.0", "cdk-nag": "3.0.2", "constructs": "10.8.1"},
        "statement": "Judged from the synthesized templates, before any deployment. Evidence for an audit and no certification.",
        "templates": [
            {"stack": stack, "file": f"{stack}.template.json", "sha256": hashlib.sha256(stack.encode()).hexdigest()} for stack in stacks
        ],
        "frameworks": frameworks,
        "rules": list(rules.values()),
        "exceptions": exceptions,
        "stale": [],
        "since": None,
    }


def since(**given: Any) -> Json:
    """Changes of every kind since an earlier report."""
    ordinary = {
        "commit": {"id": "fedcba9876543210fedcba9876543210fedcba98", "date": "2026-10-01", "dirty": False},
        "verdicts": [
            {"control": "CIS-2.2.1", "title": "Database storage encrypted", "before": "pass", "after": "fail"},
            {"control": "CIS-5.3", "title": "No admin ports open to the world", "before": "fail", "after": "pass"},
            {"control": "CIS-9.9", "title": "Something else", "before": "manual", "after": None},
        ],
        "exceptions": [
            {"id": SOON, "consequence": "The cache is older", "before": None, "after": "2026-12-20", "wider": False},
            {"id": "old-version", "consequence": "An old version runs", "before": "2026-11-30", "after": None, "wider": False},
            {"id": LATER, "consequence": "S3 permissions are enough", "before": "2026-11-30", "after": "2027-11-30", "wider": False},
            {"id": OVERDUE, "consequence": "It can be read", "before": "2026-10-31", "after": "2026-10-31", "wider": True},
        ],
        "settings": [
            {"name": "waf_rate_limit", "before": "2000", "after": "1000"},
            {"name": "alarm_emails", "before": "", "after": "a@example.com"},
            {"name": "new_setting", "before": None, "after": "true"},
        ],
    }
    return {**ordinary, **given}


def sample() -> Json:
    """Every status, in controls of the project and of a public pack; an exception that is overdue, one due soon and one later."""
    rules = {entry["id"]: entry for entry in (*_own_rules(), *_public_rules())}
    exceptions = [
        exception(
            OVERDUE,
            ["alb.https"],
            [LISTENER],
            mechanism="No certificate is given, so the listener speaks plain HTTP",
            consequence="Traffic between clients and the load balancer can be read",
            compensation="The load balancer admits the office's addresses only",
            severity="high",
            review="2026-10-31",
            overdue=True,
            setting="certificate_arn=null",
        ),
        exception(SOON, ["redis.snapshots", "AwsSolutions-IAM5[Resource::*]"], [REDIS], review="2026-12-20", setting="redis_snapshots=5"),
        exception(LATER, ["AwsSolutions-S1"], [BUCKET], owner="Security team"),
    ]
    return report([*_own_frameworks(rules), _public_framework(rules)], rules, exceptions)


def _own_rules() -> list[Json]:
    return [
        rule(
            "s3.encrypted",
            "Every bucket is encrypted at rest",
            evidence(BUCKET, Status.PASS, observed="AES256", expected="AES256 or aws:kms"),
            evidence(BUCKET, Status.PASS, property="Properties.BucketEncryption.BucketKeyEnabled"),
            fix="Set encryption on the bucket.",
        ),
        rule(
            "rds.encrypted",
            "The database is encrypted with a customer managed key",
            evidence(DATABASE, Status.FAIL, type="AWS::RDS::DBInstance", property="Properties.StorageEncrypted", observed="false"),
            evidence(DATABASE, Status.PASS, type="AWS::RDS::DBInstance", property="Properties.DeletionProtection"),
            fix="Set storage_encryption_key on the instance.",
        ),
        rule(
            "sns.tls",
            "Topics refuse plain HTTP",
            evidence(
                TOPIC, Status.FAIL, type="AWS::SNS::Topic", property="Properties.PolicyDocument", observed="absent", expected="a denial"
            ),
            fix="Pass enforce_ssl=True to the topic.",
        ),
        rule(
            "alb.https",
            "Listeners of the load balancer speak HTTPS",
            evidence(LISTENER, Status.EXCEPTION, OVERDUE, type="AWS::ElasticLoadBalancingV2::Listener", observed="HTTP", expected="HTTPS"),
            fix="Give `certificate_arn`.",
            severity=Severity.HIGH,
        ),
        rule(
            "redis.snapshots",
            "The cache keeps snapshots for fifteen days",
            evidence(REDIS, Status.EXCEPTION, SOON, type="AWS::ElastiCache::ReplicationGroup", observed="5", expected="15 or more"),
            evidence(DATABASE, Status.PASS, type="AWS::RDS::DBInstance", observed="30", expected="15 or more"),
        ),
        rule(
            "logs.retention",
            "Log groups are kept for a year or more",
            evidence(FLOW_LOGS, Status.PASS, type="AWS::Logs::LogGroup", observed="400", expected="365 or more"),
            evidence("DataStack/Log/Resource", Status.NOT_ASSESSED, type="AWS::Logs::LogGroup", observed='{"Fn::ImportValue":"Days"}'),
        ),
        rule("net.sg_no_admin_ports_v4", "No security group admits SSH or RDP from anywhere", evidence(LONGEST_PATH, Status.PASS)),
        rule("iam.no_users", "No IAM user is declared", reason="These stacks declare no AWS::IAM::User."),
        rule(
            "acct.trail", "A trail records every region", status=Status.NOT_ASSESSED, reason="It would be provided by a CloudTrail trail."
        ),
        rule(
            "acct.guardduty",
            "GuardDuty watches the account",
            status=Status.PROVIDED,
            reason="Provided by the security team. Evidence: https://wiki.example/audit. Review by 2027-03-31.",
            provided=PROVIDER,
        ),
        rule("man.contacts", "Contacts are kept current", status=Status.MANUAL, reason="Evidence is kept by the account's owner."),
    ]


def _own_frameworks(rules: Mapping[str, Json]) -> list[Json]:
    network, identity = {"section": "5 Networking"}, {"section": "1 Identity and access"}
    cis = (
        control("CIS-1.1", "Account contact details kept current", rules, "man.contacts", scope="manual", **identity),
        control("CIS-1.9", "Multi-factor login for every console user", rules, "acct.trail", "iam.no_users", scope="account", **identity),
        control("CIS-1.14", "Permissions reach users only through groups", rules, "iam.no_users", **identity),
        control("CIS-2.1.1", "Buckets are encrypted", rules, "s3.encrypted"),
        control("CIS-2.2.1", "Database storage encrypted", rules, "rds.encrypted", note="Also the replica's."),
        control("CIS-5.3", "No admin ports open to the world", rules, "net.sg_no_admin_ports_v4", level="Level 2", **network),
    )
    pci = (
        control("PCI.DSS.401-3.5.1", "Stored data is unreadable", rules, "s3.encrypted", "rds.encrypted", level="requirement"),
        control("PCI.DSS.401-4.2.1", "Strong cryptography in transit", rules, "alb.https", "sns.tls", level="requirement"),
        control("PCI.DSS.401-10.5.1", "Logs kept for twelve months", rules, "logs.retention", level="requirement"),
    )
    gdpr = (
        control(
            "GDPR-Art.5(1)(e)", "Keep personal data no longer than needed", rules, "redis.snapshots", level="article", section="Principles"
        ),
        control("GDPR-Art.32(1)(a)", "Encryption", rules, "s3.encrypted", "alb.https", level="article", section="Security"),
    )
    return [
        framework("CIS", "CIS AWS Foundations Benchmark", "5.0.0", *cis),
        framework("PCI.DSS.401", "PCI DSS", "4.0.1", *pci),
        framework(
            "SOC2",
            "SOC 2 Trust Services Criteria",
            "2017",
            control("SOC2-A1.2", "Backups", rules, "redis.snapshots", level="criterion"),
            control("SOC2-CC7.2", "Threats are detected", rules, "acct.guardduty", scope="account", level="criterion"),
        ),
        framework("GDPR", "General Data Protection Regulation", "(EU) 2016/679", *gdpr),
    ]


def _public_rules() -> list[Json]:
    none = {"expected": "no finding of cdk-nag", "property": "Properties"}
    return [
        rule(
            "AwsSolutions-S1",
            "The S3 Bucket has server access logs disabled",
            evidence(BUCKET, Status.EXCEPTION, LATER, **none),
            source="cdk-nag",
        ),
        rule(
            "AwsSolutions-IAM5",
            "The IAM entity has wildcard permissions",
            evidence(REDIS, Status.EXCEPTION, SOON, **none),
            source="cdk-nag",
        ),
        rule(
            "AwsSolutions-SNS3",
            "The SNS Topic does not require SSL",
            evidence(TOPIC, Status.FAIL, observed="found", **none),
            source="cdk-nag",
        ),
        rule(LONGEST_RULE, "The subnet assigns public addresses", evidence(LONGEST_PATH, Status.PASS, **none), source="cdk-nag"),
        rule("AwsSolutions-EKS1", "The EKS cluster's endpoint is public", reason="These stacks declare no EKS cluster.", source="cdk-nag"),
    ]


def _public_framework(rules: Mapping[str, Json]) -> Json:
    names = [name for name, entry in rules.items() if entry["source"] == "cdk-nag"]
    controls = (control(name, rules[name]["title"], rules, name, section="", level="Error") for name in names)
    return framework("AwsSolutions", "cdk-nag AWS Solutions", "3.0.2", *controls, source="cdk-nag")


def large() -> Json:
    """As many controls, rules and lines of evidence as the largest environment has, with texts of their length."""
    kinds = (Status.PASS, Status.PASS, Status.FAIL, Status.EXCEPTION, Status.FAIL, Status.NOT_ASSESSED)
    resources = [f"NetworkStack/Vpc/DatabaseSubnet{number}/RouteTable/Resource" for number in range(1, 13)]
    own = [
        rule(
            f"net.a_rule_about_something_{number}",
            "The data tiers have no route to an internet gateway",
            *(_large_line(path, kinds[number % 6]) for path in resources[: number % 8]),
            fix="Set the subnet type of the tier to isolated. Give the endpoint of the service to the tier.",
            reason="" if number % 8 else "These stacks declare no AWS::EC2::SubnetRouteTableAssociation.",
        )
        for number in range(155)
    ]
    public = [
        rule(
            f"NIST.800.53.R5-SomethingLongThatShouldBeEnabled{number}",
            "The resource does not have what the rule asks for - (Control IDs: AC-2(4), AU-10, SI-7(8)). " + "The risk in words. " * 4,
            *(_large_line(path, Status.PASS) for path in resources[: number % 5]),
            source="cdk-nag",
            reason="" if number % 5 else "These stacks declare no resource of these classes.",
        )
        for number in range(250)
    ]
    rules = {entry["id"]: entry for entry in (*own, *public)}
    frameworks = [
        framework(
            f"F{part}",
            f"Framework number {part}",
            "1.0",
            *(
                control(f"F{part}-{number}.1", "Something about routes is as it should be", rules, *_three(own, 63 * part + number))
                for number in range(63)
            ),
        )
        for part in range(4)
    ]
    public_controls = (control(entry["id"], entry["title"], rules, entry["id"], section="", level="Error") for entry in public)
    frameworks.append(framework("NIST.800.53.R5", "cdk-nag NIST 800-53", "3.0.2", *public_controls, source="cdk-nag"))
    return report(frameworks, rules, [exception(LATER, [own[3]["id"]], resources)])


def crowded() -> Json:
    """More on the first page than has room there: failures in every framework, long risks, reviews, changes and settings."""
    document = large()
    for framework in document["frameworks"]:
        framework["name"] = f"{framework['name']}, with a name of more than one line in its column"
    sentence = "Somebody who stands between a client and the load balancer can read and change what they say to each other, " * 2
    words = {"mechanism": sentence, "consequence": sentence, "compensation": sentence}
    for number in range(60):
        severity = ("high", "medium", "low")[number % 3]
        given = {**words, "severity": severity, "review": "2026-11-01", "overdue": True}
        document["exceptions"].append(exception(f"an-exception-with-a-long-name-{number}", ["a.rule"], [BUCKET], **given))
    document["settings"] = [{"name": f"a_long_name_of_a_setting_{number}", "value": "1000000", "declared": "2"} for number in range(40)]
    document["stale"] = [
        f"exception-{number} excepts a.rule here, but nothing finds it at this resource: {LONGEST_PATH}" for number in range(9)
    ]
    document["rules"] += [_provided_by(number) for number in range(5)]
    verdict = {"control": "F1-1", "title": sentence, "before": "pass", "after": "fail"}
    document["since"] = since(verdicts=[{**verdict, "control": f"F1-{number}"} for number in range(40)])
    return document


def _provided_by(number: int) -> Json:
    """A rule whose provider has the longest texts that settings allow."""
    provided = {"by": f"{'team ' * 15}{number}", "evidence": "a page of " * 20, "review": "2026-11-01", "overdue": True}
    return rule(f"acct.part_{number}", "A part of the account", status=Status.PROVIDED, reason="Provided.", provided=provided)


def _large_line(path: str, status: Status) -> Json:
    return evidence(path, status, LATER if status is Status.EXCEPTION else None, type="AWS::EC2::SubnetRouteTableAssociation")


def _three(rules: list[Json], number: int) -> list[str]:
    return list(dict.fromkeys(rules[(number * step) % len(rules)]["id"] for step in (1, 3, 7)))


@st.composite
def reports(draw: st.DrawFn) -> Json:
    """Arbitrary reports: evidence of any status, rules without evidence, rules whose status their evidence does not explain."""
    paths = ("DataStack/One/Resource", "DataStack/Two/Resource", "ServiceStack/Three/Resource")
    seen = st.sampled_from((Status.PASS, Status.FAIL, Status.EXCEPTION, Status.NOT_ASSESSED))
    lines = st.lists(st.tuples(st.sampled_from(paths), seen), max_size=5)
    rules: dict[str, Json] = {}
    for number in range(draw(st.integers(1, 6))):
        entries = [evidence(path, status, LATER if status is Status.EXCEPTION else None) for path, status in draw(lines)]
        overall = worst(
            [
                *(Status(entry["status"]) for entry in entries),
                draw(st.sampled_from([status for status in Status if status is not Status.EXCEPTION])),
            ]
        )
        entry = rule(f"part.rule_{number}", f"Something number {number} holds", *entries, status=overall, source="cdk-nag")
        rules[entry["id"]] = entry
    names = st.lists(st.sampled_from(sorted(rules)), min_size=1, max_size=4, unique=True)
    controls = [control(f"OWN-{number}", "Something", rules, *draw(names)) for number in range(draw(st.integers(0, 5)))]
    public = [control(name, "Something public", rules, name, section="") for name in rules]
    frameworks = [framework("OWN", "Own", "1", *controls), framework("part", "Public", "1", *public, source="cdk-nag")]
    return report(frameworks, rules, [exception(LATER, sorted(rules), list(paths))])

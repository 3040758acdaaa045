"""Faults, planted one at a time in production: each stops the synthesis and is reported by the control that forbids it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tradingbot_infra.compliance.catalogue import controls
from tradingbot_infra.compliance.exception import ComplianceException, active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node

if TYPE_CHECKING:
    from aws_cdk import App


@dataclass(frozen=True)
class Violation:
    """One violation of the CDK's own report."""

    description: str
    fix: str
    metadata: dict[str, str]
    places: list[str]


WORLD = "0.0.0.0/0"
CERTIFICATE = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"

Seed = Callable[["App"], None]


@dataclass(frozen=True)
class Fault:
    """Something wrong, and controls that must report it."""

    seed: Seed
    controls: tuple[str, ...]
    overrides: dict[str, object] = field(default_factory=dict)


NO_FAULT = Fault(lambda app: None, ())


def resource(app: "App", path: str) -> Any:
    """The construct at a path."""
    construct: Any = app
    for part in path.split("/"):
        construct = construct.node.find_child(part)
    return construct


def put(path: str, name: str, value: object) -> Seed:
    """Writes a property of a resource."""
    return lambda app: resource(app, path).add_property_override(name, value)


def drop(path: str, name: str) -> Seed:
    """Takes a property of a resource away."""
    return lambda app: resource(app, path).add_property_deletion_override(name)


def remove(path: str) -> Seed:
    """Takes a construct away."""
    parent, _, name = path.rpartition("/")
    return lambda app: resource(app, parent).node.try_remove_child(name)


def add(stack: str, resource_type: str, **properties: object) -> Seed:
    """Declares one more resource."""

    def seed(app: "App") -> None:
        from aws_cdk import CfnResource

        CfnResource(resource(app, stack), "Seeded", type=resource_type, properties=properties)

    return seed


def ingress(address: str, port: int) -> Seed:
    """Opens a port of the tasks to an address block."""
    family = "CidrIpv6" if ":" in address else "CidrIp"
    rule = {family: address, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": "seeded"}
    return put("NetworkStack/SecurityGroups/EcsSecurityGroup/Resource", "SecurityGroupIngress", [rule])


def statement(**parts: object) -> dict[str, object]:
    """An allowing IAM statement."""
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::seeded/*", **parts}


DATABASE = "DataStack/Database/Resource"
CACHE = "DataStack/Cache/ReplicationGroup"
BUCKET = "DataStack/AccessLogsBucket/Resource"
TASK = "ServiceStack/Task/Resource"
BALANCER = "ServiceStack/LoadBalancer/Resource"

FAULTS = {
    "port 22 open to the world": Fault(ingress(WORLD, 22), ("CIS-5.3", "PCI.DSS.401-1.3.1", "SOC2-CC6.6-a")),
    "port 3389 open to the IPv6 world": Fault(ingress("::/0", 3389), ("CIS-5.4", "PCI.DSS.401-1.4.2")),
    "port 445 open to the world": Fault(ingress(WORLD, 445), ("CIS-5.1.2",)),
    "network ACL that lets the world in on 3389": Fault(
        put("NetworkStack/NetworkAcls/Public/Entries/In201", "RuleAction", "allow"), ("CIS-5.2", "PCI.DSS.401-1.3.1")
    ),
    "database password that nobody rotates": Fault(
        NO_FAULT.seed, ("PCI.DSS.401-3.7.4", "PCI.DSS.401-8.6.3"), {"db_credentials": "self-managed"}
    ),
    "egress to anywhere": Fault(
        put(
            "NetworkStack/SecurityGroups/RdsSecurityGroup/Resource",
            "SecurityGroupEgress",
            [{"CidrIp": WORLD, "IpProtocol": "-1", "Description": "seeded"}],
        ),
        ("PCI.DSS.401-1.3.2", "PCI.DSS.401-7.3.3"),
    ),
    "flow log removed": Fault(remove("NetworkStack/Vpc/FlowLog"), ("CIS-3.7", "GDPR-Art.25(1)", "PCI.DSS.401-10.2.1")),
    "default security group left open": Fault(
        remove("NetworkStack/Vpc/RestrictDefaultSecurityGroupCustomResource"), ("CIS-5.5", "SOC2-CC5.2")
    ),
    "public address for every host in a subnet": Fault(
        put("NetworkStack/Vpc/PublicSubnet1/Subnet", "MapPublicIpOnLaunch", True), ("PCI.DSS.401-1.4.4", "GDPR-Art.25(2)")
    ),
    "unencrypted log group": Fault(
        drop("ServiceStack/ContainerLogGroup/Resource", "KmsKeyId"), ("PCI.DSS.401-3.5.1", "SOC2-CC6.1-g", "GDPR-Art.32(1)(a)-rest")
    ),
    "log kept for a month": Fault(
        put("ServiceStack/ContainerLogGroup/Resource", "RetentionInDays", 30), ("PCI.DSS.401-10.5.1", "SOC2-CC7.2-d")
    ),
    "key that never rotates": Fault(put("DataStack/DatabaseKey/Resource", "EnableKeyRotation", False), ("CIS-3.6", "PCI.DSS.401-3.7.4")),
    "public database": Fault(put(DATABASE, "PubliclyAccessible", True), ("CIS-2.2.3", "PCI.DSS.401-1.4.4", "GDPR-Art.25(2)")),
    "unencrypted database": Fault(put(DATABASE, "StorageEncrypted", False), ("CIS-2.2.1", "GDPR-Art.5(1)(f)")),
    "database without backups": Fault(put(DATABASE, "BackupRetentionPeriod", 0), ("GDPR-Art.32(1)(c)", "SOC2-A1.2-b")),
    "database that takes plain connections": Fault(
        put("DataStack/DatabaseParameters/Resource", "Parameters", {"rds.force_ssl": "0"}), ("PCI.DSS.401-4.2.1", "SOC2-CC6.7-b")
    ),
    "cache that takes plain connections": Fault(
        put(CACHE, "TransitEncryptionEnabled", False), ("PCI.DSS.401-4.2.1", "GDPR-Art.32(1)(a)-transit")
    ),
    "TLS 1.0": Fault(
        put("ServiceStack/LoadBalancer/HttpsListener/Resource", "SslPolicy", "ELBSecurityPolicy-2016-08"),
        ("PCI.DSS.401-4.2.1", "PCI.DSS.401-2.2.5", "GDPR-Art.32(1)(a)-transit"),
        {"certificate_arn": CERTIFICATE},
    ),
    "load balancer without its web ACL": Fault(remove("ServiceStack/WebAcl/LoadBalancer"), ("PCI.DSS.401-6.4.2", "SOC2-CC6.6-b")),
    "load balancer without access logs": Fault(
        drop(BALANCER, "LoadBalancerAttributes"), ("CIS-v7.0-4.10", "PCI.DSS.401-10.2.1", "SOC2-CC7.2-b")
    ),
    "secret in a plain environment variable": Fault(
        put(TASK, "ContainerDefinitions.0.Environment.0", {"Name": "BINANCE_API_SECRET", "Value": "seeded"}),
        ("PCI.DSS.401-8.6.2", "SOC2-CC6.1-f"),
    ),
    "privileged container": Fault(put(TASK, "ContainerDefinitions.0.Privileged", True), ("PCI.DSS.401-2.2.4", "SOC2-CC6.8-a")),
    "writable root filesystem": Fault(put(TASK, "ContainerDefinitions.0.ReadonlyRootFilesystem", False), ("PCI.DSS.401-2.2.4",)),
    "task with a public address": Fault(
        put("ServiceStack/Api/Service/Service", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "ENABLED"),
        ("PCI.DSS.401-1.4.2", "GDPR-Art.25(2)"),
    ),
    "every action on everything": Fault(
        put("ServiceStack/TaskRole/Policy/Resource", "PolicyDocument.Statement", [statement(Action="*", Resource="*")]),
        ("CIS-1.15", "PCI.DSS.401-7.2.1", "SOC2-CC6.3"),
    ),
    "inline policy": Fault(
        put(
            "ServiceStack/TaskRole/Role/Resource",
            "Policies",
            [{"PolicyName": "seeded", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement()]}}],
        ),
        ("PCI.DSS.401-7.2.1", "SOC2-CC6.1-b"),
    ),
    "role that anybody may assume": Fault(
        put("ServiceStack/TaskRole/Role/Resource", "AssumeRolePolicyDocument.Statement.0.Principal", {"AWS": "*"}),
        ("PCI.DSS.401-7.2.5", "SOC2-CC6.3"),
    ),
    "IAM user": Fault(add("DataStack", "AWS::IAM::User", UserName="seeded"), ("CIS-1.14",)),
    "repository with mutable tags": Fault(
        put("DataStack/Images/Resource", "ImageTagMutability", "MUTABLE"), ("SOC2-CC6.8-a", "SOC2-CC8.1")
    ),
    "bucket open to the public": Fault(
        put(BUCKET, "PublicAccessBlockConfiguration.BlockPublicPolicy", False), ("CIS-2.1.4", "GDPR-Art.25(2)", "SOC2-CC6.1-b")
    ),
    "bucket that takes plain HTTP": Fault(
        put("DataStack/AccessLogsBucket/Policy/Resource", "PolicyDocument.Statement", []), ("CIS-2.1.1", "PCI.DSS.401-2.2.7")
    ),
    "topic that takes plain HTTP": Fault(
        put("MonitoringStack/AlarmTopic/Policy/Resource", "PolicyDocument.Statement", []), ("PCI.DSS.401-4.2.1", "SOC2-CC6.7-b")
    ),
    "alarm that tells nobody": Fault(
        put("MonitoringStack/Alarms/EcsCpu/Resource", "ActionsEnabled", False), ("PCI.DSS.401-10.7.2", "SOC2-CC2.2", "GDPR-Art.32(2)")
    ),
    "stack that anybody may delete": Fault(
        lambda app: setattr(resource(app, "DataStack"), "termination_protection", False), ("SOC2-A1.2-c", "PCI.DSS.401-2.2.1")
    ),
    "secret under AWS's own key": Fault(drop("DataStack/BinanceApiKey/Resource", "KmsKeyId"), ("PCI.DSS.401-8.3.2", "SOC2-C1.1")),
}


def violations(directory: Path, fault: Fault, ledger: tuple[ComplianceException, ...] = LEDGER) -> dict[str, Violation]:
    """The CDK's violations of production with a fault, by their names; empty when it synthesizes."""
    use_pinned_node()
    from tradingbot_infra.application import build_application, new_app
    from tradingbot_infra.compliance.packs import register_packs

    config = load_config("production", fault.overrides)
    app = new_app(outdir=str(directory))
    build_application(app, config)
    fault.seed(app)
    register_packs(app, active(ledger, config), config)
    try:
        app.synth()
    except RuntimeError as error:
        assert "ValidationFailed" in str(error)  # noqa: PT017 - the report says why, below
        (directory / "printed.txt").write_text(str(error), encoding="utf-8")
    else:
        return {}
    return reported(directory)


def reported(directory: Path) -> dict[str, Violation]:
    """What stops the synthesis, in the CDK's own report: by control, by public rule, and by the rule of each cause."""
    report = json.loads((directory / "validation-report.json").read_text(encoding="utf-8"))
    return {
        violation["ruleName"]: Violation(
            violation["description"], violation.get("suggestedFix", ""), violation.get("ruleMetadata", {}), _places(violation)
        )
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        if violation["severity"] == "fatal"
    }


def _places(violation: dict[str, Any]) -> list[str]:
    """What the CDK CLI prints under a violation; it prints none without a place."""
    return [each["cloudFormationResource"]["logicalId"] for each in violation["violatingConstructs"]]


def printed(directory: Path) -> list[str]:
    """The blocks that a person sees."""
    text = (directory / "printed.txt").read_text(encoding="utf-8").partition("ValidationFailed: ")[2]
    return [part for part in text.split("\n\n") if part.startswith("FATAL")]


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stops_the_synthesis_and_is_reported_by_its_controls(name: str, tmp_path: Path) -> None:
    found = violations(tmp_path, FAULTS[name])
    for control in FAULTS[name].controls:
        violation = next((violation for rule, violation in found.items() if rule.startswith(f"{control}[")), None)
        assert violation, f"{control} is not among {sorted(found)}"
        assert violation.description.startswith(controls()[control].title)
        assert violation.fix
        assert violation.metadata["path"]
        assert violation.places == [], "the CLI prints causes, not controls"
        assert any(control in cause.metadata.get("controls", "").split(", ") for cause in found.values())


@pytest.mark.xdist_group("faults")
def test_without_a_fault_production_synthesizes(tmp_path: Path) -> None:
    assert violations(tmp_path, NO_FAULT) == {}


@pytest.mark.xdist_group("faults")
def test_a_setting_gives_one_block_that_names_it(tmp_path: Path) -> None:
    violations(tmp_path, Fault(NO_FAULT.seed, (), {"db_multi_az": False}))
    (block,) = printed(tmp_path)
    explain = "tradingbot compliance explain rds.multi_az --env production"
    assert block.splitlines() == [
        "FATAL The database has a standby in another zone: Properties.MultiAZ is False, expected true. (Compliance)",
        f"   DataStack.template.json {DATABASE} (Postgres)",
        "   Suggested fix: Set db_multi_az=true, as environments.py does; now it is false.",
        "   Also found by: AwsSolutions-RDS3, NIST.800.53.R5-RDSMultiAZSupport.",
        "   Controls: CIS-2.2.4, SOC2-CC9.1, SOC2-A1.2-a, GDPR-Art.32(1)(b)-avail.",
        f"   To accept it, write an entry in compliance/ledger/: `{explain}` says how.",
        "   Rule Compliance::rds.multi_az",
    ]


@pytest.mark.xdist_group("faults")
def test_one_setting_at_many_resources_gives_one_block(tmp_path: Path) -> None:
    found = violations(tmp_path, Fault(NO_FAULT.seed, (), {"log_retention_days": 30}))
    (block,) = printed(tmp_path)
    assert "ServiceStack/ContainerLogGroup/Resource" in block
    assert "Set log_retention_days=400, as environments.py does; now it is 30." in block
    assert len(found["logs.retention"].metadata["paths"].split(", ")) > 5


@pytest.mark.xdist_group("faults")
def test_the_cli_shows_a_violation_whatever_stacks_it_is_asked_for(tmp_path: Path) -> None:
    violations(tmp_path, Fault(NO_FAULT.seed, (), {"db_multi_az": False}))
    report = json.loads((tmp_path / "validation-report.json").read_text(encoding="utf-8"))
    failing = {plugin["pluginName"] for plugin in report["pluginReports"] if plugin["conclusion"] == "failure"}
    assert failing == {"AwsSolutions", "NIST.800.53.R5", "CIS", "SOC2", "GDPR", "Compliance"}
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            # The CLI leaves out what is at a construct of another stack than those that it is asked for.
            assert [place for place in violation["violatingConstructs"] if place["constructPath"]] == []


@pytest.mark.xdist_group("faults")
def test_no_acknowledgment_in_code_takes_a_violation_away(tmp_path: Path) -> None:
    def acknowledging(app: "App") -> None:
        from aws_cdk import Acknowledgment, Validations

        put(DATABASE, "MultiAZ", False)(app)
        ids = ("Compliance::rds.multi_az", "CIS::CIS-2.2.4[rds.multi_az]", "AwsSolutions::AwsSolutions-RDS3")
        Validations.of(app).acknowledge(*(Acknowledgment(id=name, reason="no reason at all") for name in ids))

    assert {"rds.multi_az", "CIS-2.2.4[rds.multi_az]"} <= violations(tmp_path, Fault(acknowledging, ())).keys()


@pytest.mark.xdist_group("faults")
def test_a_widened_exception_stops_the_synthesis_with_the_controls_that_it_meant(tmp_path: Path) -> None:
    widened = tuple(replace(entry, paths=("ServiceStack/LoadBalancer",)) if entry.id == "plain-http" else entry for entry in LEDGER)
    found = violations(tmp_path, NO_FAULT, widened)
    for control in ("PCI.DSS.401-4.2.1", "GDPR-Art.32(1)(a)-transit", "SOC2-CC6.7-b"):
        assert found[f"{control}[alb.https]"].metadata["path"] == "ServiceStack/LoadBalancer/PublicListener/Resource"
    assert found["Ledger-plain-http"].places == ["ServiceStack/LoadBalancer (in no template that is read)"]


@pytest.mark.xdist_group("faults")
def test_a_widened_construct_stops_the_synthesis(tmp_path: Path) -> None:
    widened = tuple(replace(entry, construct="NetworkStack") if entry.construct else entry for entry in LEDGER)
    found = violations(tmp_path, NO_FAULT, widened)["Ledger-network-acls"]
    assert found.description == "The ledger excepts AwsSolutions-VPC3 in all of this, but it is found in NetworkStack/NetworkAcls only."


@pytest.mark.xdist_group("faults")
def test_an_exception_that_nothing_needs_stops_the_synthesis(tmp_path: Path) -> None:
    stale = replace(LEDGER[0], id="stale", rules=("rds.private",), paths=(DATABASE,), construct=None, when=())
    found = violations(tmp_path, NO_FAULT, (*LEDGER, stale))
    assert list(found) == ["Ledger-stale"]
    assert found["Ledger-stale"].description == "The ledger excepts rds.private here, but nothing finds it at this resource."


@pytest.mark.xdist_group("faults")
def test_a_value_that_only_cloudformation_knows_stops_the_synthesis(tmp_path: Path) -> None:
    unknown = Fault(put(DATABASE, "MultiAZ", {"Fn::ImportValue": "elsewhere"}), ())
    found = violations(tmp_path, unknown)
    assert found["CIS-2.2.4[rds.multi_az]"].description.startswith("Database spread over zones. Not assessed: Properties.MultiAZ is ")
    assert found["CIS-2.2.4[rds.multi_az]"].metadata["path"] == DATABASE
    assert len(printed(tmp_path)) == 1


def stage(app: "App") -> None:
    """A Stage with a stack of its own."""
    from aws_cdk import Stack, Stage
    from aws_cdk.aws_sqs import CfnQueue

    CfnQueue(Stack(Stage(app, "Later"), "Hidden"), "Door")


def nested(app: "App") -> None:
    """A nested stack, whose template is a file beside the others."""
    from aws_cdk import NestedStack
    from aws_cdk.aws_sqs import CfnQueue

    CfnQueue(NestedStack(resource(app, "DataStack"), "Nested"), "Door")


def fifth(app: "App") -> None:
    """A stack that the design does not know, without a name of its own."""
    from aws_cdk import Stack
    from aws_cdk.aws_sqs import CfnQueue

    CfnQueue(Stack(app, "Fifth"), "Door")


def bare(app: "App") -> None:
    """A function that cdk-nag never looks at."""
    from aws_cdk import CfnResource

    CfnResource(resource(app, "NetworkStack"), "Bare", type="AWS::Lambda::Function", properties={"Runtime": "nodejs12.x"})


def renamed(app: "App") -> None:
    """A template whose Lambda function was declared as a queue."""
    from aws_cdk.aws_sqs import CfnQueue

    CfnQueue(resource(app, "NetworkStack"), "Renamed").add_override("Type", "AWS::Lambda::Function")


def transformed(app: "App") -> None:
    """A template that CloudFormation completes from a file elsewhere."""
    resource(app, "DataStack").add_transform("AWS::LanguageExtensions")


def conditional(app: "App") -> None:
    """A resource that is there only sometimes."""
    from aws_cdk import CfnCondition, Fn

    condition = CfnCondition(resource(app, "DataStack"), "Never", expression=Fn.condition_equals("a", "b"))
    resource(app, DATABASE).cfn_options.condition = condition


def exported(app: "App") -> None:
    """A secret's value given out to the whole region."""
    from aws_cdk import CfnOutput

    value = "{{resolve:secretsmanager:tradingbot-ai/production/secret-key}}"
    CfnOutput(resource(app, "DataStack"), "Shared", value=value, export_name="shared")


def parameter(app: "App") -> None:
    """A password as a parameter's default."""
    from aws_cdk import CfnParameter

    CfnParameter(resource(app, "DataStack"), "Password", no_echo=True, default="hunter2")


def unknown_output(app: "App") -> None:
    """A value from a stack that nobody reads."""
    put(DATABASE, "KmsKeyId", {"Fn::GetStackOutput": {"StackName": "elsewhere", "OutputName": "Key"}})(app)


def strange(app: "App") -> None:
    """Lists where objects are expected."""
    put("ServiceStack/TaskRole/Policy/Resource", "PolicyDocument", ["Statement"])(app)
    put(TASK, "ContainerDefinitions", {"Name": "api"})(app)


STRUCTURES: dict[str, tuple[Seed, str]] = {
    "Stage": (stage, "cfn.stack"),
    "nested stack": (nested, "cfn.allowed"),
    "fifth stack": (fifth, "cfn.stack"),
    "bare resource": (bare, "cfn.typed"),
    "type that was overridden": (renamed, "cfn.typed"),
    "transform": (transformed, "cfn.template"),
    "condition": (conditional, "cfn.template"),
    "output with a secret": (exported, "cfn.outputs"),
    "parameter": (parameter, "cfn.template"),
    "output of an unknown stack": (unknown_output, "cfn.functions"),
    "strange values": (strange, "iam.no_star_admin"),
}


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("name", STRUCTURES)
def test_whatever_hides_a_value_stops_the_synthesis_in_clear_words(name: str, tmp_path: Path) -> None:
    seed, rule = STRUCTURES[name]
    found = violations(tmp_path, Fault(seed, ()))
    assert any(f"[{rule}]" in violation for violation in found), sorted(found)
    assert len(printed(tmp_path)) <= 3
    assert "Traceback" not in (tmp_path / "printed.txt").read_text(encoding="utf-8")

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
    """What the CDK CLI prints of one violation."""

    description: str
    fix: str
    paths: list[str]


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
    else:
        return {}
    return reported_by(directory, "error")


def reported_by(directory: Path, severity: str) -> dict[str, Violation]:
    """The violations of one severity in the CDK's own report."""
    report = json.loads((directory / "validation-report.json").read_text(encoding="utf-8"))
    return {
        violation["ruleName"]: Violation(
            violation["description"],
            violation.get("suggestedFix", ""),
            [each["constructPath"] for each in violation["violatingConstructs"]],
        )
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        if violation["severity"] == severity
    }


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stops_the_synthesis_and_is_reported_by_its_controls(name: str, tmp_path: Path) -> None:
    reported = violations(tmp_path, FAULTS[name])
    for control in FAULTS[name].controls:
        violation = next((violation for rule, violation in reported.items() if rule.startswith(f"{control}[")), None)
        assert violation, f"{control} is not among {sorted(reported)}"
        assert violation.description.startswith(controls()[control].title)
        assert violation.fix
        assert violation.paths


@pytest.mark.xdist_group("faults")
def test_without_a_fault_production_synthesizes(tmp_path: Path) -> None:
    assert violations(tmp_path, NO_FAULT) == {}


@pytest.mark.xdist_group("faults")
def test_a_widened_exception_stops_the_synthesis_with_the_controls_that_it_meant(tmp_path: Path) -> None:
    widened = tuple(replace(entry, paths=("ServiceStack/LoadBalancer",)) if entry.id == "plain-http" else entry for entry in LEDGER)
    reported = violations(tmp_path, NO_FAULT, widened)
    for control in ("PCI.DSS.401-4.2.1", "GDPR-Art.32(1)(a)-transit", "SOC2-CC6.7-b"):
        assert reported[f"{control}[alb.https]"].paths == ["ServiceStack/LoadBalancer/PublicListener/Resource"]
    assert reported["Ledger-plain-http"].paths == ["ServiceStack/LoadBalancer"]


@pytest.mark.xdist_group("faults")
def test_a_widened_construct_stops_the_synthesis(tmp_path: Path) -> None:
    widened = tuple(replace(entry, construct="NetworkStack") if entry.construct else entry for entry in LEDGER)
    reported = violations(tmp_path, NO_FAULT, widened)["Ledger-network-acls"]
    assert reported.description == "The ledger excepts AwsSolutions-VPC3 in all of this, but it is found in NetworkStack/NetworkAcls only."


@pytest.mark.xdist_group("faults")
def test_an_exception_that_nothing_needs_stops_the_synthesis(tmp_path: Path) -> None:
    stale = replace(LEDGER[0], id="stale", rules=("rds.private",), paths=(DATABASE,), construct=None, when=())
    reported = violations(tmp_path, NO_FAULT, (*LEDGER, stale))
    assert list(reported) == ["Ledger-stale"]
    assert reported["Ledger-stale"].description == "The ledger excepts rds.private here, but nothing finds it at this resource."


@pytest.mark.xdist_group("faults")
def test_a_value_that_only_cloudformation_knows_stops_the_synthesis(tmp_path: Path) -> None:
    unknown = Fault(put(DATABASE, "MultiAZ", {"Fn::ImportValue": "elsewhere"}), ())
    assert "CIS-2.2.4[rds.multi_az]" in violations(tmp_path, unknown)
    found = reported_by(tmp_path, "error")["CIS-2.2.4[rds.multi_az]"]
    assert found.description.startswith("Database spread over zones. Not assessed: Properties.MultiAZ is ")
    assert found.paths == [DATABASE]

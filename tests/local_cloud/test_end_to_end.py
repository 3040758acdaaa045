"""The real CDK CLI against the local cloud: bootstrap, deploy, look with boto3, deploy again, change, break, destroy.

The tests of a class build on each other in order, as the life of an environment does.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import RunApart, session_of
from tests.stacks.alarms import PRODUCTION_ALARMS
from tests.verbs import named_at_destroy
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import LocalCloud, client, running
from tradingbot_infra.operations.live.egress import EgressAddress, read_egress, to_adopt

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
WITH_HTTPS = ("-c", f"certificate_arn=arn:aws:acm:{REGION}:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped."""
    with running(tmp_path_factory.mktemp("local-cloud"), time_scale=60) as started:
        result = cli(started).bootstrap(capture=True)
        assert result.returncode == 0, result.text
        yield started


def cli(cloud: LocalCloud) -> CdkCli:
    """The CDK CLI for a local cloud."""
    return CdkCli(PROJECT_ROOT, cloud, (REGION,), cloud.state_directory / "cdk.out")


def aws(cloud: LocalCloud, service: str) -> Any:
    """A boto3 client."""
    return client(cloud.endpoint, REGION, service)


def deploy(cloud: LocalCloud, environment: str, *arguments: str) -> CdkResult:
    """`cdk deploy --all`, which never shows Node's end-of-life banner."""
    result = cli(cloud).deploy(environment, arguments, capture=True)
    assert "end-of-life" not in result.text
    return result


def built(cloud: LocalCloud) -> tuple[str, str]:
    """Makes the CDK CLI take the assembly of the last deployment instead of synthesizing the same again."""
    return ("--app", str(cli(cloud).output))


def stacks(cloud: LocalCloud, environment: str) -> dict[str, str]:
    """Status by stack, without the environment's prefix."""
    prefix = f"tradingbot-ai-{environment}-"
    found = aws(cloud, "cloudformation").describe_stacks()["Stacks"]
    return {s["StackName"].removeprefix(prefix): s["StackStatus"] for s in found if s["StackName"].startswith(prefix)}


@pytest.fixture(scope="class")
def names() -> Names:
    """Production's names."""
    return load_config("production").names


class TestProduction:
    """One life of production."""

    def test_deploys_every_stack(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production")
        assert result.returncode == 0, result.text[-3000:]
        assert stacks(cloud, "production") == dict.fromkeys(("network", "data", "service", "monitoring"), "CREATE_COMPLETE")

    def test_subnets_are_in_their_zones_and_route_as_designed(self, cloud: LocalCloud) -> None:
        ec2 = aws(cloud, "ec2")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
        of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        subnets = {s["SubnetId"]: (s["CidrBlock"], s["AvailabilityZone"]) for s in ec2.describe_subnets(Filters=of_vpc)["Subnets"]}
        zones = ("ap-southeast-2a", "ap-southeast-2b")
        assert set(subnets.values()) == {
            (f"10.0.{third + index}.0/24", zone) for third in (0, 10, 20, 30) for index, zone in enumerate(zones)
        }
        ways_out = {}
        for table in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]:
            for association in table["Associations"]:
                if "SubnetId" in association:
                    default = [r for r in table["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
                    ways_out[subnets[association["SubnetId"]][0]] = (
                        (default[0].get("NatGatewayId") or default[0]["GatewayId"])[:3] if default else None
                    )
        assert ways_out == {
            f"10.0.{third + index}.0/24": way for third, way in ((0, "igw"), (10, "nat"), (20, None), (30, None)) for index in (0, 1)
        }

    def test_nat_gateways_have_addresses_and_traffic_is_logged(self, cloud: LocalCloud, names: Names) -> None:
        ec2 = aws(cloud, "ec2")
        assert [gateway["State"] for gateway in ec2.describe_nat_gateways()["NatGateways"]] == ["available", "available"]
        assert sum("AssociationId" in address for address in ec2.describe_addresses()["Addresses"]) == 2
        (flow_log,) = ec2.describe_flow_logs()["FlowLogs"]
        assert (flow_log["TrafficType"], flow_log["LogDestination"]) == ("ALL", names.flow_log_group)

    def test_security_groups_allow_what_the_design_says_and_the_default_one_nothing(self, cloud: LocalCloud) -> None:
        ec2 = aws(cloud, "ec2")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
        groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["SecurityGroups"]
        titles = {group["GroupId"]: group["Description"].partition(":")[0] for group in groups}
        entries = {
            (titles[group["GroupId"]], rule["FromPort"], peer)
            for group in groups
            for rule in group["IpPermissions"]
            for peer in [r["CidrIp"] for r in rule["IpRanges"]] + [titles[p["GroupId"]] for p in rule["UserIdGroupPairs"]]
        }
        assert entries == {
            ("Load balancer", 80, "0.0.0.0/0"),
            ("Load balancer", 443, "0.0.0.0/0"),
            ("Tasks", 8001, "Load balancer"),
            ("PostgreSQL", 5432, "Tasks"),
            ("Redis", 6379, "Tasks"),
        }
        (default,) = [group for group in groups if group["GroupName"] == "default"]
        assert (default["IpPermissions"], default["IpPermissionsEgress"]) == ([], [])

    def test_every_subnet_has_the_network_acl_of_its_tier_and_the_default_one_is_closed(self, cloud: LocalCloud) -> None:
        ec2 = aws(cloud, "ec2")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
        blocks = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in ec2.describe_subnets()["Subnets"]}
        acls = [acl for acl in ec2.describe_network_acls()["NetworkAcls"] if acl["VpcId"] == vpc["VpcId"]]
        behind = {frozenset(blocks[a["SubnetId"]] for a in acl["Associations"]) for acl in acls if not acl["IsDefault"]}
        assert behind == {frozenset((f"10.0.{third}.0/24", f"10.0.{third + 1}.0/24")) for third in (0, 10, 20, 30)}
        (default,) = [acl for acl in acls if acl["IsDefault"]]
        first = {entry["Egress"]: (entry["RuleAction"], entry["Protocol"]) for entry in default["Entries"] if entry["RuleNumber"] == 1}
        assert first == {False: ("deny", "-1"), True: ("deny", "-1")}

    def test_the_service_runs_the_placeholder_behind_the_load_balancer(self, cloud: LocalCloud, names: Names) -> None:
        ecs = aws(cloud, "ecs")
        (service,) = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"]
        assert (service["status"], service["launchType"]) == ("ACTIVE", "FARGATE")
        assert (service["desiredCount"], service["runningCount"]) == (2, 2)
        definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        assert (definition["cpu"], definition["memory"]) == ("512", "1024")
        (container,) = definition["containerDefinitions"]
        assert container["name"] == "tradingbot-container"
        assert container["user"] == "1000:1000"
        assert container["image"].startswith("public.ecr.aws/")
        elbv2 = aws(cloud, "elbv2")
        (load_balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
        assert load_balancer["Scheme"] == "internet-facing"
        (target_group,) = elbv2.describe_target_groups()["TargetGroups"]
        assert target_group["HealthCheckPath"] == "/api/v1/health"

    def test_the_web_acl_protects_the_load_balancer(self, cloud: LocalCloud, names: Names) -> None:
        (load_balancer,) = aws(cloud, "elbv2").describe_load_balancers()["LoadBalancers"]
        web_acl = aws(cloud, "wafv2").get_web_acl_for_resource(ResourceArn=load_balancer["LoadBalancerArn"])["WebACL"]
        assert (web_acl["Name"], len(web_acl["Rules"])) == (names.web_acl, 5)

    def test_every_secret_that_the_container_names_exists_under_the_key(self, cloud: LocalCloud, names: Names) -> None:
        secrets = aws(cloud, "secretsmanager")
        definition = aws(cloud, "ecs").describe_task_definition(taskDefinition=names.prefix)["taskDefinition"]
        wanted = {secret["name"]: secret["valueFrom"] for secret in definition["containerDefinitions"][0]["secrets"]}
        assert len(wanted) == 12
        keys = set()
        for value_from in wanted.values():
            arn = value_from.removesuffix(":username::").removesuffix(":password::")
            keys.add(secrets.describe_secret(SecretId=arn)["KmsKeyId"])
            assert secrets.get_secret_value(SecretId=arn)["SecretString"]
        assert len(keys) == 1

    def test_the_database_url_holds_the_address_and_no_credential(self, cloud: LocalCloud, names: Names) -> None:
        url = aws(cloud, "secretsmanager").get_secret_value(SecretId=names.secret("database-url"))["SecretString"]
        (database,) = aws(cloud, "rds").describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
        endpoint = database["Endpoint"]
        assert url == f"postgresql://tradingbot@{endpoint['Address']}:{endpoint['Port']}/tradingbot"

    def test_database_and_cache_are_the_documents(self, cloud: LocalCloud, names: Names) -> None:
        (database,) = aws(cloud, "rds").describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
        assert (database["Engine"], database["EngineVersion"], database["MultiAZ"], database["StorageEncrypted"]) == (
            "postgres",
            "15.19",
            True,
            True,
        )
        (redis,) = aws(cloud, "elasticache").describe_replication_groups(ReplicationGroupId=names.redis)["ReplicationGroups"]
        assert (redis["SnapshotRetentionLimit"], redis["TransitEncryptionEnabled"], redis["AtRestEncryptionEnabled"]) == (5, True, True)

    def test_aws_backup_selects_the_one_database_and_keeps_its_recovery_points(self, cloud: LocalCloud, names: Names) -> None:
        backup = aws(cloud, "backup")
        (summary,) = backup.list_backup_plans()["BackupPlansList"]
        (rule,) = backup.get_backup_plan(BackupPlanId=summary["BackupPlanId"])["BackupPlan"]["Rules"]
        assert (rule["TargetBackupVaultName"], rule["Lifecycle"]["DeleteAfterDays"]) == (names.backup_vault, 35)
        (found,) = backup.list_backup_selections(BackupPlanId=summary["BackupPlanId"])["BackupSelectionsList"]
        selection = backup.get_backup_selection(BackupPlanId=summary["BackupPlanId"], SelectionId=found["SelectionId"])["BackupSelection"]
        (database,) = aws(cloud, "rds").describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
        assert selection["Resources"] == [database["DBInstanceArn"]]
        vault = backup.describe_backup_vault(BackupVaultName=names.backup_vault)
        assert vault["EncryptionKeyArn"] == database["KmsKeyId"]

    def test_resources_are_tagged_with_owner_and_classification(self, cloud: LocalCloud, names: Names) -> None:
        (database,) = aws(cloud, "rds").describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
        tags = {tag["Key"]: tag["Value"] for tag in database["TagList"]}
        assert (tags["Owner"], tags["DataClassification"]) == ("trading-platform", "confidential")

    def test_the_repository_scans_and_its_tags_never_move(self, cloud: LocalCloud, names: Names) -> None:
        (repository,) = aws(cloud, "ecr").describe_repositories(repositoryNames=[names.repository])["repositories"]
        assert repository["imageScanningConfiguration"]["scanOnPush"] is True
        assert repository["imageTagMutability"] == "IMMUTABLE"

    def test_alarms_topic_and_dashboard_exist(self, cloud: LocalCloud, names: Names) -> None:
        cloudwatch = aws(cloud, "cloudwatch")
        alarms = [alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]]
        assert len([name for name in alarms if name.startswith(names.prefix)]) == len(PRODUCTION_ALARMS)
        body = json.loads(cloudwatch.get_dashboard(DashboardName=names.dashboard)["DashboardBody"])
        assert len(body["widgets"]) == 5
        assert any(topic["TopicArn"].endswith(names.alarm_topic) for topic in aws(cloud, "sns").list_topics()["Topics"])

    def test_log_groups_are_encrypted_and_expire(self, cloud: LocalCloud, names: Names) -> None:
        groups = {group["logGroupName"]: group for group in aws(cloud, "logs").describe_log_groups()["logGroups"]}
        for name in (names.container_log_group, names.flow_log_group, names.scan_results_log_group, names.web_acl_log_group):
            assert groups[name]["retentionInDays"] == 400
            assert "kmsKeyId" in groups[name]

    def test_deploying_again_changes_nothing(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production")
        assert result.returncode == 0, result.text[-3000:]
        assert result.text.count("(no changes)") == len(load_config("production").stacks) == 5
        assert cli(cloud).diff("production", ["--fail", *built(cloud)], capture=True).returncode == 0

    def test_an_image_tag_replaces_the_placeholder(self, cloud: LocalCloud, names: Names) -> None:
        images.add(images_file(cloud.state_directory), {"v1.0.0": {"command": list(placeholder_command(8001, "/api/v1/health"))}})
        result = deploy(cloud, "production", "-c", "image_tag=v1.0.0")
        assert result.returncode == 0, result.text[-3000:]
        ecs = aws(cloud, "ecs")
        (service,) = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"]
        (container,) = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]["containerDefinitions"]
        assert container["image"].endswith(f"/{names.repository}:v1.0.0")
        assert (service["desiredCount"], service["runningCount"]) == (2, 2)
        assert "command" not in container or container["command"] == []

    def test_an_update_that_adds_https_and_fails_later_leaves_port_80_as_it_was(self, cloud: LocalCloud) -> None:
        images.add(images_file(cloud.state_directory), {"v1.1.0": {"command": ["python3", "-c", "raise SystemExit(1)"]}})
        result = deploy(cloud, "production", *WITH_HTTPS, "-c", "image_tag=v1.1.0")
        assert result.returncode != 0
        assert stacks(cloud, "production")["service"] == "UPDATE_ROLLBACK_COMPLETE"
        assert (listeners(cloud), answer_on_port_80(cloud)) == ({80: "forward"}, 200)

    def test_https_is_added(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production", *WITH_HTTPS, "-c", "image_tag=v1.0.0")
        assert result.returncode == 0, result.text[-3000:]
        assert stacks(cloud, "production")["service"] == "UPDATE_COMPLETE"
        assert (listeners(cloud), answer_on_port_80(cloud)) == ({80: "redirect", 443: "forward"}, 301)

    def test_an_update_that_removes_https_and_fails_later_leaves_both_ports_as_they_were(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production", "-c", "image_tag=v1.1.0")
        assert result.returncode != 0
        assert stacks(cloud, "production")["service"] == "UPDATE_ROLLBACK_COMPLETE"
        assert (listeners(cloud), answer_on_port_80(cloud)) == ({80: "redirect", 443: "forward"}, 301)

    def test_https_is_removed(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production", "-c", "image_tag=v1.0.0")
        assert result.returncode == 0, result.text[-3000:]
        assert stacks(cloud, "production")["service"] == "UPDATE_COMPLETE"
        assert (listeners(cloud), answer_on_port_80(cloud)) == ({80: "forward"}, 200)

    def test_a_changed_setting_updates_in_place(self, cloud: LocalCloud, names: Names) -> None:
        rds = aws(cloud, "rds")
        before = rds.describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"][0]
        result = deploy(cloud, "production", "-c", "db_backup_retention_days=14", "-c", "redis_evictions_alarm_count=900")
        assert result.returncode == 0, result.text[-3000:]
        after = rds.describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"][0]
        assert (before["BackupRetentionPeriod"], after["BackupRetentionPeriod"]) == (7, 14)
        assert before["DbiResourceId"] == after["DbiResourceId"], "the database was replaced"
        (alarm,) = aws(cloud, "cloudwatch").describe_alarms(AlarmNames=[names.alarm("redis-evictions")])["MetricAlarms"]
        assert alarm["Threshold"] == 900

    def test_a_change_that_would_replace_the_database_fails_and_leaves_all_as_it_was(self, cloud: LocalCloud, names: Names) -> None:
        elasticache, rds = aws(cloud, "elasticache"), aws(cloud, "rds")
        before = rds.describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"][0]
        result = deploy(cloud, "production", "-c", "db_name=other", "-c", "redis_snapshot_retention_days=9")
        assert result.returncode != 0
        assert "custom-named resource requires replacing" in " ".join(result.text.split())
        assert stacks(cloud, "production")["data"] == "UPDATE_ROLLBACK_COMPLETE"
        after = rds.describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"][0]
        assert (after["DbiResourceId"], after["DBName"]) == (before["DbiResourceId"], "tradingbot")
        (redis,) = elasticache.describe_replication_groups(ReplicationGroupId=names.redis)["ReplicationGroups"]
        assert redis["SnapshotRetentionLimit"] == 5

    def test_a_bad_setting_stops_before_anything_is_deployed(self, cloud: LocalCloud) -> None:
        result = deploy(cloud, "production", "-c", "nat_gateways=9")
        assert result.returncode != 0
        assert "production: nat_gateways=9: is not allowed; allowed: a whole number from 0 to 3" in result.text
        assert "Traceback" not in result.text

    def test_a_violation_that_the_ledger_does_not_hold_stops_before_anything_is_deployed(self, cloud: LocalCloud, names: Names) -> None:
        result = deploy(cloud, "production", "-c", "db_multi_az=false")
        assert result.returncode == 1
        text = " ".join(result.text.split())
        assert "The database has a standby in another zone: Properties.MultiAZ is False, expected true." in text
        assert "DataStack/Database/Resource" in text
        assert "Suggested fix: Set db_multi_az=true, as environments.py does; now it is false." in text
        assert "CIS-2.2.4" in text
        assert "Acknowledge" not in text, "acknowledgments come from the ledger only"
        (database,) = aws(cloud, "rds").describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
        assert database["MultiAZ"] is True

    def test_a_protected_environment_refuses_to_be_destroyed(self, cloud: LocalCloud) -> None:
        result = cli(cloud).destroy("production", built(cloud), capture=True)
        assert result.returncode != 0
        assert "TerminationProtection is enabled" in " ".join(result.text.split())
        assert set(stacks(cloud, "production")) == {"network", "data", "service", "monitoring"}

    def test_destroying_leaves_only_what_policy_keeps(self, cloud: LocalCloud, names: Names, run_apart: RunApart) -> None:
        known = egress(cloud)
        assert all(each.used_by for each in known)
        result = destroy(cloud, run_apart)
        assert result.returncode == 0, result.stderr[-3000:]
        said = json.loads(result.stdout)
        assert said["destroyed"] == [place.name for place in load_config("production").stacks]
        assert {one["type"] for one in said["stays"]} >= {"AWS::EC2::EIP", "AWS::ECR::Repository", "AWS::Logs::LogGroup", "AWS::KMS::Key"}
        assert said["snapshots_of"] == [names.database, names.redis]
        assert stacks(cloud, "production") == {}
        assert secret_names(cloud, names) == {names.secret(name) for name in APPLICATION_SECRETS}
        assert [
            r["repositoryName"] for r in aws(cloud, "ecr").describe_repositories()["repositories"] if names.prefix in r["repositoryName"]
        ]
        assert aws(cloud, "rds").describe_db_instances()["DBInstances"] == []
        snapshots = aws(cloud, "rds").describe_db_snapshots()["DBSnapshots"]
        assert names.database in {snapshot["DBInstanceIdentifier"] for snapshot in snapshots}
        assert {g["State"] for g in aws(cloud, "ec2").describe_nat_gateways()["NatGateways"]} <= {"deleted"}
        assert egress(cloud) == tuple(replace(each, used_by="") for each in known)

    def test_the_next_deployment_uses_the_secrets_and_the_addresses_that_were_kept(
        self, cloud: LocalCloud, names: Names, run_apart: RunApart
    ) -> None:
        secrets = aws(cloud, "secretsmanager")
        kept = {name: secrets.describe_secret(SecretId=names.secret(name)) for name in APPLICATION_SECRETS}
        (key,) = {secret["KmsKeyId"] for secret in kept.values()}
        arns = ",".join(secret["ARN"] for secret in kept.values())
        known = egress(cloud)
        addresses = ("-c", f"nat_allocation_ids={','.join(to_adopt(known))}")
        adopting = ("-c", f"adopt_secrets_key_arn={key}", "-c", f"adopt_secret_arns={arns}", *addresses)
        result = deploy(cloud, "production", *adopting)
        assert result.returncode != 0
        assert "already exists" in " ".join(result.text.split())
        assert destroy(cloud, run_apart).returncode == 0, "what a failed first deployment left"
        result = deploy(cloud, "production", *adopting, "--import-existing-resources")
        assert result.returncode == 0, result.text[-3000:]
        assert [(each.address, each.zone) for each in egress(cloud)] == [(each.address, each.zone) for each in known]
        assert all(each.used_by.startswith("nat-") for each in egress(cloud))
        definition = aws(cloud, "ecs").describe_task_definition(taskDefinition=names.prefix)["taskDefinition"]
        value_from = {s["name"]: s["valueFrom"] for s in definition["containerDefinitions"][0]["secrets"]}
        assert {name: value_from[environment_variable(name)] for name in kept} == {name: secret["ARN"] for name, secret in kept.items()}
        ended = destroy(cloud, run_apart)
        assert ended.returncode == 0, ended.stderr[-3000:]
        assert json.loads(ended.stdout)["settings"] == {
            "adopt_secret_arns": arns,
            "adopt_secrets_key_arn": key,
            "nat_allocation_ids": ",".join(to_adopt(known)),
        }
        assert secret_names(cloud, names) == {names.secret(name) for name in kept}


def egress(cloud: LocalCloud) -> tuple[EgressAddress, ...]:
    """The elastic addresses of production."""
    return read_egress(session_of(cloud), load_config("production"))


def listeners(cloud: LocalCloud) -> dict[int, str]:
    """What the listener on each port of the one load balancer does."""
    elbv2 = aws(cloud, "elbv2")
    (load_balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    found = elbv2.describe_listeners(LoadBalancerArn=load_balancer["LoadBalancerArn"])["Listeners"]
    return {listener["Port"]: listener["DefaultActions"][0]["Type"] for listener in found}


def answer_on_port_80(cloud: LocalCloud) -> int:
    """The status that the health check path has from outside, without following a redirect."""
    (load_balancer,) = aws(cloud, "elbv2").describe_load_balancers()["LoadBalancers"]
    connection = HTTPConnection(load_balancer["DNSName"], timeout=30)
    with closing(connection):
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status


def destroy(cloud: LocalCloud, run_apart: RunApart) -> "subprocess.CompletedProcess[str]":
    """The command, for production."""
    reached = ("--env", "production", "--local", "--state-directory", str(cloud.state_directory))
    return run_apart("destroy", *reached, "--confirm", named_at_destroy("production"), "--json")


def secret_names(cloud: LocalCloud, names: Names) -> set[str]:
    """The names of the secrets of an environment that exist."""
    pages = aws(cloud, "secretsmanager").get_paginator("list_secrets").paginate().search("SecretList[].Name")
    return {name for name in pages if name.startswith(names.secret(""))}


class TestStaging:
    """An environment that retains nothing."""

    def test_destroying_leaves_nothing_and_the_next_deployment_finds_every_name_free(self, cloud: LocalCloud) -> None:
        names = load_config("staging").names
        self._deploy(cloud, names)
        result = cli(cloud).destroy("staging", built(cloud), capture=True)
        assert result.returncode == 0, result.text[-3000:]
        assert stacks(cloud, "staging") == {}
        assert secret_names(cloud, names) == set()
        assert [r for r in aws(cloud, "ecr").describe_repositories()["repositories"] if r["repositoryName"] == names.repository] == []
        assert [g["logGroupName"] for g in aws(cloud, "logs").describe_log_groups()["logGroups"] if names.prefix in g["logGroupName"]] == []
        self._deploy(cloud, names, *built(cloud))

    @staticmethod
    def _deploy(cloud: LocalCloud, names: Names, *arguments: str) -> None:
        result = deploy(cloud, "staging", *arguments)
        assert result.returncode == 0, result.text[-3000:]
        assert len(secret_names(cloud, names)) == 9

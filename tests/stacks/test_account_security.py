"""AccountSecurityStack: what the account gets once, and what each setting leaves out of it."""

import json
from collections.abc import Mapping
from typing import Any

import botocore.session
import pytest

from tests.conftest import Synthesize
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.design.aws_config import CONFIG_RULES, GLOBAL_TYPES, RECORDED_TYPES
from tradingbot_infra.templates import Assembly, Resource

STACK = "AccountSecurityStack"
OURS = {"account_security": "ours", "alarm_emails": "alarms@example.com"}
NOTHING = {
    **OURS,
    "trail_insights": False,
    "config_recorder": "off",
    "config_rules": False,
    "guardduty": "off",
    "security_hub": "off",
    "access_analyzer": "off",
    "inspector_images": False,
    "account_defaults": False,
    "remove_default_vpcs": False,
    "support_role": False,
    "account_budget_usd": "none",
    "transaction_search": "existing",
}
TRAIL = "arn:aws:cloudtrail:ap-southeast-2:${AWS::AccountId}:trail/tradingbot-ai-account-trail"


@pytest.fixture(scope="module")
def secured(synthesize: Synthesize) -> Assembly:
    """Production whose account has every part of the standard plan."""
    return synthesize("production", **OURS)


def of_type(assembly: Assembly, resource_type: str) -> tuple[Resource, ...]:
    """The stack's resources of a type."""
    return tuple(each for each in assembly.of_type(resource_type) if each.stack == STACK)


def the(assembly: Assembly, resource_type: str, start: str = "") -> Mapping[str, Any]:
    """The properties of the stack's one resource of a type whose logical id begins so."""
    (found,) = (each for each in of_type(assembly, resource_type) if each.logical_id.startswith(start))
    return found.properties


def types(assembly: Assembly) -> set[str]:
    """The types of the stack's resources."""
    return {each.type for each in assembly.resources if each.stack == STACK}


def statements(policy: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The statements of a policy by their Sid."""
    return {each["Sid"]: each for each in policy["Statement"] if "Sid" in each}


def test_the_stack_is_there_only_where_it_is_ours(synthesize: Synthesize) -> None:
    assert STACK not in synthesize("production", account_security="none").templates
    assert STACK not in synthesize("staging", **OURS).templates


def test_no_other_stack_changes(synthesize: Synthesize, secured: Assembly) -> None:
    without = synthesize("production", alarm_emails=OURS["alarm_emails"], account_security="none")
    assert {name: template for name, template in secured.templates.items() if name != STACK} == without.templates


def test_it_is_the_same_whichever_environment_deploys_it(synthesize: Synthesize, secured: Assembly) -> None:
    other = synthesize("high-availability", **OURS, account_stacks=True)
    assert other.templates[STACK] == secured.templates[STACK]
    assert other.stacks[STACK].tags == secured.stacks[STACK].tags


class TestTheTrail:
    """CloudTrail, its bucket and its key."""

    def test_it_records_every_call_of_every_region_and_its_files_can_be_validated(self, secured: Assembly) -> None:
        trail = the(secured, "AWS::CloudTrail::Trail")
        for name in ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"):
            assert trail[name] is True
        (management,) = (each for each in trail["AdvancedEventSelectors"] if each["Name"] == "Management events selector")
        assert management["FieldSelectors"] == [{"Field": "eventCategory", "Equals": ["Management"]}]

    def test_it_waits_for_the_policy_that_lets_it_write(self, secured: Assembly) -> None:
        (trail,) = of_type(secured, "AWS::CloudTrail::Trail")
        (policy,) = (each for each in of_type(secured, "AWS::S3::BucketPolicy") if each.logical_id.startswith("AuditBucketPolicy"))
        assert policy.logical_id in secured.templates[STACK]["Resources"][trail.logical_id]["DependsOn"]

    @pytest.mark.parametrize(
        ("events", "names"),
        [
            ("none", []),
            ("write", ["Changes of the project's objects", "Changes of audit logs"]),
            ("all", ["The project's objects", "Changes of audit logs", "Reads of audit logs"]),
        ],
    )
    def test_requests_for_objects_are_recorded_as_the_setting_says(self, synthesize: Synthesize, events: str, names: list[str]) -> None:
        selectors = the(synthesize("production", **OURS, trail_s3_events=events), "AWS::CloudTrail::Trail")["AdvancedEventSelectors"]
        assert [each["Name"] for each in selectors[1:]] == names

    def test_what_services_write_into_the_audit_buckets_is_recorded_by_no_selector(self, secured: Assembly) -> None:
        selectors = the(secured, "AWS::CloudTrail::Trail")["AdvancedEventSelectors"][1:]
        by_field = [{each["Field"]: each for each in selector["FieldSelectors"]} for selector in selectors]
        project, deletions, reads = by_field
        assert project["resources.ARN"]["NotStartsWith"] == deletions["resources.ARN"]["StartsWith"] == reads["resources.ARN"]["StartsWith"]
        assert len(project["resources.ARN"]["NotStartsWith"]) == 2
        assert deletions["eventName"] == {"Field": "eventName", "NotEquals": ["PutObject"]}
        assert deletions["readOnly"]["Equals"] == ["false"]
        assert reads["readOnly"]["Equals"] == ["true"]

    def test_only_this_trail_and_this_accounts_config_write_to_the_bucket(self, secured: Assembly) -> None:
        policy = statements(the(secured, "AWS::S3::BucketPolicy", "AuditBucketPolicy")["PolicyDocument"])
        allowed = {sid: each for sid, each in policy.items() if each["Effect"] == "Allow"}
        assert set(allowed) == {"CloudTrailChecks", "CloudTrailWrites", "AwsConfigChecks", "AwsConfigWrites"}
        for sid, each in allowed.items():
            asked = each["Condition"]["StringEquals"]
            assert (asked.get("aws:SourceArn") == TRAIL) == sid.startswith("CloudTrail")
            assert (asked.get("aws:SourceAccount") == "${AWS::AccountId}") == sid.startswith("AwsConfig")
            assert ("s3:x-amz-acl" in asked) == sid.endswith("Writes")
        assert policy["OnlyLifecycleRulesDelete"]["Effect"] == "Deny"

    def test_the_bucket_is_locked_without_a_default_retention_and_has_access_logs(self, secured: Assembly) -> None:
        bucket = the(secured, "AWS::S3::Bucket", "AuditBucket")
        assert the(secured, "AWS::S3::Bucket", "AuditAccessLogsBucket")["ObjectLockEnabled"] is False
        assert bucket["ObjectLockEnabled"] is True
        assert "ObjectLockConfiguration" not in bucket
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["LoggingConfiguration"]["DestinationBucketName"]
        assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 400

    def test_the_key_admits_one_trail_and_services_of_this_account(self, secured: Assembly) -> None:
        policy = statements(the(secured, "AWS::KMS::Key")["KeyPolicy"])
        assert policy["CloudTrailEncrypts"]["Condition"] == {
            "StringEquals": {"aws:SourceArn": TRAIL},
            "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": TRAIL.replace("ap-southeast-2", "*")},
        }
        assert policy["CloudTrailDescribes"]["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
        for sid in ("AwsConfig", "CloudWatchAlarms"):
            assert policy[sid]["Condition"] == {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}
        assert not [action for each in policy.values() for action in each["Action"] if "*" in action]


class TestAlarms:
    """The fifteen of the benchmark."""

    def test_each_pattern_leads_through_its_metric_and_alarm_to_the_topic(self, secured: Assembly) -> None:
        filters = {each.properties["FilterPattern"]: each.properties for each in of_type(secured, "AWS::Logs::MetricFilter")}
        alarms = {each.properties["AlarmName"]: each.properties for each in of_type(secured, "AWS::CloudWatch::Alarm")}
        assert len(filters) == len(alarms) == len(ACCOUNT_ALARMS) == 15
        topic = the(secured, "AWS::CloudWatch::Alarm", "AlarmsRootUser")["AlarmActions"]
        for row in ACCOUNT_ALARMS:
            (transformation,) = filters[row.pattern]["MetricTransformations"]
            alarm = alarms[f"tradingbot-ai-account-{row.name}"]
            assert (alarm["Namespace"], alarm["MetricName"]) == (transformation["MetricNamespace"], transformation["MetricName"])
            assert "DefaultValue" not in transformation
            assert (alarm["Threshold"], alarm["ComparisonOperator"], alarm["Statistic"]) == (0, "GreaterThanThreshold", "Sum")
            assert alarm["TreatMissingData"] == "notBreaching"
            assert alarm["AlarmActions"] == topic
            assert row.control in alarm["AlarmDescription"]

    def test_the_topic_has_subscribers_of_its_own_or_those_of_alarms(self, synthesize: Synthesize, secured: Assembly) -> None:
        assert the(secured, "AWS::SNS::Subscription")["Endpoint"] == "alarms@example.com"
        own = synthesize("production", **OURS, security_emails="security@example.com")
        assert the(own, "AWS::SNS::Subscription")["Endpoint"] == "security@example.com"


class TestParts:
    """Each part, and that its setting leaves it out."""

    def test_the_recorder_has_the_types_of_the_templates_once_and_daily(self, secured: Assembly) -> None:
        recorder = the(secured, "AWS::Config::ConfigurationRecorder")
        assert recorder["RecordingGroup"] == {
            "AllSupported": False,
            "IncludeGlobalResourceTypes": False,
            "RecordingStrategy": {"UseOnly": "INCLUSION_BY_RESOURCE_TYPES"},
            "ResourceTypes": list(RECORDED_TYPES),
        }
        assert recorder["RecordingMode"] == {"RecordingFrequency": "DAILY"}
        assert set(GLOBAL_TYPES) < set(RECORDED_TYPES)

    def test_recorder_and_channel_wait_for_nothing_of_each_other(self, secured: Assembly) -> None:
        resources = secured.templates[STACK]["Resources"]
        (recorder,) = of_type(secured, "AWS::Config::ConfigurationRecorder")
        (channel,) = of_type(secured, "AWS::Config::DeliveryChannel")
        assert "DependsOn" not in resources[recorder.logical_id]
        assert recorder.logical_id not in json.dumps(resources[channel.logical_id])

    def test_every_recordable_type_that_the_templates_declare_is_recorded(self, secured: Assembly) -> None:
        known = set(botocore.session.get_session().get_service_model("config").shape_for("ResourceType").metadata["enum"])
        assert set(RECORDED_TYPES) <= known
        assert {each.type for each in secured.resources} & known <= set(RECORDED_TYPES)

    def test_rules_wait_for_the_recorder_and_are_what_the_design_says(self, secured: Assembly) -> None:
        (recorder,) = of_type(secured, "AWS::Config::ConfigurationRecorder")
        rules = of_type(secured, "AWS::Config::ConfigRule")
        assert {each.properties["Source"]["SourceIdentifier"] for each in rules} == {rule.identifier for rule in CONFIG_RULES}
        resources = secured.templates[STACK]["Resources"]
        assert all(resources[each.logical_id]["DependsOn"] == [recorder.logical_id] for each in rules)

    def test_every_feature_of_guardduty_is_named_and_runtime_monitoring_is_off_by_itself(
        self, synthesize: Synthesize, secured: Assembly
    ) -> None:
        features = {each["Name"]: each for each in the(secured, "AWS::GuardDuty::Detector")["Features"]}
        on = {name for name, each in features.items() if each["Status"] == "ENABLED"}
        assert on == {"S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"}
        assert features["RUNTIME_MONITORING"] == {"Name": "RUNTIME_MONITORING", "Status": "DISABLED"}
        full = synthesize("production", **OURS, **ACCOUNT_PLANS["full"])
        runtime = {each["Name"]: each for each in the(full, "AWS::GuardDuty::Detector")["Features"]}["RUNTIME_MONITORING"]
        agents = {each["Name"]: each["Status"] for each in runtime["AdditionalConfiguration"]}
        assert agents == {
            "ECS_FARGATE_AGENT_MANAGEMENT": "ENABLED",
            "EC2_AGENT_MANAGEMENT": "DISABLED",
            "EKS_ADDON_MANAGEMENT": "DISABLED",
        }

    def test_standards_are_exactly_these_and_wait_for_the_hub(self, secured: Assembly) -> None:
        (hub,) = of_type(secured, "AWS::SecurityHub::Hub")
        assert hub.properties["EnableDefaultStandards"] is False
        standards = of_type(secured, "AWS::SecurityHub::Standard")
        start = "arn:aws:securityhub:ap-southeast-2::standards/"
        assert {each.properties["StandardsArn"].removeprefix(start) for each in standards} == {
            "aws-foundational-security-best-practices/v/1.0.0",
            "cis-aws-foundations-benchmark/v/5.0.0",
            "pci-dss/v/4.0.1",
        }
        resources = secured.templates[STACK]["Resources"]
        assert all(resources[each.logical_id]["DependsOn"] == [hub.logical_id] for each in standards)

    def test_unused_access_is_looked_for_only_where_days_are_set(self, synthesize: Synthesize, secured: Assembly) -> None:
        assert the(secured, "AWS::AccessAnalyzer::Analyzer")["Type"] == "ACCOUNT"
        full = synthesize("production", **OURS, **ACCOUNT_PLANS["full"])
        unused = the(full, "AWS::AccessAnalyzer::Analyzer", "AccessAnalyzerUnused")
        assert unused["AnalyzerConfiguration"] == {"UnusedAccessConfiguration": {"UnusedAccessAge": 90}}

    def test_people_get_the_support_role_with_mfa_only(self, secured: Assembly) -> None:
        role = the(secured, "AWS::IAM::Role", "SupportRole")
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        (policy,) = role["ManagedPolicyArns"]
        assert policy.endswith(":policy/AWSSupportAccess")

    def test_the_budget_counts_the_whole_account(self, secured: Assembly) -> None:
        budget = the(secured, "AWS::Budgets::Budget")["Budget"]
        assert budget["BudgetLimit"] == {"Amount": 650, "Unit": "USD"}
        assert "CostFilters" not in budget

    def test_with_every_part_off_the_trail_and_its_alarms_remain(self, synthesize: Synthesize) -> None:
        assert types(synthesize("production", **NOTHING)) == {
            "AWS::CloudTrail::Trail",
            "AWS::CloudWatch::Alarm",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Role",
            "AWS::KMS::Alias",
            "AWS::KMS::Key",
            "AWS::Logs::LogGroup",
            "AWS::Logs::MetricFilter",
            "AWS::S3::Bucket",
            "AWS::S3::BucketPolicy",
            "AWS::SNS::Subscription",
            "AWS::SNS::Topic",
            "AWS::SNS::TopicPolicy",
        }

    def test_what_the_account_has_already_is_not_made_again_but_told_of(self, synthesize: Synthesize, secured: Assembly) -> None:
        parts = ("config_recorder", "guardduty", "security_hub", "access_analyzer")
        adopted = synthesize("production", **OURS, **dict.fromkeys(parts, "existing"))
        gone = types(secured) - types(adopted)
        assert gone == {
            "AWS::AccessAnalyzer::Analyzer",
            "AWS::Config::ConfigurationRecorder",
            "AWS::Config::DeliveryChannel",
            "AWS::GuardDuty::Detector",
            "AWS::SecurityHub::Hub",
            "AWS::SecurityHub::Standard",
        }
        assert len(of_type(adopted, "AWS::Events::Rule")) == len(of_type(secured, "AWS::Events::Rule"))
        assert "config.amazonaws.com" not in json.dumps(the(adopted, "AWS::KMS::Key")["KeyPolicy"])


class TestTransactionSearch:
    """X-Ray takes spans, and keeps them in its log group."""

    def test_xray_writes_to_its_two_groups_for_this_account_alone(self, secured: Assembly) -> None:
        (statement,) = json.loads(the(secured, "AWS::Logs::ResourcePolicy")["PolicyDocument"])["Statement"]
        group = "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:"
        assert statement == {
            "Sid": "TransactionSearchXRayAccess",
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": [f"{group}aws/spans:*", f"{group}/aws/application-signals/data:*"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
                "ArnLike": {"aws:SourceArn": "arn:aws:xray:ap-southeast-2:${AWS::AccountId}:*"},
            },
        }

    def test_it_is_switched_on_when_it_may_write_and_its_log_is_set_after_that(self, secured: Assembly) -> None:
        (search,) = of_type(secured, "AWS::XRay::TransactionSearchConfig")
        (policy,) = of_type(secured, "AWS::Logs::ResourcePolicy")
        (log,) = of_type(secured, "Custom::SpanLog")
        resources = secured.templates[STACK]["Resources"]
        assert search.properties == {"IndexingPercentage": 1}
        assert policy.logical_id in resources[search.logical_id]["DependsOn"]
        assert search.logical_id in resources[log.logical_id]["DependsOn"]

    def test_spans_are_encrypted_with_the_key_of_the_account_which_admits_their_log(self, secured: Assembly) -> None:
        key = the(secured, "AWS::KMS::Key")["KeyPolicy"]
        (logs,) = (each for each in key["Statement"] if each["Sid"] == "CloudWatchLogs")
        arns = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
        assert "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:aws/spans" in arns
        log = the(secured, "Custom::SpanLog")
        assert (log["KmsKeyId"], log["RetentionInDays"]) == ("${AccountSecurityStack.AuditKey.Arn}", 30)

    @pytest.mark.parametrize("value", ["existing", "off"])
    def test_what_is_not_ours_is_in_no_template(self, synthesize: Synthesize, value: str) -> None:
        assembly = synthesize("production", **OURS, transaction_search=value, tracing="off")
        assert not {"AWS::XRay::TransactionSearchConfig", "AWS::Logs::ResourcePolicy", "Custom::SpanLog"} & types(assembly)
        assert "aws/spans" not in json.dumps(the(assembly, "AWS::KMS::Key"))


class TestDefaults:
    """What the function sets."""

    def test_each_setting_is_a_custom_resource_of_one_function(self, secured: Assembly) -> None:
        (function,) = of_type(secured, "AWS::Lambda::Function")
        custom = [each for each in secured.resources if each.stack == STACK and each.type.startswith("Custom::")]
        assert {each.type for each in custom} == {
            "Custom::AccountPasswordPolicy",
            "Custom::S3AccountPublicAccessBlock",
            "Custom::EbsEncryptionByDefault",
            "Custom::InstanceMetadataDefaults",
            "Custom::ImageBlockPublicAccess",
            "Custom::SnapshotBlockPublicAccess",
            "Custom::DefaultVpcRemoval",
            "Custom::InspectorEnable",
            "Custom::SpanLog",
        }
        assert len({json.dumps(each.properties["ServiceToken"]) for each in custom}) == 1
        assert function.properties["Handler"] == "index.handler"

    @pytest.mark.parametrize(
        ("overrides", "action"),
        [
            ({"account_defaults": False}, "iam:UpdateAccountPasswordPolicy"),
            ({"account_defaults": False}, "s3:PutAccountPublicAccessBlock"),
            ({"account_defaults": False}, "ec2:EnableEbsEncryptionByDefault"),
            ({"remove_default_vpcs": False}, "ec2:DeleteVpc"),
            ({"inspector_images": False}, "inspector2:Enable"),
            ({"transaction_search": "existing"}, "logs:AssociateKmsKey"),
        ],
    )
    def test_the_function_may_do_only_what_is_asked_of_it(
        self, synthesize: Synthesize, secured: Assembly, overrides: dict[str, object], action: str
    ) -> None:
        def allowed(assembly: Assembly) -> str:
            return json.dumps(the(assembly, "AWS::IAM::ManagedPolicy", "DefaultsRolePolicy"))

        assert action in allowed(secured)
        assert action not in allowed(synthesize("production", **OURS, **overrides))

    def test_it_removes_nothing_that_has_this_projects_tags(self, secured: Assembly) -> None:
        policy = the(secured, "AWS::IAM::ManagedPolicy", "DefaultsRolePolicy")["PolicyDocument"]["Statement"]
        (removes,) = (each for each in policy if "ec2:DeleteVpc" in each["Action"])
        assert removes["Condition"] == {"Null": {"aws:ResourceTag/Project": "true"}}

    def test_the_contact_is_set_whole(self, synthesize: Synthesize) -> None:
        contact = {
            "security_contact_name": "Security",
            "security_contact_title": "Duty",
            "security_contact_email": "security@example.com",
            "security_contact_phone": "+61 2 5550 0000",
        }
        found = dict(the(synthesize("production", **OURS, **contact), "Custom::SecurityContact"))
        del found["ServiceToken"], found["ServiceTimeout"]
        assert found == {"Name": "Security", "Title": "Duty", "EmailAddress": "security@example.com", "PhoneNumber": "+61 2 5550 0000"}


def test_findings_are_told_in_words_by_a_role(secured: Assembly) -> None:
    rules = of_type(secured, "AWS::Events::Rule")
    assert len(rules) == 6
    for rule in rules:
        (target,) = rule.properties["Targets"]
        assert target["RoleArn"]
        template = target["InputTransformer"]["InputTemplate"]
        fields = target["InputTransformer"]["InputPathsMap"]
        assert all(f"<{name}>" in template for name in fields), rule.logical_id
        assert all(isinstance(json.loads(line), str) for line in template.splitlines())

"""AccountSecurityStack: what records, watches and hardens the account as a whole."""

from typing import Self

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.access_analyzers import AccessAnalyzers
from tradingbot_infra.constructs.account_alarms import AccountAlarms
from tradingbot_infra.constructs.account_defaults import AccountDefaults
from tradingbot_infra.constructs.alarm import Alarms
from tradingbot_infra.constructs.audit_bucket import AuditBucket
from tradingbot_infra.constructs.audit_key import AuditKey
from tradingbot_infra.constructs.audit_trail import AuditTrail
from tradingbot_infra.constructs.config_recorder import ConfigRecorder, ConfigRules
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.monthly_budget import MonthlyBudget
from tradingbot_infra.constructs.security_events import SecurityEvents
from tradingbot_infra.constructs.security_topic import SecurityTopic
from tradingbot_infra.constructs.support_role import SupportRole
from tradingbot_infra.constructs.threat_detection import SecurityHub, ThreatDetector
from tradingbot_infra.constructs.transaction_search import TransactionSearch
from tradingbot_infra.design import security_events
from tradingbot_infra.design.account_defaults import CONTACT, IMAGE_SCANS, everywhere
from tradingbot_infra.design.aws_config import CONFIG_RULES
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports


class AccountSecurityStack(BaseStack):
    """The account has one, while account_security is `ours`. It uses no other stack, and no other uses it."""

    def __init__(self, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, place, description="TradingBot AI: what records, watches and hardens the account", config=config)
        self._config = config
        self._account = config.account
        self._names = place.names
        self._key = self._audit_key()
        self._bucket = self._audit_bucket()
        self._topic = self._security_topic()
        self._record_calls()
        self._recorder = self._record_resources()
        self._judge()
        self._look_for_threats()
        self._tell_of_findings()
        self._harden(self._search_traces())
        self._budget()
        if self._account.support_role:
            self.publish("SupportRoleArn", SupportRole(self, "SupportRole").role_arn, "The role that opens cases at AWS Support")

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """AccountSecurityStack of the account."""
        return cls(scope, place, config=config)

    def _audit_key(self) -> AuditKey:
        groups = [self._names.trail_log_group, self._names.account_defaults_log_group]
        if self._account.transaction_search == "ours":
            groups.append(SPANS_LOG_GROUP)
        alias = self._names.key_alias("audit")
        return AuditKey(self, "AuditKey", alias=alias, retention=self._config.retention, trail=self._names.trail, log_groups=groups)

    def _audit_bucket(self) -> AuditBucket:
        days = self._account.audit_log_days
        bucket = AuditBucket(
            self, "AuditBucket", retention=self._config.retention, expire_days=days, key=self._key, trail=self._names.trail
        )
        self.publish("AuditBucketName", bucket.bucket_name, "The bucket of the trail's files and of AWS Config's history")
        return bucket

    def _security_topic(self) -> SecurityTopic:
        topic = SecurityTopic(self, "SecurityTopic", name=self._names.security_topic, key=self._key, emails=self._config.security_emails)
        self.publish("SecurityTopicArn", topic.topic_arn, "SNS topic that receives alarms and findings of the account's security")
        return topic

    def _log_group(self, logical_id: str, name: str) -> LogGroup:
        return LogGroup(self, logical_id, name=name, key=self._key, retention=self._config.retention)

    def _record_calls(self) -> None:
        """CloudTrail, and the alarms on what it records."""
        log_group = self._log_group("TrailLog", self._names.trail_log_group)
        qualifier = self.synthesizer.bootstrap_qualifier or cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER
        AuditTrail(
            self,
            "Trail",
            name=self._names.trail,
            # The CDK's own bucket holds the templates that CloudFormation is about to deploy.
            buckets=[f"{self._config.project}-", f"cdk-{qualifier}-"],
            bucket=self._bucket,
            key=self._key,
            log_group=log_group,
            s3_events=self._account.trail_s3_events,
            insights=self._account.trail_insights,
        )
        alarms = Alarms(self, "Alarms", names=self._names, topic=self._topic, language="en")
        AccountAlarms(self, "AccountAlarms", alarms=alarms, names=self._names, log_group=log_group)

    def _record_resources(self) -> cdk.CfnResource | None:
        """AWS Config. None where the account has its own recorder, or none."""
        if self._account.config_recorder != "ours":
            return None
        return ConfigRecorder(self, "Config", names=self._names, bucket=self._bucket, key=self._key).recorder

    def _judge(self) -> None:
        """Rules of AWS Config, and Security Hub's standards."""
        if self._account.config_rules:
            ConfigRules(self, "ConfigRules", names=self._names, rules=CONFIG_RULES, recorder=self._recorder)
        if self._account.security_hub == "ours":
            SecurityHub(self, "SecurityHub", standards=self._account.security_hub_standards, recorder=self._recorder)

    def _look_for_threats(self) -> None:
        """GuardDuty and Access Analyzer."""
        if self._account.guardduty == "ours":
            ThreatDetector(self, "GuardDuty", runtime_monitoring=self._account.guardduty_runtime_monitoring)
        if self._account.access_analyzer == "ours":
            AccessAnalyzers(self, "AccessAnalyzer", names=self._names, unused_days=self._account.unused_access_days)

    def _tell_of_findings(self) -> None:
        """E-mails in words, also of a part that the account has already."""
        rows = (
            (self._account.guardduty != "off", security_events.GUARDDUTY),
            (self._account.security_hub != "off", security_events.SECURITY_HUB),
            (self._account.access_analyzer != "off", security_events.ACCESS_ANALYZER),
            (self._account.inspector_images, security_events.INSPECTOR),
            (self._account.config_rules, security_events.config_rules_broken(self._names.config_rule(""))),
            (self._account.trail_insights, security_events.INSIGHTS),
        )
        told = [row for wanted, row in rows if wanted]
        if told:
            SecurityEvents(self, "Findings", topic=self._topic, rows=told)

    def _search_traces(self) -> Construct | None:
        """X-Ray's transaction search. None where the account has its own, or none."""
        if self._account.transaction_search != "ours":
            return None
        policy = f"{self.stack_name}-transaction-search"
        percent = self._account.trace_indexing_percent
        return TransactionSearch(self, "TransactionSearch", policy_name=policy, indexing_percent=percent).search

    def _harden(self, search: Construct | None) -> None:
        """What CloudFormation has no type for, and what must stay when the stack goes."""
        regions = sorted({each.region for each in self._config.stacks})
        settings: dict[str, dict[str, object]] = {}
        if self._account.account_defaults:
            settings |= {kind: dict(properties) for kind, properties in everywhere(regions).items()}
        if self._account.remove_default_vpcs:
            settings["Custom::DefaultVpcRemoval"] = {}
        if self._account.inspector_images:
            settings["Custom::InspectorEnable"] = {"ResourceTypes": list(IMAGE_SCANS)}
        if self._account.security_contact_name is not None:
            settings["Custom::SecurityContact"] = {member: self._account.contact[setting] for member, setting in CONTACT.items()}
        if search is not None:
            settings["Custom::SpanLog"] = {"KmsKeyId": self._key.key_arn, "RetentionInDays": self._account.span_log_days}
        after = {"Custom::SpanLog": search} if search else {}
        if settings:
            log_group = self._log_group("DefaultsLog", self._names.account_defaults_log_group)
            AccountDefaults(self, "Defaults", settings=settings, regions=regions, log_group=log_group, after=after)

    def _budget(self) -> None:
        """Of the whole account, beside each environment's own."""
        if self._config.account_budget is not None:
            emails = self._config.security_emails
            MonthlyBudget(self, "AccountBudget", environment=None, usd=self._config.account_budget, emails=emails)

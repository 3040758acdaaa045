"""A control is there, and does nothing."""

from typing import Any

from tests.compliance.seeds.faults import Fault, Seeds, adds, appends, both, drops, prepends, removes, sets

_ACL, _ALARM, _FILTER = "AWS::WAFv2::WebACL", "AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter"
_BALANCER, _LISTENER, _TARGETS = (
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
)
_PLAN, _LOGGING, _GROUP = "AWS::Backup::BackupPlan", "AWS::WAFv2::LoggingConfiguration", "AWS::Logs::LogGroup"
_VISIBLE = {"CloudWatchMetricsEnabled": True, "MetricName": "extra", "SampledRequestsEnabled": True}
_PATH = {"ByteMatchStatement": {"FieldToMatch": {"UriPath": {}}, "PositionalConstraint": "STARTS_WITH", "SearchString": "/x"}}


def _first_rule(action: str, statement: Any) -> Fault:
    rule = {"Action": {action: {}}, "Name": "extra", "Priority": 100, "Statement": statement, "VisibilityConfig": _VISIBLE}
    return prepends(_ACL, "Rules", rule)


def _alarm(path: str, value: Any, of: str = "") -> Fault:
    return sets(_ALARM, path, value, of=of)


def _attribute(name: str, value: str) -> Fault:
    return appends(_BALANCER, "LoadBalancerAttributes", {"Key": name, "Value": value})


SEEDS: Seeds = {
    "every action of the web ACL's common rules counts": sets(
        _ACL,
        "Rules/2/Statement/ManagedRuleGroupStatement/RuleActionOverrides/0",
        {"ActionToUse": {"Count": {}}, "Name": "CrossSiteScripting_QUERYARGUMENTS"},
    ),
    "one more rule of a group counts": appends(
        _ACL, "Rules/4/Statement/ManagedRuleGroupStatement/RuleActionOverrides", {"ActionToUse": {"Count": {}}, "Name": "SQLi_BODY"}
    ),
    "one rule of a group allows": appends(
        _ACL,
        "Rules/2/Statement/ManagedRuleGroupStatement/RuleActionOverrides",
        {"ActionToUse": {"Allow": {}}, "Name": "GenericLFI_URIPATH"},
    ),
    "a whole group counts": sets(_ACL, "Rules/3/OverrideAction", {"Count": {}}),
    "a group has excluded rules": sets(_ACL, "Rules/3/Statement/ManagedRuleGroupStatement/ExcludedRules", [{"Name": "Log4JRCE_BODY"}]),
    "a group looks at one path only": sets(_ACL, "Rules/4/Statement/ManagedRuleGroupStatement/ScopeDownStatement", _PATH),
    "a group is an old version": sets(_ACL, "Rules/2/Statement/ManagedRuleGroupStatement/Version", "Version_1.0"),
    "a group of another vendor": sets(_ACL, "Rules/2/Statement/ManagedRuleGroupStatement/VendorName", "Somebody"),
    "a rule in front allows one country": _first_rule("Allow", {"GeoMatchStatement": {"CountryCodes": ["AU"]}}),
    "a rule in front allows who knows a header": _first_rule(
        "Allow",
        {
            "ByteMatchStatement": {
                "FieldToMatch": {"SingleHeader": {"Name": "x-partner"}},
                "PositionalConstraint": "EXACTLY",
                "SearchString": "1",
            }
        },
    ),
    "a rule in front allows everybody": _first_rule(
        "Allow",
        {"SizeConstraintStatement": {"ComparisonOperator": "GE", "FieldToMatch": {"UriPath": {}}, "Size": 0, "TextTransformations": []}},
    ),
    "the rate limit is two milliards": sets(_ACL, "Rules/0/Statement/RateBasedStatement/Limit", 2_000_000_000),
    "the rate limit counts": sets(_ACL, "Rules/0/Action", {"Count": {}}),
    "the rate limit is for one path": sets(_ACL, "Rules/0/Statement/RateBasedStatement/ScopeDownStatement", _PATH),
    "the rate limit is for a header that clients choose": both(
        sets(_ACL, "Rules/0/Statement/RateBasedStatement/AggregateKeyType", "FORWARDED_IP"),
        sets(_ACL, "Rules/0/Statement/RateBasedStatement/ForwardedIPConfig", {"HeaderName": "x-real-ip", "FallbackBehavior": "NO_MATCH"}),
    ),
    "the rate limit is for ten seconds of a constant": sets(_ACL, "Rules/0/Statement/RateBasedStatement/AggregateKeyType", "CONSTANT"),
    "the rate limit answers 200": sets(_ACL, "Rules/0/Action", {"Block": {"CustomResponse": {"ResponseCode": 200}}}),
    "two rules have their order exchanged": both(sets(_ACL, "Rules/0/Priority", 9), sets(_ACL, "Rules/4/Priority", 0)),
    "the web ACL serves CloudFront": sets(_ACL, "Scope", "CLOUDFRONT"),
    "the web ACL has no metrics": sets(_ACL, "VisibilityConfig/CloudWatchMetricsEnabled", False),
    "the web ACL inspects one kilobyte": sets(
        _ACL, "AssociationConfig", {"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_16"}}}
    ),
    "a token lasts three days": sets(_ACL, "ChallengeConfig", {"ImmunityTimeProperty": {"ImmunityTime": 259200}}),
    "the web ACL does not hide authorization": drops(_ACL, "DataProtectionConfig/DataProtections/0"),
    "the web ACL is on another load balancer": sets("AWS::WAFv2::WebACLAssociation", "ResourceArn", "arn:aws:elasticloadbalancing:x"),
    "the web ACL is on nothing": removes("AWS::WAFv2::WebACLAssociation"),
    "its log drops everything": sets(_LOGGING, "LoggingFilter", {"DefaultBehavior": "DROP", "Filters": []}),
    "its log drops what was blocked": sets(
        _LOGGING,
        "LoggingFilter",
        {
            "DefaultBehavior": "KEEP",
            "Filters": [{"Behavior": "DROP", "Requirement": "MEETS_ANY", "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}]}],
        },
    ),
    "its log keeps authorization": drops(_LOGGING, "RedactedFields/0"),
    "its log goes to another account": sets(
        _LOGGING, "LogDestinationConfigs", ["arn:aws:logs:ap-southeast-2:444455556666:log-group:aws-waf-logs-x"]
    ),
    "the balancer lets requests pass if the web ACL does not answer": _attribute("waf.fail_open.enabled", "true"),
    "the balancer is lax with smuggled requests": sets(_BALANCER, "LoadBalancerAttributes/3/Value", "monitor"),
    "the balancer keeps invalid headers": sets(_BALANCER, "LoadBalancerAttributes/2/Value", "false"),
    "the balancer takes the client's forwarded address as it is": _attribute("routing.http.xff_header_processing.mode", "preserve"),
    "the balancer hides the client's port and host": _attribute("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    "the balancer logs to a bucket of somebody else": sets(_BALANCER, "LoadBalancerAttributes/5/Value", "somebody-elses-bucket"),
    "the balancer logs under a prefix that the policy does not allow": sets(_BALANCER, "LoadBalancerAttributes/6/Value", "elsewhere"),
    "the balancer does not log": sets(_BALANCER, "LoadBalancerAttributes/4/Value", "false"),
    "the balancer has a second log attribute that says no": _attribute("access_logs.s3.enabled", "false"),
    "the balancer keeps idle connections for an hour": sets(_BALANCER, "LoadBalancerAttributes/1/Value", "4000"),
    "the listener redirects to a foreign host": sets(
        _LISTENER,
        "DefaultActions",
        [{"Type": "redirect", "RedirectConfig": {"Host": "example.com", "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}],
    ),
    "the listener redirects to plain HTTP": sets(
        _LISTENER,
        "DefaultActions",
        [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP", "Port": "8080", "StatusCode": "HTTP_302"}}],
    ),
    "the listener answers by itself": sets(
        _LISTENER, "DefaultActions", [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "ok"}}]
    ),
    "the listener sends some requests elsewhere": sets(
        _LISTENER,
        "DefaultActions/0/ForwardConfig",
        {"TargetGroups": [{"TargetGroupArn": "arn:aws:elasticloadbalancing:ap-southeast-2:444455556666:targetgroup/x/1", "Weight": 1}]},
    ),
    "the listener tells the server's name": sets(
        _LISTENER, "ListenerAttributes", [{"Key": "routing.http.response.access_control_allow_origin.header_value", "Value": "*"}]
    ),
    "a second listener": adds(
        _LISTENER,
        {
            "DefaultActions": [{"TargetGroupArn": {"Ref": "LoadBalancerPublicListenerECSGroup253F49BD"}, "Type": "forward"}],
            "LoadBalancerArn": {"Ref": "LoadBalancerBE9EEC3A"},
            "Port": 8080,
            "Protocol": "HTTP",
        },
    ),
    "a rule of the listener": adds(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        {"ListenerArn": {"Ref": "LoadBalancerPublicListenerC2ED6A14"}, "Priority": 1, "Conditions": [], "Actions": [{"Type": "forward"}]},
    ),
    "targets are healthy whatever they answer": sets(_TARGETS, "Matcher/HttpCode", "200-599"),
    "targets are looked at every five minutes": both(
        sets(_TARGETS, "HealthCheckIntervalSeconds", 300), sets(_TARGETS, "UnhealthyThresholdCount", 10)
    ),
    "targets are of a function": sets(_TARGETS, "TargetType", "lambda"),
    "an alarm looks at the minimum": _alarm("Statistic", "Minimum", "AlarmsRdsCpu"),
    "an alarm looks at a percentile of nothing": both(
        drops(_ALARM, "Statistic", of="AlarmsRdsCpu"), _alarm("ExtendedStatistic", "p0.0", "AlarmsRdsCpu")
    ),
    "an alarm looks at 24 hours": _alarm("Period", 86400),
    "an alarm needs many periods": _alarm("EvaluationPeriods", 288),
    "an alarm needs more data points than it looks at": _alarm("DatapointsToAlarm", 50),
    "an alarm's threshold is a milliard": _alarm("Threshold", 10**9, "AlarmsRdsConnections"),
    "an alarm's threshold is below zero": _alarm("Threshold", -1, "AlarmsFlowLogSilent"),
    "an alarm compares the other way": _alarm("ComparisonOperator", "LessThanThreshold", "AlarmsRedisCpu"),
    "an alarm takes missing data for good": _alarm("TreatMissingData", "notBreaching", "AlarmsFlowLogSilent"),
    "an alarm takes missing data for good in the rollout": _alarm("TreatMissingData", "ignore", "AlarmsPasswordRollout"),
    "an alarm's actions are off": _alarm("ActionsEnabled", False),
    "an alarm tells another topic": _alarm("AlarmActions", ["arn:aws:sns:ap-southeast-2:444455556666:x"]),
    "an alarm scales instead of telling": _alarm("AlarmActions", ["arn:aws:automate:ap-southeast-2:ec2:stop"]),
    "an alarm tells only that all is well": both(drops(_ALARM, "AlarmActions"), _alarm("OKActions", [{"Ref": "AlarmTopicD01E77F9"}])),
    "an alarm watches another metric": _alarm("MetricName", "DiskQueueDepth", "AlarmsRdsCpu"),
    "an alarm watches another instance": _alarm("Dimensions/0/Value", "somebody-elses-database", "AlarmsRdsCpu"),
    "an alarm watches a metric of another region": _alarm("Dimensions/0/Value", "us-east-1", "AlarmsWafBlocked"),
    "an alarm watches one rule of the web ACL": _alarm("Dimensions/1/Value", "RateLimit", "AlarmsWafBlocked"),
    "an alarm has a unit that no data point has": _alarm("Unit", "Terabytes"),
    "an alarm is gone": removes(_ALARM, of="AlarmsBackupFailed"),
    "alarms wait for a window": adds("AWS::CloudWatch::AlarmMuteRule", {"Name": "nights"}, stack="MonitoringStack"),
    "a filter matches nothing": sets(_FILTER, "FilterPattern", '{ $.level = "NEVER" }', of="ApplicationErrors4"),
    "a filter counts zero": sets(_FILTER, "MetricTransformations/0/MetricValue", "0", of="ApplicationErrors4"),
    "a filter counts in another namespace": sets(_FILTER, "MetricTransformations/0/MetricNamespace", "Other", of="ApplicationErrors4"),
    "a filter reads another log": sets(_FILTER, "LogGroupName", "/somebody/else", of="ControlAlarmsRejects"),
    "a filter has dimensions that split its metric": sets(
        _FILTER, "MetricTransformations/0/Dimensions", [{"Key": "host", "Value": "$.host"}], of="ApplicationErrors4"
    ),
    "a filter counts accepted flows": sets(_FILTER, "FilterPattern", "ACCEPT", of="ControlAlarmsRejects"),
    "events of the database are off": sets("AWS::RDS::EventSubscription", "Enabled", False),
    "events of another database": sets("AWS::RDS::EventSubscription", "SourceIds", ["somebody-elses"]),
    "events of creation only": sets("AWS::RDS::EventSubscription", "EventCategories", ["creation"]),
    "backups once a year": sets(_PLAN, "BackupPlan/BackupPlanRule/0/ScheduleExpression", "cron(0 15 1 1 ? *)"),
    "backups on the 31st of February": sets(_PLAN, "BackupPlan/BackupPlanRule/0/ScheduleExpression", "cron(0 15 31 2 ? *)"),
    "backups are kept for a day": sets(_PLAN, "BackupPlan/BackupPlanRule/0/Lifecycle/DeleteAfterDays", 1),
    "backups go into another vault": sets(_PLAN, "BackupPlan/BackupPlanRule/0/TargetBackupVault", "Default"),
    "backups have no time to end": sets(_PLAN, "BackupPlan/BackupPlanRule/0/CompletionWindowMinutes", 61),
    "backups select nothing by a tag": sets(
        "AWS::Backup::BackupSelection",
        "BackupSelection/Conditions",
        {"StringEquals": [{"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "y"}]},
    ),
    "backups leave the database out": sets("AWS::Backup::BackupSelection", "BackupSelection/NotResources", ["arn:aws:rds:*:*:db:*"]),
    "a log group keeps a day": sets(_GROUP, "RetentionInDays", 1, of="ContainerLogGroup"),
    "a log group is of the class that nothing reads": sets(_GROUP, "LogGroupClass", "DELIVERY", of="ContainerLogGroup"),
    "a log group takes no metric filters": sets(_GROUP, "LogGroupClass", "INFREQUENT_ACCESS", of="FlowLogGroup"),
    "a log group on another key": sets(_GROUP, "KmsKeyId", "arn:aws:kms:ap-southeast-2:444455556666:key/x", of="ContainerLogGroup"),
    "a log group that AWS names": drops(_GROUP, "LogGroupName", of="DatabasePostgresqlLog"),
    "the log of the database has another name": sets(
        _GROUP, "LogGroupName", "/aws/rds/instance/other/postgresql", of="DatabasePostgresqlLog"
    ),
    "the dashboard is empty": sets("AWS::CloudWatch::Dashboard", "DashboardBody", '{"widgets":[]}'),
    "scan results go nowhere": sets("AWS::Events::Rule", "State", "DISABLED"),
    "scan results of another repository": sets("AWS::Events::Rule", "EventPattern/detail/repository-name", ["other"]),
    "the password rollout looks once a year": sets("AWS::Scheduler::Schedule", "ScheduleExpression", "rate(365 days)"),
    "the password rollout is off": sets("AWS::Scheduler::Schedule", "State", "DISABLED"),
    "the password rollout ended last year": sets("AWS::Scheduler::Schedule", "EndDate", "2025-01-01T00:00:00Z"),
    "the password rollout starts another machine": sets(
        "AWS::Scheduler::Schedule", "Target/Arn", "arn:aws:states:ap-southeast-2:444455556666:stateMachine:x"
    ),
    "the password rollout replaces nothing": sets("AWS::StepFunctions::StateMachine", "Definition/StartAt", "NothingIsDue"),
    "the password rollout does not log": drops("AWS::StepFunctions::StateMachine", "LoggingConfiguration"),
}

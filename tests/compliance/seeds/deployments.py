"""Deployments that shift traffic: a new version gets it untested, unwatched, or by somebody else's will."""

from tests.compliance.seeds.faults import OTHER_ACCOUNT, Fault, Seeds, Templates, adds, appends, both, drops, permits, removes, sets, states

_SERVICE, _RULE, _LISTENER, _FUNCTION = (
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::Lambda::Function",
)
_GROUP, _ALARM, _EVENTS = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::CloudWatch::Alarm", "AWS::Events::Rule"
_THEIRS = f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}"
_STRATEGY = "DeploymentConfiguration/Strategy"
_BLUE = {"Ref": "LoadBalancerPublicListenerECSGroup253F49BD"}
_ROLLOUT, _ADVANCED = "DeploymentConfiguration", "LoadBalancers/0/AdvancedConfiguration"
_WEIGHT = "Actions/0/ForwardConfig/TargetGroups/{}/Weight"


def _source(old: str, new: str) -> Fault:
    """Changes the text of the function that asks."""

    def fault(templates: Templates) -> None:
        parts = templates.body(_FUNCTION, "DeploymentCheck")["Properties"]["Code"]["ZipFile"]["Fn::Join"][1]
        assert any(old in part for part in parts if isinstance(part, str))
        parts[:] = [part.replace(old, new) if isinstance(part, str) else part for part in parts]

    return fault


def _swaps_rules(templates: Templates) -> None:
    test, production = (templates.body(_RULE, name)["Properties"] for name in ("TrafficTest", "TrafficProduction"))
    test["Priority"], production["Priority"] = production["Priority"], test["Priority"]


SEEDS: Seeds = {
    "nobody asks the new version": sets(_SERVICE, f"{_ROLLOUT}/LifecycleHooks", []),
    "the hooks are gone": drops(_SERVICE, f"{_ROLLOUT}/LifecycleHooks"),
    "the function is asked before the new version runs": sets(_SERVICE, f"{_ROLLOUT}/LifecycleHooks/0/LifecycleStages", ["PRE_SCALE_UP"]),
    "the function is asked after everybody has the new version": sets(
        _SERVICE, f"{_ROLLOUT}/LifecycleHooks/0/LifecycleStages", ["POST_PRODUCTION_TRAFFIC_SHIFT"]
    ),
    "a stranger's function is asked": sets(_SERVICE, f"{_ROLLOUT}/LifecycleHooks/0/HookTargetArn", f"{_THEIRS}:function:x"),
    "a gate that nobody opens opens itself": sets(_SERVICE, f"{_ROLLOUT}/LifecycleHooks/1/TimeoutConfiguration/Action", "CONTINUE"),
    "a gate waits for two weeks": sets(_SERVICE, f"{_ROLLOUT}/LifecycleHooks/1/TimeoutConfiguration/TimeoutInMinutes", 20160),
    "the gate is gone": drops(_SERVICE, f"{_ROLLOUT}/LifecycleHooks/1"),
    "alarms fail a deployment and do not undo it": sets(_SERVICE, f"{_ROLLOUT}/Alarms/Rollback", False),
    "alarms are off": sets(_SERVICE, f"{_ROLLOUT}/Alarms/Enable", False),
    "no alarm is named": sets(_SERVICE, f"{_ROLLOUT}/Alarms/AlarmNames", []),
    "server errors undo nothing": drops(_SERVICE, f"{_ROLLOUT}/Alarms/AlarmNames/0"),
    "an alarm of a stranger undoes deployments": appends(_SERVICE, f"{_ROLLOUT}/Alarms/AlarmNames", "theirs"),
    "alarms are gone": drops(_SERVICE, f"{_ROLLOUT}/Alarms"),
    "the old version is gone at once": sets(_SERVICE, f"{_ROLLOUT}/BakeTimeInMinutes", 0),
    "the canary gets all traffic": sets(_SERVICE, f"{_ROLLOUT}/CanaryConfiguration/CanaryPercent", 100),
    "the canary sings for no time": sets(_SERVICE, f"{_ROLLOUT}/CanaryConfiguration/CanaryBakeTimeInMinutes", 0),
    "a canary becomes a leap": both(sets(_SERVICE, _STRATEGY, "BLUE_GREEN"), drops(_SERVICE, f"{_ROLLOUT}/CanaryConfiguration")),
    "the circuit breaker does not roll back": sets(_SERVICE, f"{_ROLLOUT}/DeploymentCircuitBreaker/Rollback", False),
    "a deployment is done when half of it is healthy": sets(_SERVICE, f"{_ROLLOUT}/EarlySuccessCriteria", {"Enable": True}),
    "ECS moves traffic by another role": sets(_SERVICE, f"{_ADVANCED}/RoleArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"),
    "there is no test rule": drops(_SERVICE, f"{_ADVANCED}/TestListenerRule"),
    "both rules are the production rule": sets(_SERVICE, f"{_ADVANCED}/TestListenerRule", {"Ref": "TrafficProduction2337C2C8"}),
    "everybody is a tester": drops(_RULE, "Conditions/1", of="TrafficTest"),
    "testers send another header": sets(_RULE, "Conditions/1/HttpHeaderConfig/HttpHeaderName", "x-other", of="TrafficTest"),
    "only some paths reach the tasks": sets(_RULE, "Conditions/0/PathPatternConfig/Values", ["/api/*"], of="TrafficProduction"),
    "production asks for a header": appends(
        _RULE, "Conditions", {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x", "Values": ["y"]}}, of="TrafficProduction"
    ),
    "the template gives the second group traffic": both(
        sets(_RULE, _WEIGHT.format(0), 50, of="TrafficProduction"), sets(_RULE, _WEIGHT.format(1), 50, of="TrafficProduction")
    ),
    "testers get the old version": sets(_RULE, _WEIGHT.format(1), 100, of="TrafficTest"),
    "requests stick to a version": sets(
        _RULE, "Actions/0/ForwardConfig/TargetGroupStickinessConfig", {"Enabled": True, "DurationSeconds": 3600}, of="TrafficProduction"
    ),
    "production comes first": _swaps_rules,
    "a third rule forwards beside them": adds(
        _RULE, {"ListenerArn": "x", "Priority": 3, "Conditions": [], "Actions": [{"Type": "forward", "TargetGroupArn": "x"}]}
    ),
    "the listener forwards by itself": sets(
        _LISTENER,
        "DefaultActions",
        [{"Type": "forward", "TargetGroupArn": _BLUE}],
        of="LoadBalancerHttps",
    ),
    "the listener says that all is well": sets(_LISTENER, "DefaultActions/0/FixedResponseConfig/StatusCode", "200", of="LoadBalancerHttps"),
    "the second group checks another path": sets(_GROUP, "HealthCheckPath", "/", of="TrafficGreen"),
    "the second group takes any answer": sets(_GROUP, "Matcher/HttpCode", "200-499", of="TrafficGreen"),
    "the second group cuts requests off": sets(_GROUP, "TargetGroupAttributes/1/Value", "0", of="TrafficGreen"),
    "the second group is not watched": removes(_ALARM, of="AlarmsAlbUnhealthyTargetsGreen"),
    "an alarm watches what is not there": sets(
        _ALARM,
        "Dimensions",
        [{"Name": "TargetGroup", "Value": "y"}],
        of="AlarmsAlbUnhealthyTargetsGreen",
    ),
    "nobody hears that no task runs": removes(_ALARM, of="AlarmsEcsNoTasks"),
    "nobody hears of a rollback": removes(_EVENTS, of="DeploymentEventsUndone"),
    "nobody hears of the gate": removes(_EVENTS, of="DeploymentEventsGate"),
    "a rollback is told to a stranger": sets(
        _EVENTS, "Targets/0/Arn", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:x", of="DeploymentEventsUndone"
    ),
    "the e-mail sends people elsewhere": sets(
        _EVENTS, "Targets/0/InputTransformer/InputTemplate", '"Call 555 now"', of="DeploymentEventsUndone"
    ),
    "rollbacks of another service are told": sets(
        _EVENTS, "EventPattern/resources", [f"arn:aws:ecs:ap-southeast-2:{OTHER_ACCOUNT}:service/x/y"], of="DeploymentEventsUndone"
    ),
    "ECS may change every rule": permits("TrafficRole", "elasticloadbalancing:ModifyRule"),
    "ECS may open a listener": permits(
        "TrafficRole", "elasticloadbalancing:ModifyListener", resource="arn:aws:elasticloadbalancing:*:*:listener/*"
    ),
    "ECS may call any function": permits("TrafficRole", "lambda:InvokeFunction"),
    "a stranger assumes the role of ECS": states(
        "AWS::IAM::Role", "TrafficRole", {"Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ),
    "the function may change the service": permits("DeploymentCheckRole", "ecs:UpdateService"),
    "the function reads secrets": permits("DeploymentCheckRole", "secretsmanager:GetSecretValue"),
    "the function may publish": permits("DeploymentEventsRole", "sns:Publish"),
    "the function says yes to everything": _source("wrong = self._wrong()", "wrong = ''"),
    "the function asks another host": _source("address='", "address='evil.example.com' or '"),
    "the function asks one path less": _source("paths=['/api/v1/health', '/api/v1/orders']", "paths=['/api/v1/health']"),
    "the function takes any certificate": _source("ssl.create_default_context()", "ssl._create_unverified_context()"),
    "the function brings its own code": sets(_FUNCTION, "Code", {"S3Bucket": "theirs", "S3Key": "x.zip"}, of="DeploymentCheck"),
    "the function gets a layer": sets(_FUNCTION, "Layers", [f"{_THEIRS}:layer:x:1"], of="DeploymentCheck"),
    "the function gets variables": sets(_FUNCTION, "Environment/Variables", {"PYTHONPATH": "/tmp"}, of="DeploymentCheck"),  # noqa: S108
    "the function has a public address": adds(
        "AWS::Lambda::Url", {"AuthType": "NONE", "TargetFunctionArn": {"Fn::GetAtt": ["DeploymentCheckFunction4DCF8600", "Arn"]}}
    ),
    "anybody calls the function": adds(
        "AWS::Lambda::Permission",
        {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "DeploymentCheckFunction4DCF8600"}, "Principal": "*"},
    ),
    "the function writes no log of its own": drops(_FUNCTION, "LoggingConfig", of="DeploymentCheck"),
    "the function is cut off": sets(_FUNCTION, "Timeout", 3, of="DeploymentCheck"),
}

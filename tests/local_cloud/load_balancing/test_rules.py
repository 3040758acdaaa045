"""Which rule a request meets, and what its action does."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.local_cloud.load_balancing.backends import answering
from tests.local_cloud.load_balancing.balancers import Balancer, eventually, new_group
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import load_balancers as records

pytestmark = pytest.mark.local_cloud


def saying(words: str) -> dict[str, Any]:
    return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": words}}


def add_rule(balancer: Balancer, priority: int, action: dict[str, Any], *conditions: dict[str, Any]) -> str:
    made = call("elbv2", "CreateRule", ListenerArn=balancer.listener, Priority=priority, Conditions=list(conditions), Actions=[action])[
        "Rules"
    ][0]
    return str(made["RuleArn"])


MEETS: list[Any] = [
    ({"Field": "path-pattern", "Values": ["/api/*"]}, ("/api/v1", {}), ("/API/v1", {})),
    ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a?c", "/x"]}}, ("/abc?q=1", {}), ("/abbc", {})),
    ({"Field": "path-pattern", "Values": ["/[ab]"]}, ("/[ab]", {}), ("/a", {})),
    ({"Field": "host-header", "Values": ["*.Example.com"]}, ("/", {"Host": "api.EXAMPLE.com:80"}), ("/", {"Host": "example.com"})),
    ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}, ("/", {}), None),
    ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8", "127.0.0.0/8"]}}, ("/", {}), None),
    (
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Mine", "Values": ["*yes*"]}},
        ("/", {"x-mine": "oh YES sir"}),
        ("/", {"x-other": "yes"}),
    ),
    (
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1*"}, {"Value": "any"}]}},
        ("/?a=b&V=12", {}),
        ("/?v=2", {}),
    ),
]


@pytest.mark.parametrize(("condition", "fits", "misses"), MEETS, ids=[f"{n}-{each[0]['Field']}" for n, each in enumerate(MEETS)])
def test_a_condition_is_met_as_its_values_say(balancer: Balancer, condition: Any, fits: Any, misses: Any) -> None:
    add_rule(balancer, 1, saying("met"), condition)
    path, headers = fits
    assert balancer.ask("GET", path, headers)[1] == b"met"
    if misses is not None:
        path, headers = misses
        assert balancer.ask("GET", path, headers)[0].status == 503, "the default rule, without targets"


def test_other_methods_and_sources_do_not_meet_a_rule(balancer: Balancer) -> None:
    add_rule(balancer, 1, saying("met"), {"Field": "http-request-method", "Values": ["POST"]})
    add_rule(balancer, 2, saying("met"), {"Field": "source-ip", "Values": ["10.0.0.0/8"]})
    assert balancer.get()[0] == 503


def test_the_rule_of_the_lowest_number_decides_and_all_its_conditions_must_be_met(balancer: Balancer) -> None:
    everything = {"Field": "path-pattern", "Values": ["*"]}
    add_rule(balancer, 100, saying("hundred"), everything)
    add_rule(balancer, 9, saying("nine"), everything, {"Field": "path-pattern", "Values": ["/nine"]})
    rule = add_rule(balancer, 20, saying("twenty"), everything)
    assert [balancer.get(path)[1] for path in ("/nine", "/")] == ["nine", "twenty"]
    call("elbv2", "DeleteRule", RuleArn=rule)
    assert balancer.get("/") == (200, "hundred")


def test_a_redirect_keeps_what_its_placeholders_name(balancer: Balancer) -> None:
    to_https = {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"}
    moved = {"Path": "/new/#{path}", "Query": "was=#{port}&#{query}", "StatusCode": "HTTP_302"}
    add_rule(balancer, 1, {"Type": "redirect", "RedirectConfig": moved}, {"Field": "path-pattern", "Values": ["/old/*"]})
    call(
        "elbv2",
        "ModifyListener",
        ListenerArn=balancer.listener,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": to_https}],
    )
    answer, body = balancer.ask("POST", "/a/b?c=d", {"Host": "api.example.com"}, b"{}")
    assert (answer.status, answer.getheader("Location")) == (301, "https://api.example.com:443/a/b?c=d")
    assert (answer.getheader("Server"), b"<h1>301 Moved Permanently</h1>" in body) == ("awselb/2.0", True)
    answer, _ = balancer.ask("GET", "/old/x?y")
    assert answer.getheader("Location") == f"http://{balancer.address}/new/old/x?was=8080&y"
    assert balancer.ask("GET", "/plain")[0].getheader("Location") == f"https://{balancer.address.partition(':')[0]}:443/plain"


def test_a_rule_alone_puts_a_target_group_to_use(balancer: Balancer) -> None:
    group = new_group()
    assert call("elbv2", "DescribeTargetGroups", TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"] == []
    rule = add_rule(balancer, 1, {"Type": "forward", "TargetGroupArn": group}, {"Field": "path-pattern", "Values": ["/two"]})
    assert [one["TargetGroupArn"] for one in call("elbv2", "DescribeTargetGroups", LoadBalancerArn=balancer.arn)["TargetGroups"]] == [
        balancer.group,
        group,
    ]
    with answering("two") as backend:
        call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=[backend.target])
        eventually(lambda: balancer.get("/two") == (200, "two"))
        call("elbv2", "DeleteRule", RuleArn=rule)
        assert balancer.get("/two")[0] == 503


def test_requests_are_shared_by_the_weights_of_target_groups(balancer: Balancer) -> None:
    blue, green = balancer.group, new_group()

    def forward(weight: int) -> dict[str, Any]:
        groups = [{"TargetGroupArn": blue, "Weight": 100 - weight}, {"TargetGroupArn": green, "Weight": weight}]
        return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}

    with answering("blue") as one, answering("green") as two:
        for weight, expected in ((100, {"green"}), (0, {"blue"}), (50, {"blue", "green"})):
            call("elbv2", "ModifyListener", ListenerArn=balancer.listener, DefaultActions=[forward(weight)])
            call("elbv2", "RegisterTargets", TargetGroupArn=green, Targets=[two.target])
            balancer.register(one)
            assert {balancer.get()[1] for _ in range(40)} == expected
    (action,) = call("elbv2", "DescribeListeners", ListenerArns=[balancer.listener])["Listeners"][0]["DefaultActions"]
    assert [one["Weight"] for one in action["ForwardConfig"]["TargetGroups"]] == [50, 50]
    assert "TargetGroupArn" not in action


def test_other_weights_hold_from_the_next_request_on_and_a_running_one_ends_where_it_began(balancer: Balancer) -> None:
    blue, green = balancer.group, new_group()

    def forward(to: str) -> dict[str, Any]:
        groups = [{"TargetGroupArn": each, "Weight": 100 if each == to else 0} for each in (blue, green)]
        return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}

    rule = add_rule(balancer, 1, forward(blue), {"Field": "path-pattern", "Values": ["/*"]})
    with answering("blue", waits=True) as one, answering("green") as two, ThreadPoolExecutor(1) as begun:
        call("elbv2", "RegisterTargets", TargetGroupArn=green, Targets=[two.target])
        balancer.register(one)
        running = begun.submit(balancer.get)
        eventually(lambda: one.seen)
        call("elbv2", "ModifyRule", RuleArn=rule, Actions=[forward(green)])
        assert balancer.get() == (200, "green")
        one.proceed.set()
        assert running.result() == (200, "blue")


def test_a_rule_has_its_target_groups_at_every_moment_of_a_change(balancer: Balancer) -> None:
    groups = [{"TargetGroupArn": each, "Weight": 1} for each in (balancer.group, new_group())]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    rule = add_rule(balancer, 1, action, {"Field": "path-pattern", "Values": ["/*"]})
    with ThreadPoolExecutor(1) as changing:
        changes = changing.submit(lambda: [call("elbv2", "ModifyRule", RuleArn=rule, Actions=[action]) for _ in range(30)])
        bare = 0
        while not changes.done():
            bare += "ForwardConfig" not in (records.rule(rule) or {})["Actions"][0]
    assert changes.exception() is None
    assert bare == 0


def test_a_rule_that_does_not_exist_and_a_default_rule_cannot_be_modified(balancer: Balancer) -> None:
    (default,) = call("elbv2", "DescribeRules", ListenerArn=balancer.listener)["Rules"]
    forward = {"Type": "forward", "TargetGroupArn": balancer.group}
    for rule, code in ((default["RuleArn"], "OperationNotPermitted"), (f"{default['RuleArn']}0", "RuleNotFound")):
        with pytest.raises(LocalApiError) as refused:
            call("elbv2", "ModifyRule", RuleArn=rule, Actions=[forward])
        assert refused.value.code == code


def test_a_plain_forward_is_described_in_both_forms(balancer: Balancer) -> None:
    (rule,) = call("elbv2", "DescribeRules", ListenerArn=balancer.listener)["Rules"]
    (action,) = rule["Actions"]
    assert action["TargetGroupArn"] == balancer.group
    assert action["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": balancer.group, "Weight": 1}]

"""Load balancers, listeners, rules and target groups of elbv2: ministack keeps them, `load_balancing` acts on them."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.load_balancing import as_given, listeners, taken_ports
from tradingbot_infra.local_cloud.ministack import load_balancers as records
from tradingbot_infra.local_cloud.services import protections
from tradingbot_infra.local_cloud.services.operation import Call


async def create(call: Call) -> dict[str, Any]:
    """CreateLoadBalancer, with an address of this machine."""
    answer = await call.as_asked()
    for balancer in answer["LoadBalancers"]:
        listeners.give_address(balancer["LoadBalancerArn"])
        balancer["DNSName"] = (records.balancer(balancer["LoadBalancerArn"]) or balancer)["DNSName"]
    return answer


async def describe(call: Call) -> dict[str, Any]:
    """DescribeLoadBalancers, with the VPC and zones of the load balancer's subnets."""
    answer = await call.as_asked()
    subnets = {subnet["SubnetId"]: subnet for subnet in (await call.ask("ec2", "DescribeSubnets"))["Subnets"]}
    for balancer in answer["LoadBalancers"]:
        for zone in balancer["AvailabilityZones"]:
            subnet = subnets.get(zone["SubnetId"])
            if subnet is not None:
                balancer["VpcId"], zone["ZoneName"] = subnet["VpcId"], subnet["AvailabilityZone"]
    return answer


async def delete(call: Call) -> dict[str, Any]:
    """DeleteLoadBalancer, which also deletes its listeners, and is refused while it is protected."""
    protections.load_balancer(call.parameters["LoadBalancerArn"])
    for listener in (await call.ask("elbv2", "DescribeListeners", LoadBalancerArn=call.parameters["LoadBalancerArn"]))["Listeners"]:
        await call.ask("elbv2", "DeleteListener", ListenerArn=listener["ListenerArn"])
    return await change(call)


async def change(call: Call) -> dict[str, Any]:
    """Any operation after which other ports may have to be open, or other targets be checked."""
    answer = await call.as_asked()
    listeners.look()
    return answer


async def create_listener(call: Call) -> dict[str, Any]:
    """CreateListener, refused on a port that another listener has."""
    taken_ports.refuse_second_listener(call.parameters["LoadBalancerArn"], call.parameters.get("Port"))
    return await change_actions(call)


async def modify_listener(call: Call) -> dict[str, Any]:
    """ModifyListener, refused on a port that another listener has."""
    taken_ports.refuse_move_to_taken_port(call.parameters["ListenerArn"], call.parameters.get("Port"))
    return await change_actions(call)


async def change_actions(call: Call) -> dict[str, Any]:
    """CreateListener, ModifyListener, CreateRule, ModifyRule: ministack's, with weighted target groups and query strings."""
    answer = await call.as_asked()
    given = call.parameters
    for made in answer.get("Listeners") or answer["Rules"]:
        arn = made.get("RuleArn") or made["ListenerArn"]
        as_given.keep(arn, given.get("DefaultActions") or given.get("Actions") or (), given.get("Conditions", ()))
        as_given.complete(made)
    listeners.look()
    return answer


async def modify_rule(call: Call) -> dict[str, Any]:
    """ModifyRule. ministack would leave a rule that forwards without its target groups for a moment, in which requests fail."""
    actions = call.parameters.get("Actions") or []
    if not actions or any(action["Type"] != "forward" for action in actions):
        return await change_actions(call)
    arn = call.parameters["RuleArn"]
    rule = records.rule(arn)
    if rule is None:
        raise LocalApiError("RuleNotFound", "One or more rules not found")
    if rule.get("IsDefault"):
        raise LocalApiError("OperationNotPermitted", f"Default rule '{arn}' cannot be modified")
    others = {name: value for name, value in call.parameters.items() if name not in ("Actions", "RuleArn")}
    if others:
        await call.ministack(RuleArn=arn, **others)
        as_given.keep(arn, (), others.get("Conditions", ()))
    as_given.forward(arn, actions)
    listeners.look()
    return await call.ask("elbv2", "DescribeRules", RuleArns=[arn])


async def describe_actions(call: Call) -> dict[str, Any]:
    """DescribeListeners and DescribeRules, with weighted target groups and query strings."""
    answer = await call.as_asked()
    for described in answer.get("Listeners") or answer.get("Rules") or []:
        as_given.complete(described)
    return answer


async def describe_target_groups(call: Call) -> dict[str, Any]:
    """DescribeTargetGroups, with the load balancers that use each one; ministack never forgets one, and overlooks rules."""
    wanted = call.parameters.get("LoadBalancerArn")
    answer = await call.ministack(**{name: value for name, value in call.parameters.items() if name != "LoadBalancerArn"})
    used = listeners.target_groups_in_use()
    for group in answer["TargetGroups"]:
        group["LoadBalancerArns"] = sorted(used.get(group["TargetGroupArn"], ()))
    return {**answer, "TargetGroups": [one for one in answer["TargetGroups"] if wanted is None or wanted in one["LoadBalancerArns"]]}


async def delete_target_group(call: Call) -> dict[str, Any]:
    """DeleteTargetGroup, which is refused while a listener or rule forwards to the target group."""
    protections.target_group(call.parameters["TargetGroupArn"])
    return await change(call)


OPERATIONS = {
    "CreateListener": create_listener,
    "CreateLoadBalancer": create,
    "CreateRule": change_actions,
    "DeleteListener": change,
    "DeleteLoadBalancer": delete,
    "DeleteRule": change,
    "DeleteTargetGroup": delete_target_group,
    "DescribeListeners": describe_actions,
    "DescribeLoadBalancers": describe,
    "DescribeRules": describe_actions,
    "DescribeTargetGroups": describe_target_groups,
    "ModifyListener": modify_listener,
    "ModifyRule": modify_rule,
    "ModifyTargetGroup": change,
}

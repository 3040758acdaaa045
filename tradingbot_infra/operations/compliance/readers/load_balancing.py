"""The load balancer and its listeners."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, same_names


def _load_balancer(one: One) -> Live:
    arn, elb = one.physical_id, one.session.elbv2
    found = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    attributes = {each.get("Key"): each.get("Value") for each in elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]}
    declared = [each["Key"] for each in one.resource.properties.get("LoadBalancerAttributes", [])]
    return Live(
        properties={
            "Scheme": found.get("Scheme"),
            "SecurityGroups": found.get("SecurityGroups"),
            "LoadBalancerAttributes": [{"Key": key, "Value": attributes.get(key)} for key in declared],
        }
    )


def _listener(one: One) -> Live:
    found = one.session.elbv2.describe_listeners(ListenerArns=[one.physical_id])["Listeners"][0]
    return Live(properties=same_names(found, "Port", "Protocol", "SslPolicy"))


READERS: Mapping[str, Reader] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
}

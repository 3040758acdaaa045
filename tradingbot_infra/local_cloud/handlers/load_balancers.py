"""What ministack's handlers of Elastic Load Balancing leave out: addresses, open ports, parts of actions."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Attributes, Created, Handler, Properties
from tradingbot_infra.local_cloud.load_balancing import as_given, listeners, taken_ports
from tradingbot_infra.local_cloud.ministack import load_balancers as records


def with_address(handler: Handler) -> Handler:
    """ministack's handler of AWS::ElasticLoadBalancingV2::LoadBalancer, with an address of this machine as DNSName."""

    def addressed(arn: str, attributes: Attributes) -> Created:
        listeners.give_address(arn)
        return arn, {**attributes, "DNSName": (records.balancer(arn) or attributes)["DNSName"]}

    noticed = noticed_by_listeners(handler)
    return {
        **noticed,
        "create": lambda *given: addressed(*noticed["create"](*given)),
        "update": lambda *given: addressed(*noticed["update"](*given)),
    }


def with_all_of_actions(handler: Handler) -> Handler:
    """ministack's handlers of listeners and their rules, with weighted target groups and query strings."""

    def kept(properties: Properties, created: Created) -> Created:
        as_given.keep(created[0], properties.get("DefaultActions") or properties.get("Actions") or (), properties.get("Conditions", ()))
        return created

    return noticed_by_listeners(
        {
            **handler,
            "create": lambda logical_id, properties, stack: kept(properties, handler["create"](logical_id, properties, stack)),
            "update": lambda made, old, new, *rest: kept(new, handler["update"](made, old, new, *rest)),
        }
    )


def on_a_port_of_its_own(handler: Handler) -> Handler:
    """ministack's handler of AWS::ElasticLoadBalancingV2::Listener, which lets two listeners have one port."""
    complete = with_all_of_actions(handler)

    def create(logical_id: str, properties: Properties, stack: str) -> Any:
        taken_ports.refuse_second_listener(properties["LoadBalancerArn"], properties.get("Port"))
        return complete["create"](logical_id, properties, stack)

    def update(made: str, old: Properties, new: Properties, *rest: object) -> Any:
        taken_ports.refuse_move_to_taken_port(made, new.get("Port"))
        return complete["update"](made, old, new, *rest)

    return {**complete, "create": create, "update": update}


def noticed_by_listeners(handler: Handler) -> Handler:
    """A handler of ministack after which other ports may have to be open, or other targets be checked."""

    def noticed(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: object, **named: object) -> Any:
            done = function(*given, **named)
            listeners.look()
            return done

        return called

    return {**handler, **{name: noticed(handler[name]) for name in ("create", "update", "delete")}}


COMPLETIONS: Mapping[str, Callable[[Handler], Handler]] = {
    "AWS::ElasticLoadBalancingV2::Listener": on_a_port_of_its_own,
    "AWS::ElasticLoadBalancingV2::ListenerRule": with_all_of_actions,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": with_address,
    "AWS::ElasticLoadBalancingV2::TargetGroup": noticed_by_listeners,
}
"""CloudFormation type -> the function that extends ministack's handler."""

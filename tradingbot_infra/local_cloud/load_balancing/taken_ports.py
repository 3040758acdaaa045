"""One port of a load balancer has one listener."""

from collections.abc import Iterator
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import load_balancers as records


def refuse_second_listener(balancer_arn: str, port: object) -> None:
    """Before a listener is created.

    Raises:
        LocalApiError: another listener has the port (CreateListener API; the message is in hashicorp/terraform issue 26407).
    """
    if any(_on(balancer_arn, port)):
        message = f"A listener already exists on this port for this load balancer '{balancer_arn}'"
        raise LocalApiError("DuplicateListener", message)


def refuse_move_to_taken_port(listener_arn: str, port: object) -> None:
    """Before a listener is changed.

    Raises:
        LocalApiError: another listener has the port. AWS answers ValidationError here, not DuplicateListener (aws/aws-cdk issue 13901).
    """
    listener = records.listener(listener_arn)
    if listener is not None and any(one["ListenerArn"] != listener_arn for one in _on(listener["LoadBalancerArn"], port)):
        raise LocalApiError("ValidationError", f"Listener port '{port}' is already in use")


def _on(balancer_arn: str, port: object) -> Iterator[dict[str, Any]]:
    return (one for one in records.listeners() if (one["LoadBalancerArn"], str(one["Port"])) == (balancer_arn, str(port)))

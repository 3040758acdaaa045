"""Schedules that start their targets, which ministack's own handler only records."""

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.handlers.resource import Created, Handler, Properties
from tradingbot_infra.local_cloud.services import schedules


def that_starts(handler: Handler) -> Handler:
    """ministack's handler of AWS::Scheduler::Schedule, with a schedule that starts its target."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        made: Created = handler["create"](logical_id, properties, stack_name)
        schedules.follow(gateway.ask, properties.get("GroupName", "default"), made[0])
        return made

    return {**handler, "create": create}

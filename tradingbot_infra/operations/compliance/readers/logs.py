"""Log groups and their subscriptions."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Beside, Live, One, Reader, renamed


def _log_group(one: One) -> Live:
    name, logs = one.physical_id, one.session.logs
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next((each for each in groups if each["logGroupName"] == name), None)
    if group is None:
        return Live(deleted=(one.resource.logical_id,))
    properties = renamed(group, {"retentionInDays": "RetentionInDays", "kmsKeyId": "KmsKeyId"})
    return Live(properties=properties, beside=_subscriptions(one))


def _subscriptions(one: One) -> tuple[Beside, ...]:
    names = {"filterName": "FilterName", "filterPattern": "FilterPattern", "destinationArn": "DestinationArn", "roleArn": "RoleArn"}
    found = one.session.logs.describe_subscription_filters(logGroupName=one.physical_id)["subscriptionFilters"]
    return tuple(
        Beside(
            type="AWS::Logs::SubscriptionFilter",
            name=f"SubscriptionFilter{number}",
            properties={**renamed(each, names), "LogGroupName": f"${{{one.resource.stack}.{one.resource.logical_id}}}"},
        )
        for number, each in enumerate(found, start=1)
    )


READERS: Mapping[str, Reader] = {"AWS::Logs::LogGroup": _log_group}

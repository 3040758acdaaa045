"""Topics, their policies and subscriptions."""

import json
from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.compliance.readers.reader import Beside, Live, One, Reader


def _topic(one: One) -> Live:
    attributes = one.session.sns.get_topic_attributes(TopicArn=one.physical_id)["Attributes"]
    return Live(properties={"KmsMasterKeyId": attributes.get("KmsMasterKeyId")}, beside=tuple(_unknown_subscriptions(one)))


def _unknown_subscriptions(one: One) -> Iterator[Beside]:
    declared = {
        (each.properties.get("Protocol"), each.properties.get("Endpoint")) for each in one.assembly.of_type("AWS::SNS::Subscription")
    }
    reference = f"${{{one.resource.stack}.{one.resource.logical_id}}}"
    pages = one.session.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=one.physical_id)
    found = [each for page in pages for each in page["Subscriptions"]]
    for number, each in enumerate(found, start=1):
        protocol, endpoint = each.get("Protocol"), each.get("Endpoint")
        if (protocol, endpoint) not in declared:
            properties = {"Protocol": protocol, "Endpoint": endpoint, "TopicArn": reference}
            yield Beside(type="AWS::SNS::Subscription", name=f"Subscription{number}", properties=properties)


def _policy(one: One) -> Live:
    topic = next(filter(None, map(one.assembly.referred, one.resource.properties.get("Topics", []))), None)
    arn = one.ids.of(topic.stack, topic.logical_id) if topic else None
    if arn is None:
        return Live()
    return Live(properties={"PolicyDocument": json.loads(one.session.sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])})


READERS: Mapping[str, Reader] = {"AWS::SNS::Topic": _topic, "AWS::SNS::TopicPolicy": _policy}

"""Rules for Amazon SNS topics."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import customer_key, observe, seen
from tradingbot_infra.compliance.reading.policy_documents import Statement, is_open_to_anyone, principals, refuses_plain_http, statements
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import Assembly, Resource

TOPIC = "AWS::SNS::Topic"
TOPIC_POLICY = "AWS::SNS::TopicPolicy"
SUBSCRIPTION = "AWS::SNS::Subscription"

_NARROWING = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceowner")


@rule("sns.kms", TOPIC, title="Topics are encrypted with a customer managed key", fix="Give the topic a `master_key`.")
def kms(topic: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield customer_key(topic, "KmsMasterKeyId", assembly)


@rule("sns.tls", TOPIC, title="Topics refuse messages that are not sent over TLS", fix="Set `enforce_ssl=True` on the topic.")
def tls(topic: Resource, assembly: Assembly) -> Iterator[Observation]:
    policies = [policy for policy in assembly.of_type(TOPIC_POLICY) if _is_of(policy, topic, assembly)]
    refused = any(refuses_plain_http(policy.properties.get("PolicyDocument")) for policy in policies)
    observed = [policy.logical_id for policy in policies]
    yield seen("TopicPolicy", observed, refused, "a topic policy that denies sns:Publish without aws:SecureTransport")


@rule(
    "sns.private",
    TOPIC_POLICY,
    SUBSCRIPTION,
    title="Nobody outside this account publishes to or subscribes to a topic, and nobody uses plain HTTP",
    fix="Name the principal, or add a condition on aws:SourceAccount or aws:SourceArn; subscribe by https instead of http.",
)
def private(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == SUBSCRIPTION:
        yield observe(resource, "Protocol", lambda protocol: protocol != "http", "any protocol but http")
        return
    for number, statement in enumerate(statements(resource.properties.get("PolicyDocument"), "Allow")):
        where, closed = f"Properties.PolicyDocument.Statement[{number}]", _is_closed(statement, ThisAccount.of(resource, assembly))
        yield seen(where, statement.get("Principal"), closed, "an identity of this account, or a service or anyone on its behalf")


def _is_closed(statement: Statement, here: ThisAccount) -> bool:
    if here.is_for_others(statement):
        return False
    on_behalf = is_open_to_anyone(statement) or any(name.startswith("Service:") for name in principals(statement))
    return here.is_tied_by(statement, *_NARROWING) if on_behalf else here.admits_only_it(statement)


def _is_of(policy: Resource, topic: Resource, assembly: Assembly) -> bool:
    return any(assembly.referred(reference) == topic for reference in policy.properties.get("Topics", []))

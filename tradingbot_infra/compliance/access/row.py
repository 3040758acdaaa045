"""Who may do what in this design: rows of the tables beside this module.

Every policy document of the templates must hold exactly the statements of its row. Text in a row names resources of these stacks by
their construct paths: `<DataStack/SecretsKey.Arn>` is the attribute `Arn` of that resource, `<DataStack/SecretKey>` what `Ref` gives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ACCOUNT = "${AWS::AccountId}"
"""The number of the account of a template."""

ANYONE = "*"

Condition = Mapping[str, Mapping[str, str | Sequence[str]]]
"""Operators, and in each the keys with their value, or the list of them."""

FROM_THIS_ACCOUNT: Condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
"""Of a service that says on whose behalf it acts (IAM User Guide, "The confused deputy problem")."""

WITHOUT_TLS: Condition = {"Bool": {"aws:SecureTransport": "false"}}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A statement of the design. `principals` are as in `Service:ecs-tasks.amazonaws.com`; statements of roles have none.

    A template may write it as several statements, or with another one that has the same condition.
    """

    actions: Sequence[str]
    resources: Sequence[str] = ()
    principals: Sequence[str] = ()
    condition: Condition | None = None
    effect: str = "Allow"


@dataclass(frozen=True, kw_only=True)
class Document:
    """The policy document in one property of the resource at a construct path."""

    path: str
    field: str
    statements: Sequence[Listed]

    @property
    def is_of_identity(self) -> bool:
        """Whether it says what a role may do or who assumes it, rather than who uses a resource."""
        return self.field == "AssumeRolePolicyDocument" or not any(each.principals for each in self.statements)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """What one property of the resource at a construct path refers to: the policies of a role, the role of an instance profile."""

    path: str
    field: str
    names: Sequence[str]
    is_of_identity: bool = True


Entry = Document | Attachment


def may(*actions: str, on: Sequence[str] | str, when: Condition | None = None) -> Listed:
    """A permission of a role: actions on resources, perhaps under a condition."""
    return Listed(actions=actions, resources=(on,) if isinstance(on, str) else tuple(on), condition=when)


def role(path: str, service: str, *statements: Listed, when: Condition | None = FROM_THIS_ACCOUNT) -> tuple[Entry, ...]:
    """A role that one service assumes under a condition, with the one managed policy beside it."""
    return (
        trust(f"{path}/Role", service, when=when),
        Attachment(path=f"{path}/Role", field="ManagedPolicyArns", names=(f"<{path}/Policy>",)),
        Document(path=f"{path}/Policy", field="PolicyDocument", statements=statements),
    )


def trust(path: str, service: str, *, when: Condition | None) -> Document:
    """That one service, and nobody else, assumes the role at a path."""
    assume = Listed(actions=("sts:AssumeRole",), principals=(f"Service:{service}",), condition=when)
    return Document(path=path, field="AssumeRolePolicyDocument", statements=(assume,))


def from_source(arn: str) -> Condition:
    """That a service of this account acts for one of its resources."""
    return {**FROM_THIS_ACCOUNT, "ArnEquals": {"aws:SourceArn": arn}}


def log_group(region: str, name: str) -> str:
    """The ARN of log groups or streams of this account."""
    return f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}"

"""Whether a role is assumed by people of this account who have signed in with MFA."""

from tradingbot_infra.compliance.observe import listed
from tradingbot_infra.compliance.reading.policy_documents import Statement, actions, principals
from tradingbot_infra.compliance.reading.this_account import ThisAccount

_WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def trusts_people(statement: Statement, here: ThisAccount) -> bool:
    """Whether a statement of trust admits identities of this account under exactly one condition: that they signed in with MFA.

    Operators with IfExists also hold for access keys, which have no such key in their requests (IAM User Guide, "AWS global condition
    context keys").
    """
    trusted = principals(statement)
    return (
        actions(statement) == ["sts:AssumeRole"]
        and len(trusted) == 1
        and trusted[0].startswith("AWS:")
        and here.admits_only_it(statement)
        and _as_text(statement.get("Condition")) == _WITH_MFA
    )


def _as_text(condition: object) -> object:
    """A condition with its values as text in lower case, one alone without its list."""
    if not isinstance(condition, dict):
        return condition
    return {
        operator: {key: "|".join(str(value).lower() for value in listed(values)) for key, values in block.items()}
        for operator, block in condition.items()
    }

"""A resource of the design that does not exist. Apart from failures.py, because that loads botocore, which --help need not cost."""

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.printed_commands import Step


class Missing(NotAnswered):
    """A resource of the design does not exist. `found` is the short form of the message, `fix` creates the resource."""

    def __init__(self, found: str, fix: Step, *, where: str = "") -> None:
        super().__init__(f"{found}{where}")
        self.found = found
        self.fix = fix


def not_deployed(found: str, *, fix: Step, account: str, region: str, environment: str) -> Missing:
    """What a deployment of the environment would have created; `fix` creates it where other parts exist."""
    where = f" in account {account}, region {region}: check the profile, or `cdk deploy --all -c env={environment}` first"
    return Missing(found, fix, where=where)

"""A resource of the design that does not exist, or an account. Apart from failures.py, because that loads botocore, which --help
need not cost.
"""

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.printed_commands import Step

NOT_AWS = "What answers is not AWS: check AWS_ENDPOINT_URL, the profile's endpoint_url, and proxies"
"""For an answer that no service of AWS gives."""


class Missing(NotAnswered):
    """A resource of the design does not exist. `found` is the short form of the message, `fix` creates the resource."""

    def __init__(self, found: str, fix: Step, *, where: str = "") -> None:
        super().__init__(f"{found}{where}")
        self.found = found
        self.fix = fix


def not_deployed(found: str, *, fix: Step, account: str, region: str, environment: str, local: bool = False) -> Missing:
    """What a deployment of the environment would have created; `fix` creates it where other parts exist.

    `local` is whether it was looked for on a local cloud, where neither profile nor region can be the wrong one.
    """
    if local:
        return Missing(found, fix, where=f" on the local cloud: `make up ENV={environment}` first")
    where = f" in account {account}, region {region}: check the profile, or `tradingbot deploy --env {environment}` first"
    return Missing(found, fix, where=where)

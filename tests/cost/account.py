"""Templates of an account's stack beside an environment's, small and made by hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.compliance.builders import Body, assembly_of, resource
from tradingbot_infra.templates import Assembly

DATABASE = resource(
    "AWS::RDS::DBInstance",
    {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "MultiAZ": True,
        "AllocatedStorage": "20",
        "StorageType": "gp3",
        "BackupRetentionPeriod": 7,
    },
)


def with_account(account: Mapping[str, Body], environment: Mapping[str, Body] | None = None) -> Assembly:
    """An assembly of one stack of an environment and one of the account, told apart by their tags as the real ones are."""
    found = assembly_of(DataStack=environment or {}, AuditStack=account)
    tagged = {name: {"Environment": "production" if name == "DataStack" else "account"} for name in found.stacks}
    return replace(found, stacks={name: replace(stack, tags=tagged[name]) for name, stack in found.stacks.items()})


def detector(*features: str, **others: str) -> dict[str, Any]:
    """A detector with features that are on, and others by name and status."""
    statuses = {**dict.fromkeys(features, "ENABLED"), **others}
    return resource("AWS::GuardDuty::Detector", {"Enable": True, "Features": [{"Name": n, "Status": s} for n, s in statuses.items()]})


def standard(name: str) -> dict[str, Any]:
    """A standard of Security Hub by the middle of its ARN."""
    arn = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":securityhub:ap-southeast-2::standards/{name}"]]}
    return resource("AWS::SecurityHub::Standard", {"StandardsArn": arn})

"""What `destroy` prints."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.operations.printed_commands import AwsCli, OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.destruction.fate import Held
    from tradingbot_infra.operations.destruction.plan import Plan

_HOURS = Decimal(730)
_KEYS = {
    "AWS::EC2::EIP": ("public_ipv4.hour", _HOURS),
    "AWS::KMS::Key": ("kms.key_month", Decimal(1)),
    "AWS::SecretsManager::Secret": ("secretsmanager.secret_month", Decimal(1)),
}
"""What stays for a fixed price: the price's key, and how much of it a month."""
_BY_SIZE = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::ECR::Repository",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
    }
)
"""What stays, itself or as a snapshot, and is paid by the GB."""


def plan_lines(plan: "Plan") -> Iterator[str]:
    """What goes and what stays, before anything is asked."""
    from tradingbot_infra.operations.destruction.fate import Ending

    yield "Goes"
    stacks = Counter(one.stack.name for one in plan.held if one.ending is not Ending.STAYS)
    never = {one.placed.name: one.status for one in plan.unfinished if one.exists}
    for name, count in stacks.items():
        yield f"  {name}: {count} resources{f' ({never[name]}, never complete)' if name in never else ''}"
    yield from (f"  what is left of {one.placed.name}, which is deleted" for one in plan.unfinished if not one.exists)
    yield from (f"  with what it holds: {_listed(kind, same)}" for kind, same in _by_type(plan.lost).items())
    yield from (f"  what GuardDuty made in {left.vpc}: {left.words}" for left in plan.by_guardduty)
    yield "Stays"
    staying = [f"  {words}" for words in _staying(plan)]
    yield from staying or ["  nothing"]
    yield from (f"  {line}" for line in plan.shared)


def loss(account: Account, plan: "Plan") -> str:
    """What is lost, in one sentence."""
    counted = Counter(one.type.rpartition("::")[2] for one in plan.lost)
    lost = ", ".join(f"{count} {kind}" for kind, count in counted.items())
    where = f"{account.config.environment} in account {account.session.account}, region {account.session.region}"
    controls = "; the account has no trail, no alarms on it and no threat detection of this app any more" if plan.account_controls else ""
    return f"{where} ends{f', and with it the data of {lost}' if lost else ''}{controls}"


def confirmed_name(account: Account, plan: "Plan") -> str:
    """What a person types to confirm: the account too where its security stack goes."""
    return f"{account.config.environment} and account" if plan.account_controls else account.config.environment


def end_lines(account: Account, plan: "Plan", settings: Mapping[str, str]) -> Iterator[str]:
    """What is still there, and how to come back."""
    yield f"{account.config.environment} is destroyed."
    staying = list(_staying(plan))
    if staying:
        yield "Still in the account"
        yield from (f"  {words}" for words in staying)
        yield from _snapshots(account, plan)
        yield '  The keys of what stays must stay too. docs/operations.md, "Destroying", says how to delete it.'
    if any(one.type == "AWS::S3::Bucket" for one in plan.kept if one in plan.account_controls):
        yield "  The audit bucket's name was chosen by CloudFormation, so a new deployment makes another; its files stay in the old one."
    yield account.rendered(sentence("To come back: ", OwnCommand(_deploy(settings, adopts=bool(staying)))))
    if settings:
        yield f"Then write {', '.join(settings)} into environments.py: a deployment without them makes new ones."


def document(account: Account, plan: "Plan", settings: Mapping[str, str]) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "environment": account.config.environment,
        "destroyed": list(dict.fromkeys([*(one.stack.name for one in plan.held), *(one.placed.name for one in plan.unfinished)])),
        "stays": [{"type": one.type, "id": one.physical_id, "monthly_usd": _text(_price(one.type))} for one in plan.kept],
        "snapshots_of": [one.physical_id for one in plan.snapshots],
        "left_set": list(plan.left_set),
        "shared": list(plan.shared),
        "settings": dict(settings),
    }


def _deploy(settings: Mapping[str, str], *, adopts: bool) -> str:
    words = "".join(f" -c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
    return f"deploy{words}{' --import-existing-resources' if adopts else ''}"


def _staying(plan: "Plan") -> Iterator[str]:
    """Of each type a line, with what it costs; then the snapshots, and the sum."""
    total = Decimal(0)
    for kind, same in _by_type(plan.kept).items():
        price = _price(kind)
        total += (price or Decimal(0)) * len(same)
        yield f"{_listed(kind, same)}{_cost(kind, price, len(same))}"
    for one in plan.snapshots:
        backups = "; its automated backups go" if one.automated_backups_go else ""
        yield f"a last snapshot of {one.physical_id}, by the GB that it holds{backups}"
    if plan.left_set:
        yield f"left as set, because nothing should loosen the account: {', '.join(plan.left_set)}"
    if plan.kept:
        yield f"together {total:.2f} USD a month, and what is paid by the GB"


def _listed(kind: str, same: "Sequence[Held]") -> str:
    """`2 x EC2::EIP: 192.0.2.1, 192.0.2.2`; of an ARN its last part."""
    return f"{len(same)} x {kind.removeprefix('AWS::')}: {', '.join(one.physical_id.rpartition(':')[2] for one in same)}"


def _cost(kind: str, price: Decimal | None, count: int) -> str:
    if price is not None:
        return f" ({price * count:.2f} USD a month)"
    return " (by the GB that it holds)" if kind in _BY_SIZE else ""


def _price(kind: str) -> Decimal | None:
    """Of one a month, of AWS's list; None for what is paid by its size or not at all."""
    from tradingbot_infra.cost.prices import TableName, read_table

    key, amount = _KEYS.get(kind, ("", Decimal(0)))
    price = read_table(TableName.LIST).get(key)
    return price.of(amount) if price else None


def _text(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _by_type(held: "Iterable[Held]") -> "dict[str, list[Held]]":
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(one.type, []).append(one)
    return found


def _snapshots(account: Account, plan: "Plan") -> Iterator[str]:
    """How to find the last snapshots: CloudFormation chooses their names."""
    for one in plan.snapshots:
        if one.type == "AWS::RDS::DBInstance":
            query = f"rds describe-db-snapshots --db-instance-identifier {one.physical_id} --query 'DBSnapshots[].DBSnapshotIdentifier'"
            yield account.rendered(sentence("  Its snapshots: ", AwsCli(query)))
        if one.type == "AWS::ElastiCache::ReplicationGroup":
            query = f"elasticache describe-snapshots --replication-group-id {one.physical_id} --query 'Snapshots[].SnapshotName'"
            yield account.rendered(sentence("  Its snapshots: ", AwsCli(query)))

"""`recovery list`: what the database can be restored from."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_warning
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.status_output import moment

if TYPE_CHECKING:
    from tradingbot_infra.operations.failures import Unread
    from tradingbot_infra.operations.recovery.beside import Copy
    from tradingbot_infra.operations.recovery.origins import RecoveryPoint, Snapshot, Window

_SNAPSHOTS = ("SNAPSHOT", "KIND", "TAKEN", "STATUS", "GB")
_POINTS = ("RECOVERY POINT", "TAKEN", "STATUS", "EXPIRES")

Found = TypeVar("Found")


@reading_command
def list_origins(account: Account, json: Json = False) -> None:
    """Show what the database can be restored from. Read-only.

    The window of point-in-time recovery, manual and automated snapshots, recovery points of AWS Backup, and the copy that stands.
    """
    from tradingbot_infra.operations.recovery.beside import read_copy, read_running
    from tradingbot_infra.operations.recovery.origins import read_recovery_points, read_snapshots, read_window

    session, names = account.session, account.config.names
    running = read_running(session, names)
    window = _read("The window of point-in-time recovery", lambda: (read_window(session, running),))
    snapshots = _read("Snapshots", lambda: (read_snapshots(session, names),)) or ()
    points = _read("Recovery points", lambda: (read_recovery_points(session, names, running),)) or ()
    copy = read_copy(session, names)
    if json:
        print_json({"environment": account.config.environment, **_document(window, snapshots, points, copy)})
        return
    _print(window, snapshots, points, copy)


def _read(what: str, read: "Callable[[], tuple[Found]]") -> "Found | None":
    """What was read; None with a warning where it could not be."""
    from tradingbot_infra.operations.failures import results

    def otherwise(fact: "Unread") -> Any:
        print_warning(f"{what}: not known, because {fact.why}")

    found: Found | None = next(results(read, otherwise=otherwise))
    return found


def _print(window: "Window | None", snapshots: "tuple[Snapshot, ...]", points: "tuple[RecoveryPoint, ...]", copy: "Copy | None") -> None:
    print_line(f"Point in time: {window}" if window else "Point in time: none")
    if snapshots:
        print_rows([_SNAPSHOTS, *((one.identifier, one.kind, moment(one.taken), one.status, str(one.gib)) for one in snapshots)])
    else:
        print_line("Snapshots: none")
    if points:
        print_rows(
            [_POINTS, *((one.arn, moment(one.taken), one.status, moment(one.expires) if one.expires else "never") for one in points)]
        )
    else:
        print_line("Recovery points: none")
    if copy:
        print_line(f"Copy: {copy.identifier}, {copy.status}, of {copy.origin}")


def _document(
    window: "Window | None", snapshots: "tuple[Snapshot, ...]", points: "tuple[RecoveryPoint, ...]", copy: "Copy | None"
) -> dict[str, Any]:
    return {
        "point_in_time": {"earliest": window.earliest.isoformat(), "latest": window.latest.isoformat()} if window else None,
        "snapshots": [
            {"id": one.identifier, "kind": one.kind, "taken": _iso(one.taken), "status": one.status, "gb": one.gib} for one in snapshots
        ],
        "recovery_points": [
            {"arn": one.arn, "taken": _iso(one.taken), "status": one.status, "expires": _iso(one.expires)} for one in points
        ],
        "copy": {"id": copy.identifier, "status": copy.status, "restored_from": copy.origin} if copy else None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

"""What a status of an RDS instance means for those who want to connect.

Source: RDS User Guide, "Viewing Amazon RDS DB instance status".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tradingbot_infra.operations.diagnosis.finding import Certainty
from tradingbot_infra.operations.live.data_stores import serves
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, Step, sentence


@dataclass(frozen=True)
class Meaning:
    """What a status means, how sure it is that it keeps people from connecting, and what to do; `fix` takes the instance's identifier."""

    means: str
    certainty: Certainty
    fix: Callable[[str], Step]


def _start(instance: str) -> AwsCli:
    return AwsCli(f"rds start-db-instance --db-instance-identifier {instance}")


def _wait(instance: str) -> Step:
    return sentence("Wait: ", AwsCli(f"rds wait db-instance-available --db-instance-identifier {instance}"))


def _restore(_: str) -> Step:
    return 'Restore it as a second instance (docs/operations.md, "Restore the database")'


def _events(instance: str) -> Step:
    events = AwsCli(f"rds describe-events --source-type db-instance --source-identifier {instance} --duration 1440")
    return sentence(events, " says why")


def _start_once_stopped(instance: str) -> Step:
    return sentence("Wait until `status` says stopped, then ", _start(instance))


def _enable_key(instance: str) -> Step:
    list_aliases, enable = AwsCli("kms list-aliases"), AwsCli("kms enable-key --key-id ID")
    return sentence("Enable the key (", list_aliases, ", ", enable, ") within seven days, then ", _start(instance))


def _more_storage(_: str) -> Step:
    return sentence(
        "Raise db_allocated_storage_gib, and ",
        CdkDeploy("data"),
        "; RDS accepts the next change of the storage only six hours later",
    )


_MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "stopped": Meaning("somebody stopped it; RDS starts it by itself after seven days", Certainty.CERTAIN, _start),
        "stopping": Meaning("it is being stopped", Certainty.CERTAIN, _start_once_stopped),
        "storage-full": Meaning(
            "its disk is full, and nothing can be written",
            Certainty.CERTAIN,
            _more_storage,
        ),
        "inaccessible-encryption-credentials": Meaning("its KMS key is disabled or deleted for good", Certainty.CERTAIN, _restore),
        "inaccessible-encryption-credentials-recoverable": Meaning(
            "its KMS key is disabled or may not be used",
            Certainty.CERTAIN,
            _enable_key,
        ),
        "incompatible-network": Meaning("it got no address in its subnets", Certainty.CERTAIN, _events),
        "incompatible-parameters": Meaning("it cannot start with its parameter group", Certainty.CERTAIN, _events),
        "incompatible-restore": Meaning("a restore did not work out", Certainty.CERTAIN, _restore),
        "restore-error": Meaning("a restore did not work out", Certainty.CERTAIN, _restore),
        "failed": Meaning("it has failed, and RDS cannot bring it back", Certainty.CERTAIN, _restore),
        "deleting": Meaning("it is being deleted", Certainty.CERTAIN, _restore),
        "modifying": Meaning("it is being changed, and may restart or fail over on the way", Certainty.POSSIBLE, _wait),
        "resetting-master-credentials": Meaning("its password is being changed", Certainty.LIKELY, _wait),
        "maintenance": Meaning("it is being maintained, and may restart", Certainty.LIKELY, _wait),
        "upgrading": Meaning("its engine is being upgraded", Certainty.CERTAIN, _wait),
        "creating": Meaning("it is still being created", Certainty.CERTAIN, _wait),
        "starting": Meaning("it starts", Certainty.CERTAIN, _wait),
        "rebooting": Meaning("it restarts", Certainty.CERTAIN, _wait),
        "renaming": Meaning("its name changes, and with it its address", Certainty.CERTAIN, _wait),
    }
)

_UNKNOWN = Meaning("it does not serve as usual", Certainty.LIKELY, _events)


def meaning(status: str) -> Meaning | None:
    """What a status means; None for one in which the instance serves."""
    return None if serves(status) else _MEANINGS.get(status, _UNKNOWN)

"""What a status of an RDS instance means for those who want to connect.

Source: RDS User Guide, "Viewing Amazon RDS DB instance status".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tradingbot_infra.operations.diagnosis.finding import Certainty
from tradingbot_infra.operations.live.data_stores import serves


@dataclass(frozen=True)
class Meaning:
    """What a status means, how sure it is that it keeps people from connecting, and what to do; `{id}` stands for the instance."""

    means: str
    certainty: Certainty
    fix: str


_WAIT = "Wait: `aws rds wait db-instance-available --db-instance-identifier {id}`"
_START = "aws rds start-db-instance --db-instance-identifier {id}"
_RESTORE = 'Restore it beside this one (docs/operations.md, "Restore the database")'
_EVENTS = "`aws rds describe-events --source-type db-instance --source-identifier {id} --duration 1440` says why"

_MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "stopped": Meaning("somebody stopped it; RDS starts it by itself after seven days", Certainty.CERTAIN, _START),
        "stopping": Meaning("somebody stops it", Certainty.CERTAIN, f"Wait until `status` says stopped, then `{_START}`"),
        "storage-full": Meaning(
            "its disk is full, and nothing can be written",
            Certainty.CERTAIN,
            "Raise db_allocated_storage_gib, and `cdk deploy DataStack`; RDS takes another change of the storage only six hours later",
        ),
        "inaccessible-encryption-credentials": Meaning("its KMS key is disabled or gone, for good", Certainty.CERTAIN, _RESTORE),
        "inaccessible-encryption-credentials-recoverable": Meaning(
            "its KMS key is disabled or may not be used",
            Certainty.CERTAIN,
            f"Enable the key (`aws kms list-aliases`, `aws kms enable-key --key-id ID`) within seven days, then `{_START}`",
        ),
        "incompatible-network": Meaning("it got no address in its subnets", Certainty.CERTAIN, _EVENTS),
        "incompatible-parameters": Meaning("it cannot start with its parameter group", Certainty.CERTAIN, _EVENTS),
        "incompatible-restore": Meaning("a restore did not work out", Certainty.CERTAIN, _RESTORE),
        "restore-error": Meaning("a restore did not work out", Certainty.CERTAIN, _RESTORE),
        "failed": Meaning("it has failed, and RDS cannot bring it back", Certainty.CERTAIN, _RESTORE),
        "deleting": Meaning("somebody deletes it", Certainty.CERTAIN, _RESTORE),
        "modifying": Meaning("it is being changed, and may restart or fail over on the way", Certainty.POSSIBLE, _WAIT),
        "resetting-master-credentials": Meaning("its password is being changed", Certainty.LIKELY, _WAIT),
        "maintenance": Meaning("it is being maintained, and may restart", Certainty.LIKELY, _WAIT),
        "upgrading": Meaning("its engine is being upgraded", Certainty.CERTAIN, _WAIT),
        "creating": Meaning("it is still being made", Certainty.CERTAIN, _WAIT),
        "starting": Meaning("it starts", Certainty.CERTAIN, _WAIT),
        "rebooting": Meaning("it restarts", Certainty.CERTAIN, _WAIT),
        "renaming": Meaning("its name changes, and with it its address", Certainty.CERTAIN, _WAIT),
    }
)

_UNKNOWN = Meaning("it does not serve as usual", Certainty.LIKELY, _EVENTS)


def meaning(status: str) -> Meaning | None:
    """What a status means; None for one in which the instance serves."""
    return None if serves(status) else _MEANINGS.get(status, _UNKNOWN)

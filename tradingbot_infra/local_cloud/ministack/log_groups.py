"""Log groups of AWS's own, whose names CreateLogGroup refuses to everybody else."""

from ministack.services import cloudwatch_logs


def create_own(group: str, stream: str) -> None:
    """Creates the group and its stream, unless they exist."""
    cloudwatch_logs._create_log_group({"logGroupName": group})  # noqa: SLF001 - the API is what refuses it
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})  # noqa: SLF001 - as above


def set_key(group: str, key: str | None) -> bool:
    """Gives a group its customer managed key, or none; whether there is such a group."""
    found = cloudwatch_logs._log_groups.get(group)  # noqa: SLF001 - the API of ministack has no call for it
    if found is None:
        return False
    found["kmsKeyId"] = key
    return True

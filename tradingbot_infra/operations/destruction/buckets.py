"""Empties a bucket, which CloudFormation does not: it deletes none that holds an object."""

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session


def empty(session: Session, bucket: str) -> None:
    """Deletes every version of every object, and before them the bucket's policy, which lets nobody delete.

    Object Lock may refuse a version; the deletion of the stack then says so. A bucket that somebody deleted is empty.
    """
    try:
        session.s3.delete_bucket_policy(Bucket=bucket)
        for page in session.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            if objects:
                session.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})  # type: ignore[typeddict-item]  # plain dicts
    except Exception as error:
        if not is_missing(error):
            raise

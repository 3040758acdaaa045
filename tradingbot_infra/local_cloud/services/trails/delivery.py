"""Writes events to a trail's log group and bucket.

Source: CloudTrail User Guide, "Sending events to CloudWatch Logs", "CloudTrail log file name format". CloudTrail delivers "typically
within an average of about 5 minutes" of a call ("Finding your CloudTrail log files"). There are no digest files.
"""

import asyncio
import gzip
import json
import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes, trails
from tradingbot_infra.local_cloud.services.trails import admission
from tradingbot_infra.local_cloud.services.trails.events import Seen, event_of
from tradingbot_infra.local_cloud.services.trails.selectors import wants

_DELIVERY_SECONDS = 300.0
_MOST_EVENTS, _LARGEST_BATCH = 10_000, 1_000_000
"""What PutLogEvents takes: events, and bytes of all."""
_OVERHEAD = 26
"""Bytes that PutLogEvents counts for each event beside its message."""

_logger = logging.getLogger("trails")

_Event = dict[str, Any]

_waiting: dict[str, list[Seen]] = {}
"""ARN of a trail -> what was asked since its last delivery."""
_status: dict[str, dict[str, Any]] = {}


def note(trail: trails.Trail, seen: Seen, ask: Ask) -> None:
    """Keeps a request for the next delivery of a trail, if the trail looks where it was asked."""
    waiting = _waiting.setdefault(trail["TrailARN"], [])
    waiting.append(seen)
    if len(waiting) == 1:
        background.spawn(_deliver_later(trail, background.from_here(ask)))


def status(arn: str) -> Mapping[str, Any]:
    """What GetTrailStatus says of deliveries."""
    return _status.get(arn, {})


async def _deliver_later(trail: trails.Trail, ask: Ask) -> None:
    await clock.sleep(_DELIVERY_SECONDS)
    seen = _waiting.pop(trail["TrailARN"], [])
    with scopes.within(trail["TrailARN"].split(":")[4], trail["HomeRegion"]):
        # A trail that was changed delivers as it is now, one that was deleted as it was.
        now = trails.record_of(trail["TrailARN"])
        await deliver({**trail, **(now or {})}, seen, ask)


async def deliver(trail: trails.Trail, seen: Sequence[Seen], ask: Ask) -> None:
    """Writes the events that a trail wants of these requests, in the account and region of the trail."""
    events = []
    for one in seen:
        event = _event(one)
        if event is not None and _looks_there(trail, event) and wants(trail["Selectors"], event):
            events.append(event)
        await asyncio.sleep(0)  # health checks and requests to load balancers go on meanwhile
    if events:
        found = {**await _to_bucket(trail, events, ask), **await _to_logs(trail, events, ask)}
        _status[trail["TrailARN"]] = {**_without_errors(trail["TrailARN"]), **found}


def _event(seen: Seen) -> _Event | None:
    try:
        return event_of(seen)
    except Exception:  # one request that is not understood must not take the others with it
        _logger.exception("A request to %s is no event", seen.name)
        return None


def _without_errors(arn: str) -> dict[str, Any]:
    return {name: value for name, value in status(arn).items() if not name.endswith("Error")}


def _looks_there(trail: trails.Trail, event: _Event) -> bool:
    if event["eventSource"].startswith(("iam.", "cloudfront.", "organizations.", "route53.")):
        return bool(trail["IncludeGlobalServiceEvents"])
    return bool(trail["IsMultiRegionTrail"]) or bool(event["awsRegion"] == trail["HomeRegion"])


async def _to_bucket(trail: trails.Trail, events: Sequence[_Event], ask: Ask) -> dict[str, Any]:
    key = trail.get("KmsKeyId")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    try:
        await admission.require_bucket(trail, ask)
        for name, records in _files(trail, events):
            body = gzip.compress(json.dumps({"Records": records}, default=str).encode())
            await ask("s3", "PutObject", Bucket=trail["S3BucketName"], Key=name, Body=body, ContentType="application/json", **encryption)
    except LocalApiError as error:
        return {"LatestDeliveryError": "NoSuchBucket" if error.code == "S3BucketDoesNotExistException" else "AccessDenied"}
    return {"LatestDeliveryTime": datetime.now(UTC)}


def _files(trail: trails.Trail, events: Sequence[_Event]) -> Iterator[tuple[str, list[_Event]]]:
    """Key and records of a log file for each region."""
    account, now = scopes.current()[0], datetime.now(UTC)
    prefix = f"{trail['S3KeyPrefix']}/" if trail.get("S3KeyPrefix") else ""
    for region in sorted({event["awsRegion"] for event in events}):
        name = f"{account}_CloudTrail_{region}_{now:%Y%m%dT%H%MZ}_{secrets.token_hex(8)}.json.gz"
        yield (
            f"{prefix}AWSLogs/{account}/CloudTrail/{region}/{now:%Y/%m/%d}/{name}",
            [event for event in events if event["awsRegion"] == region],
        )


async def _to_logs(trail: trails.Trail, events: Sequence[_Event], ask: Ask) -> dict[str, Any]:
    if not trail.get("CloudWatchLogsLogGroupArn"):
        return {}
    where = {"logGroupName": admission.group_name(trail["CloudWatchLogsLogGroupArn"]), "logStreamName": admission.log_stream(trail)}
    try:
        await admission.require_logs(trail, ask)
        with suppress(LocalApiError):  # it exists
            await ask("logs", "CreateLogStream", **where)
        for batch in _batches(events):
            await ask("logs", "PutLogEvents", **where, logEvents=batch)
    except LocalApiError as error:
        return {"LatestCloudWatchLogsDeliveryError": error.message}
    return {"LatestCloudWatchLogsDeliveryTime": datetime.now(UTC)}


def _batches(events: Sequence[_Event]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for event in events:
        # CloudTrail does not say which time a log event has; that of the event itself could lie before an alarm's period.
        line = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": json.dumps(event, default=str)}
        length = len(str(line["message"]).encode()) + _OVERHEAD
        if batch and (len(batch) == _MOST_EVENTS or size + length > _LARGEST_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    yield batch

"""CloudTrail: whether a trail records every region, where its files go, and whether they arrive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudtrail.type_defs import GetTrailStatusResponseTypeDef, TrailTypeDef

TYPE = "AWS::CloudTrail::Trail"

SILENT_AFTER = timedelta(hours=24)
"""Files come about every five minutes while anything is called (CloudTrail User Guide, "How CloudTrail works"), and AWS's own services
call all the time: a day without one is no quiet day."""


@dataclass(frozen=True)
class Trail:
    """A trail that records the account's region, in the session of its home region."""

    session: Session
    trail: "TrailTypeDef"
    status: "GetTrailStatusResponseTypeDef"
    selectors: tuple[Any, ...]

    @property
    def name(self) -> str:
        """Its name, which is also the answer of `Ref`."""
        return self.trail.get("Name", "")


Look = Callable[[AccountFacts], Seen]


def _of_trail(look: Callable[[AccountFacts, Trail], Seen]) -> Look:
    def looked(facts: AccountFacts) -> Seen:
        trail = facts.once(read_trail)
        return look(facts, trail) if trail else Seen(False, "no trail records this region")

    return looked


def read_trail(facts: AccountFacts) -> Trail | None:
    """The stack's trail, else the best one: of every region before of one, also an organization's; None where there is none."""
    # Shadow trails are those of other regions and of an organization (CloudTrail API, DescribeTrails).
    found = facts.home.cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]
    if not found:
        return None
    ours = facts.held(TYPE)
    best = min(found, key=lambda each: (each.get("Name") not in ours, not each.get("IsMultiRegionTrail"), each.get("TrailARN", "")))
    session, name = facts.session.in_region(best.get("HomeRegion", facts.region)), best.get("TrailARN", best.get("Name", ""))
    selected = session.cloudtrail.get_event_selectors(TrailName=name)
    return Trail(
        session,
        best,
        session.cloudtrail.get_trail_status(Name=name),
        (*selected.get("EventSelectors", []), *selected.get("AdvancedEventSelectors", [])),
    )


@_of_trail
def recording(_: AccountFacts, found: Trail) -> Seen:
    """Whether it records management events of every region, those of global services too."""
    if not found.status.get("IsLogging"):
        stopped = found.status.get("StopLoggingTime")
        since = f" since {stopped:%Y-%m-%d %H:%M} UTC" if stopped else ""
        return Seen(False, f"{found.name} is switched off{since}", AwsCli(f"cloudtrail start-logging --name {found.name}"))
    lacking = [
        words
        for words, has in (
            ("is of one region only", found.trail.get("IsMultiRegionTrail")),
            ("leaves out global services", found.trail.get("IncludeGlobalServiceEvents")),
            ("leaves out management events", any(map(_takes_all_management_events, found.selectors))),
        )
        if not has
    ]
    return Seen(not lacking, f"{found.name} {', '.join(lacking) or 'records every region'}")


@_of_trail
def validated(_: AccountFacts, found: Trail) -> Seen:
    """Whether digests show that nobody changed a file."""
    error = found.status.get("LatestDigestDeliveryError")
    if error:
        return Seen(False, f"{found.name}: no digest arrives: {error}")
    on = bool(found.trail.get("LogFileValidationEnabled"))
    return Seen(on, f"{found.name} writes {'digests' if on else 'no digests'}")


@_of_trail
def encrypted(_: AccountFacts, found: Trail) -> Seen:
    """Whether its files are under a key of the account's own."""
    key = found.trail.get("KmsKeyId", "")
    return Seen(bool(key), f"under {key.rpartition('/')[2]}" if key else "under a key of S3's")


@_of_trail
def delivering(facts: AccountFacts, found: Trail) -> Seen:
    """Whether files arrive in the bucket, and events in the log group that the alarms read."""
    places = (
        (found.trail.get("S3BucketName", ""), found.status.get("LatestDeliveryError")),
        ("CloudWatch Logs", found.status.get("LatestCloudWatchLogsDeliveryError")),
    )
    errors = [f"{place}: {error}" for place, error in places if error]
    if errors:
        return Seen(False, f"{found.name} delivers nothing to {'; '.join(errors)}")
    if not found.trail.get("CloudWatchLogsLogGroupArn"):
        return Seen(False, f"{found.name} writes to no log group, which alarms could read")
    return _arrived(facts, found)


@_of_trail
def records_objects(_: AccountFacts, found: Trail) -> Seen:
    """Whether it records requests for objects in buckets: S3's data events."""
    on = any("AWS::S3::Object" in str(each) for each in found.selectors)
    return Seen(on, f"{found.name} records {'requests' if on else 'no requests'} for objects")


@_of_trail
def has_insights(_: AccountFacts, found: Trail) -> Seen:
    """Whether CloudTrail looks for unusual numbers of calls and errors."""
    try:
        selected = found.session.cloudtrail.get_insight_selectors(TrailName=found.trail.get("TrailARN", found.name))
        kinds = sorted(each.get("InsightType", "") for each in selected.get("InsightSelectors", []))
    except Exception as error:
        if code_of(error) != "InsightNotEnabledException":
            raise
        kinds = []
    return Seen(bool(kinds), ", ".join(kinds) or "no insights")


def _arrived(facts: AccountFacts, found: Trail) -> Seen:
    last, begun = found.status.get("LatestDeliveryTime"), found.status.get("StartLoggingTime")
    if last is None:
        waits = begun is not None and facts.now - begun < SILENT_AFTER
        since = f", and records since {begun:%Y-%m-%d %H:%M} UTC" if begun else ""
        return Seen(None if waits else False, f"{found.name} has delivered nothing yet{since}")
    silent = facts.now - last > SILENT_AFTER
    return Seen(not silent, f"the last file is {'only ' if silent else ''}of {last:%Y-%m-%d %H:%M} UTC")


def _takes_all_management_events(selector: Any) -> bool:
    """An advanced selector that narrows them by another field than their category leaves some out."""
    if "FieldSelectors" in selector:
        fields = {each["Field"]: each.get("Equals", []) for each in selector["FieldSelectors"]}
        return fields == {"eventCategory": ["Management"]}
    excluded = selector.get("ExcludeManagementEventSources", [])
    return bool(selector.get("IncludeManagementEvents", True)) and selector.get("ReadWriteType", "All") == "All" and not excluded

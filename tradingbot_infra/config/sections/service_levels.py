"""Service levels: what users of the system are promised, and `verify --slo` measures."""

from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.sections.base import Section, setting

_Percent = Annotated[float, Field(ge=50, le=99.999)]


class ServiceLevelsConfig(Section, title="Service levels"):
    """Objectives of availability, latency and freshness, and the time over which they are measured."""

    slo_window_days: int = setting("Time over which service levels are measured, days", ge=1, le=60)
    slo_availability_percent: _Percent = setting("Share of requests that the API answers without a server error, percent")
    slo_latency_percent: _Percent = setting("Share of requests that are answered within slo_latency_milliseconds, percent")
    slo_latency_milliseconds: int = setting("Time within which a request is answered in time, milliseconds", ge=1, le=60_000)
    slo_freshness_percent: _Percent = setting("Share of time in which every price is younger than slo_freshness_seconds, percent")
    slo_freshness_seconds: int = setting("Age up to which a price is fresh, seconds", ge=1, le=3600)

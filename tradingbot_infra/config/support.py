"""How long AWS, Python and Alpine keep what this system is built on, as dated tables, and what of a configuration ends soon.

The caller says what day it is: nothing here reads a clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from tradingbot_infra.config import aws
from tradingbot_infra.config.model import EnvironmentConfig

AS_OF = date(2026, 11, 24)
"""When the sources of these tables were last read. An end that is announced later is not in them."""

NOTICE_DAYS = 180
"""From how many days before an end it is told. Lambda writes to its users that long before a runtime's end ("Lambda runtimes"); RDS
only two to three months before a minor release's."""


@dataclass(frozen=True)
class Product:
    """What has versions with an end: its name around a version, what follows each end, what to do instead, and the source."""

    name: str
    once_uncreatable: str
    once_unsupported: str
    instead: str
    source: str


@dataclass(frozen=True)
class Window:
    """How long one version of a product lives; None where no date was announced as of AS_OF."""

    product: Product
    version: str
    creation_ends: date | None
    """The first day on which nothing new can be created with it."""
    support_ends: date | None
    """The last day of its standard support."""

    @property
    def name(self) -> str:
        """Product and version, as people say it."""
        return self.product.name.format(self.version)


@dataclass(frozen=True)
class Ending:
    """A date of a window that is past, or near."""

    window: Window
    ends: date
    passed: bool
    consequence: str

    def __str__(self) -> str:
        product = self.window.product
        return f"{self.window.name}: {self.consequence}; {product.instead} (as of {AS_OF}, {product.source})"


def _table(product: Product, dates: Mapping[str, tuple[str | None, str | None]]) -> Mapping[str, Window]:
    """Windows by version, from the ISO dates at which creation and support end."""
    return MappingProxyType(
        {version: Window(product, version, *(date.fromisoformat(day) if day else None for day in days)) for version, days in dates.items()}
    )


POSTGRES_MINORS = _table(
    Product(
        name="PostgreSQL {} on RDS",
        once_uncreatable="RDS creates no instance of it",
        once_unsupported="RDS upgrades it in a maintenance window, with downtime",
        instead=f"set db_engine_version to {aws.POSTGRES_VERSIONS[-1]}",
        source='AWS Health notice "Amazon RDS PostgreSQL minor versions deprecating on October 31, 2026"',
    ),
    {
        "15.13": ("2026-10-01", "2026-10-31"),
        "15.14": ("2026-10-01", "2026-10-31"),
        "15.15": (None, None),
        "15.16": (None, None),
        "15.17": (None, None),
        "15.18": (None, None),
        "15.19": (None, None),
    },
)
"""Minor releases of PostgreSQL 15 on RDS."""

POSTGRES_MAJORS = _table(
    Product(
        name="PostgreSQL {} on RDS",
        once_uncreatable="RDS creates no instance of it",
        once_unsupported="RDS charges extended support for each vCPU and hour",
        instead="upgrade to a newer major release",
        source='RDS for PostgreSQL Release Notes, "Release calendars"',
    ),
    {"15": (None, "2028-02-29")},
)
"""Major releases of PostgreSQL on RDS. Extended support begins the day after standard support, and is charged unless the instance
was created without it; that of PostgreSQL 15 ends on 2031-02-28."""

REDIS = _table(
    Product(
        name="Redis OSS {} on ElastiCache",
        once_uncreatable="ElastiCache creates no cluster of it",
        once_unsupported="ElastiCache charges extended support",
        instead="upgrade to Valkey",
        source='ElastiCache User Guide, "Engine versions and upgrading"',
    ),
    {"7.0": (None, None), "7.1": (None, None)},
)
"""Redis OSS on ElastiCache. An end is announced for versions 4 to 6 only."""

LAMBDA_RUNTIMES = _table(
    Product(
        name="Lambda runtime {}",
        once_uncreatable="Lambda creates no function on it",
        once_unsupported="it gets no security patches",
        instead="update aws-cdk-lib, which brings its functions' runtime",
        source='Lambda Developer Guide, "Lambda runtimes"',
    ),
    {
        "dotnet10": ("2028-12-14", "2028-11-14"),
        "java8.al2": ("2027-07-31", "2027-06-30"),
        "java8.al2023": (None, "2029-06-30"),
        "java11": ("2027-07-31", "2027-06-30"),
        "java11.al2023": (None, "2029-06-30"),
        "java17": ("2027-07-31", "2027-06-30"),
        "java17.al2023": (None, "2029-06-30"),
        "java21": ("2029-07-31", "2029-06-30"),
        "java25": ("2029-07-31", "2029-06-30"),
        "nodejs22.x": ("2027-06-01", "2027-04-30"),
        "nodejs24.x": ("2028-06-01", "2028-04-30"),
        "nodejs26.x": (None, None),
        "provided.al2023": ("2029-07-31", "2029-06-30"),
        "python3.11": ("2027-07-31", "2027-06-30"),
        "python3.12": ("2028-11-30", "2028-10-31"),
        "python3.13": ("2029-07-31", "2029-06-30"),
        "python3.14": ("2029-07-31", "2029-06-30"),
        "python3.15": (None, None),
        "ruby3.3": ("2027-04-30", "2027-03-31"),
        "ruby3.4": ("2028-04-30", "2028-03-31"),
        "ruby4.0": ("2029-04-30", "2029-03-31"),
    },
)
"""Lambda runtimes that get security patches; one that is not listed no longer gets any."""

_PLACEHOLDER_INSTEAD = "push an image and set image_tag, or take a newer one in constructs/placeholder.py"

PYTHON = _table(
    Product(
        name="Python {} of the placeholder image",
        once_uncreatable="no image is built of it",
        once_unsupported="it gets no security fixes",
        instead=_PLACEHOLDER_INSTEAD,
        source='Python Developer\'s Guide, "Status of Python versions"',
    ),
    {"3.13": (None, "2029-10-31"), "3.14": (None, "2030-10-31")},
)
"""Python releases."""

ALPINE = _table(
    Product(
        name="Alpine Linux {} of the placeholder image",
        once_uncreatable="no image is built of it",
        once_unsupported="it gets no security fixes",
        instead=_PLACEHOLDER_INSTEAD,
        source='Alpine Linux, "Releases"',
    ),
    {"3.22": (None, "2027-05-01"), "3.23": (None, "2027-11-01"), "3.24": (None, "2028-06-01")},
)
"""Alpine Linux releases."""

# What templates contain beside settings. constructs/ names it too, and may not be imported here; tests/config/test_support.py
# holds both together.
CDK_RUNTIME = LAMBDA_RUNTIMES["nodejs24.x"]
"""The runtime of the one function, the CDK's own, that closes the default security group."""

PLACEHOLDER = (PYTHON["3.13"], ALPINE["3.23"])
"""What the placeholder image is made of."""


def in_use(config: EnvironmentConfig) -> Iterator[Window]:
    """The windows of everything that a configuration deploys."""
    version = config.database.db_engine_version
    yield POSTGRES_MINORS[version]
    yield POSTGRES_MAJORS[version.partition(".")[0]]
    if config.cache.enable_redis:
        yield REDIS[config.cache.redis_engine_version]
    yield CDK_RUNTIME
    if config.task.image_tag is None:
        yield from PLACEHOLDER


def ending(config: EnvironmentConfig, today: date) -> tuple[Ending, ...]:
    """What of a configuration can no longer be created, is no longer supported, or reaches either within NOTICE_DAYS."""
    return tuple(end for window in in_use(config) for end in _endings(window, today))


def _endings(window: Window, today: date) -> Iterator[Ending]:
    horizon = today + timedelta(NOTICE_DAYS)
    if window.creation_ends and window.creation_ends <= horizon:
        passed = window.creation_ends <= today
        told = f"{'since' if passed else 'from'} {window.creation_ends} {window.product.once_uncreatable}"
        yield Ending(window, window.creation_ends, passed, told)
    if window.support_ends and window.support_ends <= horizon:
        passed = window.support_ends < today
        told = f"support {'ended' if passed else 'ends'} on {window.support_ends}, then {window.product.once_unsupported}"
        yield Ending(window, window.support_ends, passed, told)

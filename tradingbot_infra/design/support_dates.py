"""Support dates: how long AWS, Python and Alpine Linux support the versions that this system is built on.

The caller passes today's date: nothing here reads a clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

AS_OF = date(2026, 11, 24)
"""When the sources of these tables were last read. Dates that were announced later are missing."""

NOTICE_DAYS = 180
"""How many days before an end date it is reported. Lambda notifies its users this long before a runtime ends ("Lambda runtimes");
RDS notifies only two to three months before a minor version ends."""


@dataclass(frozen=True)
class Product:
    """Something whose versions reach an end of support: its name with a placeholder for the version, the consequence of each end date,
    what to use instead, and the source of the dates."""

    name: str
    once_uncreatable: str
    once_unsupported: str
    instead: str
    source: str


@dataclass(frozen=True)
class Window:
    """The support window of one version of a product. A date is None if none was announced as of AS_OF."""

    product: Product
    version: str
    creation_ends: date | None
    """The first day on which it can no longer be created."""
    support_ends: date | None
    """The last day of its standard support."""

    @property
    def name(self) -> str:
        """Product and version, such as `PostgreSQL 15 on RDS`."""
        return self.product.name.format(self.version)


@dataclass(frozen=True)
class Ending:
    """An end date of a window that has passed or is near."""

    window: Window
    ends: date
    passed: bool
    consequence: str

    def __str__(self) -> str:
        product = self.window.product
        return f"{self.window.name}: {self.consequence}; {product.instead} (as of {AS_OF}, {product.source})"


def _table(product: Product, dates: Mapping[str, tuple[str | None, str | None]]) -> Mapping[str, Window]:
    """Windows by version, from the ISO dates on which creation and support end."""
    return MappingProxyType(
        {version: Window(product, version, *(date.fromisoformat(day) if day else None for day in days)) for version, days in dates.items()}
    )


def _creatable(table: Mapping[str, Window]) -> tuple[str, ...]:
    """The versions that could still be created as of AS_OF, in the table's order."""
    return tuple(version for version, window in table.items() if window.creation_ends is None or window.creation_ends > AS_OF)


_NEWEST_POSTGRES = "15.19"

POSTGRES_MINORS = _table(
    Product(
        name="PostgreSQL {} on RDS",
        once_uncreatable="RDS creates no instance of it",
        once_unsupported="RDS upgrades it in a maintenance window, with downtime",
        instead=f"set db_engine_version to {_NEWEST_POSTGRES}",
        source='AWS Health notice "Amazon RDS PostgreSQL minor versions deprecating on October 31, 2026"',
    ),
    {
        "15.13": ("2026-10-01", "2026-10-31"),
        "15.14": ("2026-10-01", "2026-10-31"),
        "15.15": (None, None),
        "15.16": (None, None),
        "15.17": (None, None),
        "15.18": (None, None),
        _NEWEST_POSTGRES: (None, None),
    },
)
"""Minor versions of PostgreSQL 15 on RDS, oldest first."""

POSTGRES_VERSIONS = _creatable(POSTGRES_MINORS)
"""Minor versions of PostgreSQL 15 that RDS still creates, oldest first."""


def is_newer_postgres(version: str) -> bool:
    """Whether a version is a minor version of PostgreSQL 15 that came after AS_OF, so that no table here knows it."""
    major, _, minor = version.partition(".")
    newest_major, _, newest_minor = _NEWEST_POSTGRES.partition(".")
    return major == newest_major and minor.isdecimal() and len(minor) <= _MOST_DIGITS and int(minor) > int(newest_minor)


_MOST_DIGITS = 2

OLDEST_POSTGRES_MINOR = MappingProxyType({14: 20, 15: int(POSTGRES_VERSIONS[0].partition(".")[2]), 16: 11, 17: 7, 18: 1})
"""The oldest minor version of each PostgreSQL major version in standard support that RDS still creates (the same notice; later changes
are in the release calendars)."""

POSTGRES_AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
"""Certificate authorities of RDS; rds-ca-2019 expired in August 2024 (RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB
instance or cluster")."""

POSTGRES_MAJORS = _table(
    Product(
        name="PostgreSQL {} on RDS",
        once_uncreatable="RDS creates no instance of it",
        once_unsupported="RDS upgrades it, or with db_extended_support=true charges each vCPU and hour",
        instead="upgrade to a newer major version",
        source='RDS for PostgreSQL Release Notes, "Release calendars"',
    ),
    {"15": (None, "2028-02-29")},
)
"""Major versions of PostgreSQL on RDS. Extended support begins on the day after standard support ends, and is charged unless the
instance was created without it; that of PostgreSQL 15 ends on 2031-02-28."""

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
"""Redis OSS on ElastiCache, in parameter group family redis7 (ElastiCache User Guide, "Supported engine versions"). End dates are
announced for versions 4 to 6 only."""

REDIS_VERSIONS = _creatable(REDIS)
"""Redis OSS versions of family redis7, oldest first."""

LAMBDA_RUNTIMES = _table(
    Product(
        name="Lambda runtime {}",
        once_uncreatable="Lambda creates no function on it",
        once_unsupported="it receives no security patches",
        instead="update aws-cdk-lib, which sets the runtime of its functions",
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
"""Lambda runtimes that receive security patches. A runtime that is not listed no longer does."""

_PLACEHOLDER_INSTEAD = "push an image and set image_tag, or use a newer one in design/placeholder.py"

PYTHON = _table(
    Product(
        name="Python {} of the placeholder image",
        once_uncreatable="no image is built of it",
        once_unsupported="it receives no security fixes",
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
        once_unsupported="it receives no security fixes",
        instead=_PLACEHOLDER_INSTEAD,
        source='Alpine Linux, "Releases"',
    ),
    {"3.22": (None, "2027-05-01"), "3.23": (None, "2027-11-01"), "3.24": (None, "2028-06-01")},
)
"""Alpine Linux releases."""

# Templates contain these beside what settings choose. constructs/ names them too; tests/config/test_support.py compares both.
CDK_RUNTIME = LAMBDA_RUNTIMES["nodejs24.x"]
"""Runtime of the CDK's own Lambda function, which empties the default security group."""

INLINE_RUNTIME = LAMBDA_RUNTIMES["python3.14"]
"""Runtime of the functions whose source is in the template (design/inline_function.py)."""

PLACEHOLDER = (PYTHON["3.13"], ALPINE["3.23"])
"""What the placeholder image consists of."""


def endings(window: Window, today: date) -> Iterator[Ending]:
    """The end dates of a window that have passed, or come within NOTICE_DAYS."""
    horizon = today + timedelta(NOTICE_DAYS)
    if window.creation_ends and window.creation_ends <= horizon:
        passed = window.creation_ends <= today
        consequence = f"{'since' if passed else 'from'} {window.creation_ends} {window.product.once_uncreatable}"
        yield Ending(window, window.creation_ends, passed, consequence)
    if window.support_ends and window.support_ends <= horizon:
        passed = window.support_ends < today
        consequence = f"support {'ended' if passed else 'ends'} on {window.support_ends}, then {window.product.once_unsupported}"
        yield Ending(window, window.support_ends, passed, consequence)

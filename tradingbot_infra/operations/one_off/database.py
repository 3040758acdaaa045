"""psql, pg_dump and pg_restore as containers: they connect as the service does, with its user, and over TLS."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.design.one_off import POSTGRES_IMAGE
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.one_off.documents import VOLUME_PATH, container
from tradingbot_infra.operations.one_off.place import Place

DUMP = f"{VOLUME_PATH}/dump"
"""The dump, in the volume that two containers share."""

PSQL, PG_DUMP, PG_RESTORE = "psql", "pg-dump", "pg-restore"
"""Names of the containers."""

_COORDINATES = ("PGHOST", "PGPORT", "PGDATABASE", "PGSSLMODE")
_CREDENTIALS = ("PGUSER", "PGPASSWORD")
_SCRIPT = 'printf "%s\\n" "$1" | psql --no-psqlrc --set ON_ERROR_STOP=1 --file -'
"""By standard input, so that several statements and psql's own commands work; an error ends psql with 3."""


def psql(place: Place, *, csv: bool, write: bool) -> tuple[dict[str, Any], list[str]]:
    """The container, and the words before the SQL of the command that overrides its own."""
    script = f"{_SCRIPT} --csv" if csv else _SCRIPT
    only_reads = {} if write else {"PGOPTIONS": "-c default_transaction_read_only=on"}
    words = ["-c", script, "psql"]
    return client(place, PSQL, ["/bin/sh", *words, "SELECT 1"], only_reads), words


def psql_session(place: Place) -> tuple[dict[str, Any], str]:
    """A container that waits to be entered, for twelve hours at most, and the command that enters it."""
    return client(place, PSQL, ["sleep", "43200"], {"PSQL_HISTORY": "/dev/null"}), "psql"


def pg_dump(place: Place) -> dict[str, Any]:
    """Writes a consistent dump in pg_dump's own format, which is compressed."""
    return client(place, PG_DUMP, ["pg_dump", "--format", "custom", "--file", DUMP], shares=True)


def pg_restore(place: Place) -> dict[str, Any]:
    """Replaces what is in the dump, all or nothing: the first error takes everything back."""
    into = ["--dbname", place.variable("PGDATABASE"), DUMP]
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    return client(place, PG_RESTORE, ["pg_restore", *options, *into], shares=True)


def client(
    place: Place,
    name: str,
    command: list[str],
    more: Mapping[str, str] | None = None,
    *,
    more_secrets: Mapping[str, str] | None = None,
    shares: bool = False,
) -> dict[str, Any]:
    """A container that connects to the database; `more` and `more_secrets` are further variables.

    Raises UserError when the service is given no database, or reaches it without TLS.
    """
    plain = {variable: place.variable(variable) for variable in _COORDINATES}
    secrets = {variable: place.secret(variable) for variable in _CREDENTIALS}
    if missing := [variable for variable, value in {**plain, **secrets}.items() if not value]:
        raise UserError(f"{place.service.name}: its tasks have no {', '.join(missing)}; deploy, or look with `verify`")
    if plain["PGSSLMODE"] not in ("require", "verify-ca", "verify-full"):
        raise UserError(f"{place.service.name}: PGSSLMODE={plain['PGSSLMODE']} allows a connection without TLS; allowed: require")
    known = {"PGCONNECT_TIMEOUT": "15", "PGAPPNAME": "tradingbot-one-off"}
    return container(
        place,
        name,
        POSTGRES_IMAGE,
        command,
        plain={**plain, **known, **(more or {})},
        secrets={**secrets, **(more_secrets or {})},
        shares=shares,
    )

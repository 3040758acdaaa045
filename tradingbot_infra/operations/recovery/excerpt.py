"""Tables of the copy, put into the schema `restored` of the running database: nothing that is there is changed."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.one_off.database import client
from tradingbot_infra.operations.one_off.documents import VOLUME_PATH
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.recovery.beside import Copy
from tradingbot_infra.operations.recovery.comparison import ENTER_COPY, at_copy

EXCERPT = "copy-tables"
"""The name of the container."""

SCHEMA = "restored"

_LOAD = "load.sql"
_PSQL = "psql --no-psqlrc --quiet --set ON_ERROR_STOP=1"
_NAME = re.compile(r"(?:(?P<schema>[A-Za-z_]\w{0,62})\.)?(?P<table>[A-Za-z_]\w{0,62})", re.ASCII)
_MOST_TABLES = 20


@dataclass(frozen=True)
class Table:
    """A table, by the names that PostgreSQL has, with their capitals."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f'"{self.schema}"."{self.name}"'


def parsed(names: Sequence[str]) -> tuple[Table, ...]:
    """The tables that `--table` names: NAME of schema public, or SCHEMA.NAME.

    Raises UserError for another form, and for two that would meet in `restored`.
    """
    tables = tuple(dict.fromkeys(map(_table, names)))
    twice = {table.name for table in tables if sum(other.name == table.name for other in tables) > 1}
    if twice:
        raise UserError(f"--table {', '.join(sorted(twice))}: in two schemas; allowed: one of them at a time")
    if len(tables) > _MOST_TABLES:
        raise UserError(f"--table: {len(tables)} of them; allowed: up to {_MOST_TABLES} at a time")
    return tables


def container(place: Place, copy: Copy, password_secret: str, tables: Sequence[Table]) -> dict[str, Any]:
    """The container that copies. Tables go to its disk first, so that nothing is loaded if one cannot be read."""
    lines = ["set -eu", 'cd "$WORK"', f'from() {{ ( {ENTER_COPY}; {_PSQL} --tuples-only --no-align --command "$1" ) }}']
    lines.append(f"echo 'CREATE SCHEMA IF NOT EXISTS {SCHEMA};' > {_LOAD}")
    for number, table in enumerate(tables):
        file = f"table-{number}"
        read = f"COPY (SELECT * FROM {table}) TO STDOUT"  # noqa: S608 - names of a table have no quote in them (_NAME)
        load = f'\\copy {SCHEMA}."{table.name}" FROM {file}'
        lines += [
            f"from {shlex.quote(_definition(table))} >> {_LOAD}",
            f"from {shlex.quote(read)} > {file}",
            f"printf '%s\\n' {shlex.quote(load)} >> {_LOAD}",
            f"echo {table.schema}.{table.name}: $(wc -l < {file}) rows",
        ]
    lines.append(f"{_PSQL} --single-transaction --file {_LOAD}")
    command = ["/bin/sh", "-c", "\n".join(lines)]
    plain = {"WORK": VOLUME_PATH, **at_copy(copy)}
    return client(place, EXCERPT, command, plain, more_secrets={"COPY_PASSWORD": password_secret}, shares=True)


def _definition(table: Table) -> str:
    """SQL that answers with the statement that makes the table: its columns as the copy has them, without keys, defaults and triggers."""
    columns = "string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)"
    made = f"format('CREATE TABLE {SCHEMA}.%I (%s);', '{table.name}', {columns})"
    return f"SELECT {made} FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"  # noqa: S608 - as above


def _table(text: str) -> Table:
    found = _NAME.fullmatch(text)
    if found is None:
        raise UserError(
            f"--table {text.strip() or 'nothing'}: is no name of a table; allowed: NAME or SCHEMA.NAME, of letters, digits and _"
        )
    return Table(found["schema"] or "public", found["table"])

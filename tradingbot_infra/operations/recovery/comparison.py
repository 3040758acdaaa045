"""Rows and schema of the running database and of the copy, read by one task, and what differs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.one_off.database import client
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.recovery.beside import Copy

COMPARE = "compare"
"""The name of the container."""

RUNNING, COPY = "running", "copy"

ENTER_COPY = 'export PGHOST="$COPY_HOST" PGPORT="$COPY_PORT" PGUSER="$COPY_USER" PGPASSWORD="$COPY_PASSWORD"'
"""In a shell: what follows reaches the copy."""

_SCRIPT = f"""
set -eu
ask() {{ printf '%s\\n' "$1" | psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --file -; }}
( export PGAPPNAME={RUNNING}; ask "$1" )
( export PGAPPNAME={COPY}; {ENTER_COPY}; ask "$1" )
"""
_SQL = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
WITH own AS (
  SELECT c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS relation
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), found AS (
  SELECT 'relation' AS kind, relation, relation AS name, relkind::text AS value FROM own
  UNION ALL
  SELECT 'rows', relation, relation,
    (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || relation, false, true, '')))[1]::text
  FROM own WHERE relkind IN ('r', 'p')
  UNION ALL
  SELECT 'column', relation, format('%s.%I', relation, a.attname),
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
  FROM own JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT 'index', relation, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM own JOIN pg_index i ON i.indrelid = own.oid
  UNION ALL
  SELECT 'constraint', relation, format('%s.%I', relation, c.conname), pg_get_constraintdef(c.oid)
  FROM own JOIN pg_constraint c ON c.conrelid = own.oid
  UNION ALL
  SELECT 'view', relation, relation, pg_get_viewdef(oid) FROM own WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT 'end', '', '', ''
)
SELECT json_build_object('side', current_setting('application_name'), 'kind', kind, 'relation', relation, 'name', name,
  'value', CASE WHEN length(value) > 500 THEN 'md5 ' || md5(value) ELSE value END) FROM found;
COMMIT;
"""
"""One snapshot of each database. Rows are counted, not estimated: PostgreSQL's own figure is the guess of the last ANALYZE."""


@dataclass(frozen=True)
class Rows:
    """How many rows a table has; None on the side that lacks the table."""

    table: str
    running: int | None
    copy: int | None


@dataclass(frozen=True)
class Difference:
    """A part of the schema that differs; None on the side that lacks it."""

    kind: str
    name: str
    running: str | None
    copy: str | None


@dataclass(frozen=True)
class Comparison:
    """Every table, and what differs in the schema of those that both have."""

    rows: tuple[Rows, ...]
    schema: tuple[Difference, ...]


def container(place: Place, copy: Copy, password_secret: str) -> dict[str, Any]:
    """The container that reads both. `password_secret` is the ARN of a secret with the copy's password."""
    plain = {"PGOPTIONS": "-c default_transaction_read_only=on", **at_copy(copy)}
    command = ["/bin/sh", "-c", _SCRIPT, COMPARE, _SQL]
    return client(place, COMPARE, command, plain, more_secrets={"COPY_PASSWORD": password_secret})


def at_copy(copy: Copy) -> dict[str, str]:
    """Variables with the copy's address and user."""
    return {"COPY_HOST": copy.address, "COPY_PORT": str(copy.port), "COPY_USER": copy.user}


def compared(lines: Sequence[str]) -> Comparison:
    """What the task logged.

    Raises UserError when lines are missing.
    """
    facts = [fact for line in lines if (fact := _fact(line)) is not None]
    sides = {side: {(fact["kind"], fact["name"]): fact for fact in facts if fact["side"] == side} for side in (RUNNING, COPY)}
    if not all(("end", "") in found for found in sides.values()):
        raise UserError("The log of the task has no end, so nothing can be compared; again, please")
    running, copy = sides[RUNNING], sides[COPY]
    both = _relations(running) & _relations(copy)
    return Comparison(tuple(_rows(running, copy)), tuple(_schema(running, copy, both)))


def _rows(running: Mapping[Any, Any], copy: Mapping[Any, Any]) -> Iterator[Rows]:
    for kind, name in sorted(running.keys() | copy.keys()):
        if kind == "rows":
            yield Rows(name, *(int(side[kind, name]["value"]) if (kind, name) in side else None for side in (running, copy)))


def _schema(running: Mapping[Any, Any], copy: Mapping[Any, Any], both: set[str]) -> Iterator[Difference]:
    for kind, name in sorted(running.keys() | copy.keys()):
        values = [side[kind, name]["value"] if (kind, name) in side else None for side in (running, copy)]
        relation = (running.get((kind, name)) or copy[kind, name])["relation"]
        if kind not in ("rows", "end") and (kind == "relation" or relation in both) and values[0] != values[1]:
            yield Difference(kind, name, *values)


def _relations(side: Mapping[Any, Any]) -> set[str]:
    return {name for kind, name in side if kind == "relation"}


def _fact(line: str) -> Mapping[str, str] | None:
    try:
        fact = json.loads(line)
    except ValueError:
        return None
    return fact if isinstance(fact, dict) and fact.keys() >= {"side", "kind", "relation", "name", "value"} else None

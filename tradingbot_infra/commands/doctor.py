"""`doctor`: why tasks do not start, the load balancer answers 503, the database cannot be reached, or the bill is high."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import ExitCode, Json, print_json, results, say
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.operations.diagnosis.finding import SymptomName

if TYPE_CHECKING:
    from tradingbot_infra.operations.diagnosis.finding import Cause
    from tradingbot_infra.operations.diagnosis.tree import Diagnosis

_SYMPTOMS = ", ".join(SymptomName)


@on_account
def doctor(
    account: Account,
    symptom: Annotated[str | None, typer.Argument(metavar="SYMPTOM", help=f"One of {_SYMPTOMS}; all of them unless given.")] = None,
    json: Json = False,
) -> None:
    """Find out why something does not work. Or costs too much, and what mends it; 1 when a cause is found. Changes nothing."""
    chosen = _chosen(account.config.environment, symptom)
    from tradingbot_infra.operations.diagnosis.facts import Facts
    from tradingbot_infra.operations.diagnosis.symptoms import SYMPTOMS
    from tradingbot_infra.operations.diagnosis.tree import diagnose

    facts = Facts(account.session, account.config, now=datetime.now(UTC), price_of=_list_price)
    facts.check_deployed()
    diagnoses = []
    for name in chosen:
        say(f"{name}: {len(SYMPTOMS[name].checks)} checks")
        diagnoses.append(_completed(account, diagnose(SYMPTOMS[name], facts)))
    if json:
        print_json({"environment": account.config.environment, "symptoms": [asdict(diagnosis) for diagnosis in diagnoses]})
    else:
        for line in (line for diagnosis in diagnoses for line in _lines(diagnosis)):
            results.out(line, highlight=False)
    if any(diagnosis.causes for diagnosis in diagnoses):
        raise typer.Exit(ExitCode.FAILED)


def _completed(account: Account, diagnosis: "Diagnosis") -> "Diagnosis":
    causes = tuple(replace(cause, fix=tuple(account.completed(line) for line in cause.fix)) for cause in diagnosis.causes)
    return replace(diagnosis, causes=causes)


def _chosen(environment: str, symptom: str | None) -> list[SymptomName]:
    if symptom is None:
        return list(SymptomName)
    if symptom not in list(SymptomName):
        raise ConfigError(environment, [Problem("SYMPTOM", symptom, "there is no such symptom", _SYMPTOMS)])
    return [SymptomName(symptom)]


def _list_price(key: str) -> Decimal | None:
    from tradingbot_infra.cost.prices import TableName, read_table

    price = read_table(TableName.LIST).get(key)
    return price.usd if price else None


def _lines(diagnosis: "Diagnosis") -> Iterator[str]:
    yield f"{diagnosis.symptom}: {_outcome(diagnosis)}"
    for cause in diagnosis.causes:
        yield from _cause(cause)
    for why in dict.fromkeys(each.why for each in diagnosis.not_assessed):
        whats = "; ".join(each.what for each in diagnosis.not_assessed if each.why == why)
        yield f"  Not assessed: {whats}: {why}"
    if diagnosis.looked_at:
        yield f"  Looked at: {'; '.join(diagnosis.looked_at)}"
    yield ""


def _outcome(diagnosis: "Diagnosis") -> str:
    found = f"{len(diagnosis.causes)} found, the likeliest first" if diagnosis.causes else "No cause found"
    missing = len(diagnosis.not_assessed)
    return f"{found}; {missing} of {missing + len(diagnosis.looked_at)} checks could not be made" if missing else found


def _cause(cause: "Cause") -> Iterator[str]:
    yield f"  {cause.certainty.upper()}: {cause.title}"
    yield "    Fix:"
    yield from (f"      {line}" for line in cause.fix)
    yield "    Seen:"
    yield from (f"      {line}" for line in cause.evidence)

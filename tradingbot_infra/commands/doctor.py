"""`doctor`: diagnoses why tasks do not start, the API answers 403, 502 or 503, a strategy does not trade, something is slow or costly."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_outcome, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.operations.diagnosis.finding import SymptomName
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.diagnosis.finding import Cause
    from tradingbot_infra.operations.diagnosis.tree import Diagnosis

_SYMPTOMS = ", ".join(SymptomName)


def _complete_symptom(incomplete: str) -> Iterator[str]:
    yield from (name for name in SymptomName if name.startswith(incomplete))


@reading_command
def doctor(
    account: Account,
    symptom: Annotated[
        str | None, typer.Argument(metavar="SYMPTOM", help=f"One of {_SYMPTOMS}; default: all.", autocompletion=_complete_symptom)
    ] = None,
    json: Json = False,
) -> None:
    """Diagnose a symptom and print causes and fixes. Read-only; exits 1 if a cause is found."""
    symptoms = _symptoms(account.config.environment, symptom)
    from tradingbot_infra.operations.diagnosis.symptoms import SYMPTOMS
    from tradingbot_infra.operations.diagnosis.tree import diagnose
    from tradingbot_infra.operations.facts import Facts

    facts = Facts(account.session, account.config, now=datetime.now(UTC), price_of=_list_price)
    facts.check_deployed()
    diagnoses = []
    for name in symptoms:
        print_step(f"{name}: {plural(len(SYMPTOMS[name].checks), 'check')}")
        diagnoses.append(_rendered(account, diagnose(SYMPTOMS[name], facts)))
    if json:
        print_json({"environment": account.config.environment, "symptoms": [asdict(diagnosis) for diagnosis in diagnoses]})
    else:
        for line in (line for diagnosis in diagnoses for line in _lines(diagnosis)):
            print_outcome(line)
    if any(diagnosis.causes for diagnosis in diagnoses):
        raise typer.Exit(ExitCode.FAILED)


def _rendered(account: Account, diagnosis: "Diagnosis") -> "Diagnosis":
    causes = tuple(replace(cause, fix=tuple(account.rendered(line) for line in cause.fix)) for cause in diagnosis.causes)
    return replace(diagnosis, causes=causes)


def _symptoms(environment: str, symptom: str | None) -> list[SymptomName]:
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
        checks = "; ".join(each.what for each in diagnosis.not_assessed if each.why == why)
        yield f"  Not assessed: {checks}: {why}"
    if diagnosis.looked_at:
        yield f"  Looked at: {'; '.join(diagnosis.looked_at)}"
    yield ""


def _outcome(diagnosis: "Diagnosis") -> str:
    found = f"{len(diagnosis.causes)} found, the most likely first" if diagnosis.causes else "No cause found"
    missing = len(diagnosis.not_assessed)
    return f"{found}; {missing} of {missing + len(diagnosis.looked_at)} checks could not be made" if missing else found


def _cause(cause: "Cause") -> Iterator[str]:
    yield f"  {cause.certainty.upper()}: {cause.title}"
    yield "    Fix:"
    yield from (f"      {line}" for line in cause.fix)
    yield "    Seen:"
    yield from (f"      {line}" for line in cause.evidence)

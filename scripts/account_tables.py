"""Writes the tables of docs/account.md and docs/account.ko.md, prices and what each control is for: `make docs`."""

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.account_controls import CONTROLS, AccountControl, is_off, monthly_by_control
from tradingbot_infra.cost.account_plans import OURS
from tradingbot_infra.cost.estimate import Estimate, Prices, estimate, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.prices import TableName, read_table
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

DOCS = Path(__file__).parents[1] / "docs"
KOREAN_TEXTS = DOCS / "account.ko.json"
"""English text to Korean text."""

ENVIRONMENT = "production"
"""The one that deploys the account's stacks."""

_LONGEST = 2
"""Ids in a row that are written out."""

Translate = Callable[[str], str]

Plans = Mapping[str, Estimate]
"""What each plan costs, by its name."""


def english(text: str) -> str:
    """The text itself."""
    return text


def korean(text: str) -> str:
    """The Korean text for an English one; exits with one line if there is none."""
    texts: Mapping[str, str] = json.loads(KOREAN_TEXTS.read_text(encoding="utf-8"))
    if text not in texts:
        sys.exit(f"docs/{KOREAN_TEXTS.name}: there is no Korean text for: {text}")
    return texts[text]


PAGES: Mapping[str, Translate] = {"account.md": english, "account.ko.md": korean}


def settings_of(plan: str) -> Mapping[str, object]:
    """What makes production deploy a plan."""
    return {**OURS, **ACCOUNT_PLANS[plan]}


def estimate_of(assembly: Assembly) -> Estimate:
    """What an environment costs at list prices."""
    listed = read_table(TableName.LIST)
    return estimate(assembly, load_config(ENVIRONMENT).usage, Prices(listed, listed))


def with_tables(page: str, plans: Plans, translate: Translate) -> str:
    """The page with both tables written anew."""
    page = _between(page, "prices", [*_prices(plans, translate)])
    return _between(page, "controls", [*_controls(translate)])


def _between(page: str, name: str, lines: list[str]) -> str:
    begin, end = f"<!-- {name}: written by `make docs` -->", f"<!-- end of {name} -->"
    return re.sub(f"{begin}.*?{end}", lambda _: "\n".join([begin, *lines, end]), page, flags=re.DOTALL)


def _prices(plans: Plans, translate: Translate) -> Iterator[str]:
    yield f"| {translate('Control')} | {translate('Setting')} | {' | '.join(f'`{name}`' for name in plans)} |"
    yield f"|---|---|{'---:|' * len(plans)}"
    by_control = {name: monthly_by_control(found) for name, found in plans.items()}
    for control in CONTROLS:
        cells = (_price(control, name, by_control[name][control.id], translate) for name in plans)
        yield f"| `{control.id}` | `{control.setting}` | {' | '.join(cells)} |"
    sums = (f"{total(found.of(Part.ACCOUNT)):.2f}" for found in plans.values())
    yield f"| {translate('together')} | | {' | '.join(sums)} |"


def _price(control: AccountControl, plan: str, monthly: object, translate: Translate) -> str:
    if is_off(settings_of(plan).get(control.setting, True)):
        return translate("off")
    return f"{monthly:.2f}" if monthly else translate("free")


def _controls(translate: Translate) -> Iterator[str]:
    yield f"| {translate('Control')} | {translate('What it does')} | {translate('Requirements')} | {translate('Without it')} |"
    yield "|---|---|---|---|"
    for control in CONTROLS:
        yield f"| `{control.id}` | {translate(control.title)} | {_requirements(control)} | {translate(control.without)} |"


def _requirements(control: AccountControl) -> str:
    """`CIS 3.1, 4.1 to 4.15; GDPR Art.32`: ids of the report begin with that of their framework."""
    found: dict[str, list[str]] = {}
    for name in control.requirements:
        framework, _, number = name.partition("-")
        found.setdefault(framework, []).append(number)
    return "; ".join(f"{framework} {', '.join(_joined(sorted(ids, key=_numbers)))}" for framework, ids in sorted(found.items())) or "-"


def _joined(ids: list[str]) -> Iterator[str]:
    """The ids, of those that follow one another the first and the last."""
    runs: list[list[str]] = []
    for each in ids:
        if runs and _numbers(each) == _next(runs[-1][-1]):
            runs[-1].append(each)
        else:
            runs.append([each])
    for run in runs:
        yield f"{run[0]}-{run[-1].rpartition('.')[2]}" if len(run) > _LONGEST else ", ".join(run)


def _numbers(identifier: str) -> tuple[tuple[bool, int, str], ...]:
    """What orders ids as people count: 10.2.1.2 before 10.2.1.10."""
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|[^\d.]+", identifier))


def _next(identifier: str) -> tuple[tuple[bool, int, str], ...]:
    """The order of the id that follows."""
    *first, (is_text, number, _) = _numbers(identifier)
    return (*first, (is_text, number + 1, str(number + 1)))


def main() -> None:
    """Synthesizes production with each plan and writes both pages."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    plans = {}
    for name in ACCOUNT_PLANS:
        with tempfile.TemporaryDirectory() as directory:
            plans[name] = estimate_of(synthesize(load_config(ENVIRONMENT, settings_of(name)), Path(directory)))
    for name, translate in PAGES.items():
        path = DOCS / name
        path.write_text(with_tables(path.read_text(encoding="utf-8"), plans, translate), encoding="utf-8")
        print(f"docs/{name}: {len(plans)} plans, {len(CONTROLS)} controls")


if __name__ == "__main__":
    main()

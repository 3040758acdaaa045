"""The documents say what is true today, and those that exist in two languages say the same in both."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_group

from scripts.cost_tables import cost_of_account, costs_of
from scripts.settings_pages import shown
from tests.conftest import PROJECT_ROOT, Synthesize
from tests.shifting import BLUE_GREEN
from tradingbot_infra.__main__ import app
from tradingbot_infra.compliance.reading.doors import DOORS
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config, settings
from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.design.telemetry import telemetry_variables
from tradingbot_infra.design.trading_alarms import OUTAGE, SERVICE_DOWN, trading_alarms

PACKAGE = PROJECT_ROOT / "tradingbot_infra"
LOCAL_CLOUD = PROJECT_ROOT / "docs" / "local-cloud.md"
README, README_KO = PROJECT_ROOT / "README.md", PROJECT_ROOT / "README.ko.md"
RUNBOOK = PROJECT_ROOT / "docs" / "runbook.md"
DOCUMENTS = [README, README_KO, *sorted((PROJECT_ROOT / "docs").glob("*.md"))]
KOREAN = [path for path in DOCUMENTS if path.name.endswith(".ko.md")]

both_readmes = pytest.mark.parametrize("path", [README, README_KO], ids=lambda path: path.name)
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
every_korean_document = pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)

VERBS = get_group(app).commands
VERB_OF_TARGET = {"up": "up", "example": "up", "down": "down", "compliance": "compliance"}
"""The targets of the Makefile that pass ARGS to the command line, and to which verb."""


def without_code(text: str) -> str:
    """The prose, without fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> list[str]:
    """Every fenced block, as it stands."""
    return re.findall(r"^ *```.*?^ *```", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(path: Path) -> list[int]:
    """The levels of all headings, in order."""
    return [len(mark) for mark in re.findall(r"^(#+) ", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)]


def first_cells(path: Path) -> list[list[str]]:
    """The code and the numbers in the first cell of every table row, so that both languages can be compared."""
    cells = re.findall(r"^\| ?([^|]*?) ?\|", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return [re.findall(r"`[^`]+`|\d+", cell) for cell in cells]


def in_english(path: Path) -> Path:
    """The document that a Korean one translates."""
    return path.with_name(path.name.replace(".ko.md", ".md"))


def anchors(path: Path) -> set[str]:
    """What GitHub makes of the headings of a document, to link to."""
    titles = re.findall(r"^#+ (.+)$", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_korean_document
def test_a_korean_document_has_the_headings_commands_and_tables_of_the_english_one(path: Path) -> None:
    english = in_english(path)
    assert headings(path) == headings(english)
    assert [block for block in blocks(path) if "mermaid" not in block] == [block for block in blocks(english) if "mermaid" not in block]
    assert first_cells(path) == first_cells(english)


@both_readmes
def test_a_readme_has_at_most_160_lines(path: Path) -> None:
    assert len(headings(path)) > 7
    assert len(blocks(path)) > 7
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 160


def test_the_pictures_have_the_same_nodes_and_arrows() -> None:
    pictures = [re.findall(r"^\s*(\w+ -->\S* ?\w+|subgraph \w+)", blocks(path)[0], flags=re.MULTILINE) for path in (README, README_KO)]
    assert len(pictures[0]) > 10
    assert pictures[0] == pictures[1]


@every_korean_document
def test_a_korean_document_is_korean(path: Path) -> None:
    """A sentence has a third as many letters in Korean as in English; half of those may be names."""
    letters = {document: without_code(document.read_text(encoding="utf-8")) for document in (path, in_english(path))}
    assert len(re.findall("[가-힣]", letters[path])) > len(re.findall("[a-z]", letters[in_english(path)])) / 6


@every_korean_document
def test_a_korean_document_has_one_word_for_one_thing(path: Path) -> None:
    """경보, 지표, 레이블, 쿼리, 텔레메트리: as the console of AWS says, and as the other pages do."""
    text = path.read_text(encoding="utf-8")
    assert re.findall("알람|메트릭|라벨|질의|원격 측정", text) == []
    assert re.findall("(?:경보|지표|쿼리|트레이스|텔레메트리)(?:이|은|을|과) ", text) == []  # as after the words that were here


@every_korean_document
def test_a_korean_document_leads_to_korean_ones(path: Path) -> None:
    """But for the English page that it translates."""
    links = re.findall(r"\]\(([^)#:]+)[)#]", path.read_text(encoding="utf-8"))
    linked = {(path.parent / link).resolve() for link in links if link.endswith(".md")} - {in_english(path)}
    assert {page.name for page in linked if page.with_name(f"{page.stem}.ko.md").exists()} == set()


def test_the_two_commands_come_first() -> None:
    assert blocks(README)[1] == "```sh\nmake up\nmake test\n```"


@every_document
def test_every_make_target_and_link_of_a_document_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    used = set(re.findall(r"(?:^|`)\s*make ([a-z0-9-]+)", text, flags=re.MULTILINE))
    assert used <= targets
    links = [link for link in re.findall(r"\]\(([^)#]*)(?:#([^)]+))?\)", text) if not link[0].startswith("http")]
    assert [file for file, _ in links if not (path.parent / file).exists()] == []
    assert [link for link in links if link[1] and link[1] not in anchors(path.parent / link[0] if link[0] else path)] == []


@every_document
def test_every_setting_that_a_document_names_exists(path: Path) -> None:
    named = set(re.findall(r"-c ([a-z_0-9]+)=", path.read_text(encoding="utf-8"))) - {"env"}
    assert named <= set(settings())


@every_document
def test_every_file_that_a_document_names_exists(path: Path) -> None:
    named = re.findall(
        r"`((?:tests|scripts|tradingbot_infra|config|compliance|constructs|stacks|design)/[\w./-]*)`", path.read_text(encoding="utf-8")
    )
    assert [
        name for name in named if not any((folder / name).exists() for folder in (PROJECT_ROOT, PROJECT_ROOT / "tradingbot_infra"))
    ] == []


@every_document
def test_every_test_that_a_document_names_exists(path: Path) -> None:
    tests = sorted((PROJECT_ROOT / "tests").rglob("test_*.py"))
    existing = {test.name for test in tests}.union(
        *(re.findall(r"def (test_\w+)", test.read_text(encoding="utf-8")) for test in tests),
    )
    assert set(re.findall(r"`(test_[a-z0-9_]+(?:\.py)?)`", path.read_text(encoding="utf-8"))) - existing == set()


def test_every_section_that_the_code_names_exists() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))
    named = set(re.findall(r'(docs/[\w-]+\.md), \\?"([^"\\]+)', code))
    assert len(named) > 3
    assert [place for place in named if f"## {place[1]}\n" not in (PROJECT_ROOT / place[0]).read_text(encoding="utf-8")] == []


def options(verb: str) -> set[str]:
    """The options of a command."""
    return {name for parameter in VERBS[verb].params for name in parameter.opts if name.startswith("-")}


@every_document
def test_every_option_that_a_document_gives_to_make_exists(path: Path) -> None:
    for target, arguments in re.findall(r"make ([a-z]+) [^`\n]*?ARGS='([^']*)'", path.read_text(encoding="utf-8")):
        assert set(re.findall(r"(?<!\S)--[a-z-]+", arguments)) <= options(VERB_OF_TARGET[target])


def test_the_page_of_the_local_cloud_names_every_option_of_up() -> None:
    (table,) = re.findall(r"^\| Option of `up` .*?\n\n", LOCAL_CLOUD.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^\| `(--[a-z-]+)", table, flags=re.MULTILINE)) == options("up") - {"-c"}


def test_every_test_that_the_local_cloud_page_names_exists() -> None:
    text = LOCAL_CLOUD.read_text(encoding="utf-8")
    files = sorted((PROJECT_ROOT / "tests").rglob("test_*.py"))
    written = {name for path in files for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))}
    named = set(re.findall(r"`(?:[\w/]+/)?(test_\w+(?:\.py)?)`", text))
    assert named - written - {path.name for path in files} == set()
    assert len(named) > 100


def packages_with_a_list() -> dict[str, list[str]]:
    """The packages whose docstring lists their modules, with the names in it."""
    docstrings = {path: ast.get_docstring(ast.parse(path.read_bytes())) or "" for path in sorted(PACKAGE.rglob("__init__.py"))}
    lists = {
        str(path.parent.relative_to(PACKAGE)): re.findall(r"^    (\w+) {2,}\S", text, flags=re.MULTILINE)
        for path, text in docstrings.items()
    }
    return {package: names for package, names in lists.items() if names}


@pytest.mark.parametrize("package", packages_with_a_list())
def test_a_package_that_lists_its_modules_lists_all_of_them(package: str) -> None:
    folder = PACKAGE / package
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(packages_with_a_list()[package]) == modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_parts_of_the_local_cloud_are_listed_in_the_order_of_their_layers() -> None:
    contracts = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one.get("containers") == ["tradingbot_infra.local_cloud"]]
    assert packages_with_a_list()["local_cloud"] == [name for layer in layers for name in layer.split(" | ")]


def commands(text: str) -> list[list[str]]:
    """The words of every command of the project's command line that a text names, whole or from its verb on."""
    lines = re.findall(
        r"^ *(.+)$", "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)), flags=re.MULTILINE
    )
    named = [piece.rpartition("tradingbot ")[2].split() for piece in [*lines, *re.findall(r"`([^`\n]+)`", without_code(text))]]
    return [words for words in named if words and words[0] in VERBS]


@every_document
def test_every_command_and_option_that_a_document_names_exists(path: Path) -> None:
    for words in commands(path.read_text(encoding="utf-8")):
        command, rest = VERBS[words[0]], words[1:]
        if isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
            command, rest = command.commands[rest[0]], rest[1:]
        options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        own = rest[: rest.index("--")] if "--" in rest else rest  # what follows is for another program
        assert {word for word in own if word.startswith("-")} <= options, words


@both_readmes
def test_the_settings_of_a_readme_have_the_values_of_production(path: Path) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| ([^|]+) \| \[", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(rows) == 12
    assert rows == [(name, shown(ENVIRONMENTS["production"][name])) for name, _ in rows]


@both_readmes
def test_every_environment_is_listed(path: Path) -> None:
    assert all(f"| `{environment}` |" in path.read_text(encoding="utf-8") for environment in ENVIRONMENTS)


def test_every_output_is_listed(synthesize: Synthesize) -> None:
    outputs = {
        (stack, name)
        for stack, template in synthesize("production").templates.items()
        for name, output in template.get("Outputs", {}).items()
        if "Description" in output
    }
    listed = set(re.findall(r"^\| `(\w+)` \| `(\w+Stack)` \|", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert outputs == {(stack, name) for name, stack in listed}


def test_every_alarm_of_the_runbook_exists(synthesize: Synthesize) -> None:
    both = (synthesize("production"), synthesize("production", **BLUE_GREEN))
    alarms = {alarm.properties["AlarmName"] for assembly in both for alarm in assembly.of_type("AWS::CloudWatch::Alarm")}
    (section,) = re.findall(r"^## When an alarm rings$(.*?)^## ", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    listed = re.findall(r"`([a-z0-9-]+)`", "".join(re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE)))
    assert len(listed) > 10
    assert [name for name in listed if f"tradingbot-ai-production-{name}" not in alarms] == []


@pytest.mark.parametrize(
    ("page", "title"), [("runbook.md", "When trading is an alarm"), ("runbook.ko.md", "거래 경보가 울리면")], ids=["en", "ko"]
)
def test_every_alarm_of_trading_is_in_the_runbook_once(page: str, title: str) -> None:
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {title}$(.*?)^## ", text, flags=re.MULTILINE | re.DOTALL)
    listed = re.findall(r"`([a-z0-9-]+)`", "".join(re.findall(r"^\| ([^|]*`[^|]+) \|", section, flags=re.MULTILINE)))
    rows = [row.name for row in trading_alarms("production", load_config("production").trading.limits)]
    assert sorted(listed) == sorted([*rows, OUTAGE, SERVICE_DOWN, "no-heartbeat"])


OF_TWENTY = {
    5: {"observability.md": ("one of twenty", "Nineteen of twenty"), "observability.ko.md": ("스무 개 중 하나", "스무 개 중 열아홉 개")}
}
"""What the pages say of a share of traced requests, percent."""


@pytest.mark.parametrize("page", ["observability.md", "observability.ko.md"])
def test_how_many_requests_are_traced_is_productions_share(page: str) -> None:
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [words for words in OF_TWENTY[load_config("production").telemetry.trace_sample_percent][page] if words not in text] == []


@pytest.mark.parametrize(("page", "none"), [("observability.md", "no-heartbeat-NAME"), ("observability.ko.md", "no-heartbeat-이름")])
def test_how_soon_a_fault_rings_is_what_the_alarms_wait(page: str, none: str, synthesize: Synthesize) -> None:
    """The limit, what the alarm waits, and two minutes: until it is sent, and until it is evaluated."""
    trading = load_config("production").trading
    limits = {
        "price-stale": trading.limits.price_age_seconds / 60,
        "strategy-silent": trading.limits.heartbeat_minutes,
        "equity-unknown": trading.limits.equity_age_minutes,
        "no-signals": trading.limits.signal_silence_minutes or 0,
        "no-orders": trading.limits.order_silence_minutes or 0,
    }
    expected = {row.name: limits.get(row.name, 0) + row.minutes + 2 for row in trading_alarms("production", trading.limits)}
    alarms = synthesize("production").of_type("AWS::CloudWatch::Alarm")
    (down,) = [alarm.properties for alarm in alarms if alarm.properties["AlarmName"].endswith(f"-{SERVICE_DOWN}")]
    expected |= {SERVICE_DOWN: down["EvaluationPeriods"] * down["Period"] / 60 + 2, none: trading.heartbeat_alarm_minutes + 2}
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    assert {name: float(minutes) for name, minutes in re.findall(r"^\| .* \| `([^`]+)` \| (\d+) \|", text, flags=re.MULTILINE)} == expected


@pytest.mark.parametrize("page", ["metrics.md", "metrics.ko.md"])
def test_the_page_of_telemetry_names_every_variable_and_attribute(page: str) -> None:
    given = {"tracing": "xray", "sample_percent": 5, "interval_seconds": 60, "service": "a", "environment": "b", "namespace": "c"}
    more = {"region": "d", "untraced_path": "/e"}
    variables = {name for metrics in ("otlp", "emf") for name in telemetry_variables(metrics=metrics, **given, **more)}  # type: ignore[arg-type]  # by name
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    listed = set(
        re.findall(r"`((?:OTEL|TRADING)_[A-Z_]+)`", "".join(re.findall(r"^\| (`(?:OTEL|TRADING)[^|]+) \|", text, flags=re.MULTILINE)))
    )
    assert listed == variables
    source = (PROJECT_ROOT / "examples" / "api" / "trading_api" / "telemetry" / "spans.py").read_text(encoding="utf-8")
    (allowed,) = re.findall(r"^ALLOWED = frozenset\(\n(.*?)^\)", source, flags=re.MULTILINE | re.DOTALL)
    (sentence,) = re.findall(r"^.*`http\.route`.*$", text, flags=re.MULTILINE)
    assert {f"`{name}`" for name in re.findall(r'"([a-z_.]+)"', allowed)} <= set(re.findall("`[^`]+`", sentence))


def test_every_door_has_a_row() -> None:
    text = (PROJECT_ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^Data leave by these doors.*?^What an auditor", text, flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`(AWS::\w+::\w+)`", section)) == set(DOORS)


IN_A_CHECK = {"slack_workspace_id": "T01234567", "slack_channel_id": "C01234567", "telegram_chat_id": "-1001234567890"}
"""For ID in a check, which is no value."""


def test_the_settings_of_every_check_are_allowed_together() -> None:
    text = (PROJECT_ROOT / "docs" / "staging-checklist.md").read_text(encoding="utf-8")
    together = [dict(re.findall(r"-c ([a-z_]+)=(\S+)", span)) for span in re.findall(r"with `(-c [^`]+)`", text)]
    assert len(together) > 8
    for settings_of_one in together:
        load_config("staging", {name: IN_A_CHECK.get(name, value) for name, value in settings_of_one.items()})


def test_every_alarm_of_the_account_is_in_the_runbook_once() -> None:
    title = "When an alarm of the account rings"
    (section,) = re.findall(rf"^## {title}$(.*?)^## ", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    listed = re.findall(r"`([a-z0-9-]+)`", "".join(re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE)))
    assert sorted(listed) == sorted(alarm.name for alarm in ACCOUNT_ALARMS)


@both_readmes
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_cost_of_every_environment_is_the_computed_one(path: Path, environment: str, synthesize: Synthesize) -> None:
    (row,) = re.findall(rf"^\| `{environment}` \| .* \| (\S+) \| (\S+) \| (\S+) \|$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert row[1:] == costs_of(environment, synthesize(environment)), f"{path.name} is stale: run `make docs`"


@both_readmes
def test_the_cost_of_the_account_is_the_computed_one(path: Path, synthesize: Synthesize) -> None:
    (row,) = re.findall(r"^\| `account` \| .* \| (\S+) \| (\S+) \| (\S+) \|$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert row[1:] == cost_of_account("production", synthesize("production", account_security="ours")), (
        f"{path.name} is stale: run `make docs`"
    )

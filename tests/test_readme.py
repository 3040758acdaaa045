"""The READMEs say what is true today, and say the same in both languages."""

import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT, Synthesize
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config, settings
from tradingbot_infra.cost.estimate import Prices, estimate, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.prices import TableName, read_table

README, README_KO = PROJECT_ROOT / "README.md", PROJECT_ROOT / "README.ko.md"
DOCUMENTS = [README, README_KO, *sorted((PROJECT_ROOT / "docs").glob("*.md"))]


def without_code(text: str) -> str:
    """The prose, without fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> list[str]:
    """Every fenced block, as it stands."""
    return re.findall(r"^ *```.*?^ *```", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(path: Path) -> list[int]:
    """The levels of all headings, in order."""
    return [len(mark) for mark in re.findall(r"^(#+) ", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)]


def first_cells(path: Path) -> list[str]:
    """The first cell of every table row that names something of the code."""
    return re.findall(r"^\| (`[^|]+`) \|", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_both_readmes_have_the_same_headings_commands_and_tables() -> None:
    assert headings(README) == headings(README_KO)
    assert len(headings(README)) > 7
    assert blocks(README)[1:] == blocks(README_KO)[1:]
    assert len(blocks(README)) > 8
    assert first_cells(README) == first_cells(README_KO)


def test_the_pictures_have_the_same_nodes_and_arrows() -> None:
    pictures = [re.findall(r"^\s*(\w+ -->\S* ?\w+|subgraph \w+)", blocks(path)[0], flags=re.MULTILINE) for path in (README, README_KO)]
    assert len(pictures[0]) > 10
    assert pictures[0] == pictures[1]


def test_the_korean_readme_is_korean() -> None:
    prose = without_code(README_KO.read_text(encoding="utf-8"))
    assert len(re.findall("[가-힣]", prose)) > 2000


def test_the_two_commands_come_first() -> None:
    assert blocks(README)[1] == "```sh\nmake up\nmake test\n```"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_and_link_of_a_document_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    used = set(re.findall(r"(?:^|`)\s*make ([a-z0-9-]+)", text, flags=re.MULTILINE))
    assert used <= targets
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_a_document_names_exists(path: Path) -> None:
    named = set(re.findall(r"-c ([a-z_0-9]+)=", path.read_text(encoding="utf-8"))) - {"env"}
    assert named <= set(settings())


@pytest.mark.parametrize("path", [README, README_KO], ids=lambda path: path.name)
def test_every_environment_and_output_is_listed(path: Path, synthesize: Synthesize) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(f"| `{environment}` |" in text for environment in ENVIRONMENTS)
    outputs = {
        (stack, name)
        for stack, template in synthesize("production").templates.items()
        for name, output in template.get("Outputs", {}).items()
        if "Description" in output
    }
    listed = set(re.findall(r"^\| `(\w+Stack)` \| `(\w+)` \|", text, flags=re.MULTILINE))
    assert outputs == listed


@pytest.mark.parametrize("path", [README, README_KO], ids=lambda path: path.name)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_cost_of_every_environment_is_the_computed_one(path: Path, environment: str, synthesize: Synthesize) -> None:
    (row,) = re.findall(rf"^\| `{environment}` \| .* \| (\S+) \| (\S+) \| (\S+) \|$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    usage = load_config(environment).usage
    document, listed = read_table(TableName.DOCUMENT), read_table(TableName.LIST)
    assembly = synthesize(environment)
    its_lines = total(estimate(assembly, usage, Prices(document, listed)).of(Part.DOCUMENT))
    everything = estimate(assembly, usage, Prices(listed, listed)).monthly
    assert row[1:] == (f"{its_lines:.2f}", f"{everything:.2f}")

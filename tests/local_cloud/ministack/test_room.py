"""Only `local_cloud.ministack` may use ministack's Python modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "tradingbot_infra"
ROOM = PACKAGE / "local_cloud" / "ministack"
LOADED_BY_NAME = {
    # The stacks, by the names in design/stacks.py.
    "application.py": ["import_module(place.module)"],
    # Of a container's program, which has none of the server's modules.
    "local_cloud/fargate/container_files/sitecustomize.py": ["importlib.machinery.PathFinder.find_spec('sitecustomize', elsewhere)"],
}
"""What modules may load by a name that is computed."""
LOADERS = {"__import__", "find_spec", "import_module", "resolve_name", "run_module", "run_path"}


def uses(source: str) -> Iterator[str]:
    """Every import of ministack in a module, and every call that could load a module by its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "ministack")
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").partition(".")[0] == "ministack":
            yield f"{node.module}"
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            known = all(isinstance(argument, ast.Constant) for argument in node.args)
            if name in LOADERS and (not known or "ministack" in ast.unparse(node)):
                yield ast.unparse(node)


@pytest.mark.parametrize(
    "source",
    [
        "import ministack.app",
        "from ministack.services import ec2",
        "def late():\n    from ministack import app",
        "import importlib\nimportlib.import_module('ministack.app')",
        "from importlib import import_module\nimport_module(f'ministack.{name}')",
        "name = 'mini' + 'stack'\n__import__(name)",
    ],
)
def test_an_import_of_ministack_is_found(source: str) -> None:
    assert list(uses(source))


def test_imports_of_the_room_itself_are_none_of_ministack() -> None:
    assert not list(uses("from tradingbot_infra.local_cloud.ministack import records\nimport importlib.metadata\nfind_spec('cdk_nag')"))


@pytest.mark.parametrize(
    "path",
    sorted(path for path in PACKAGE.rglob("*.py") if ROOM not in path.parents),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_no_other_module_uses_ministack(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert list(uses(source)) == LOADED_BY_NAME.get(str(path.relative_to(PACKAGE)), [])


def test_the_room_does() -> None:
    assert {path.name for path in ROOM.glob("*.py") if list(uses(path.read_text(encoding="utf-8")))} == {
        path.name for path in ROOM.glob("*.py") if path.name != "__init__.py"
    }

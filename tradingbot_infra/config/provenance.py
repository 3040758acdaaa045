"""Where the value of a setting stands in environments.py, or in a file that it spreads, and the reason that its comment gives."""

import ast
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Origin:
    """File and block that have the value, such as PRODUCTION, the line, and the comment; empty where the design document chose it."""

    file: str
    block: str
    line: int
    reason: str


@dataclass(frozen=True)
class _Block:
    """A dictionary: what it states itself, and the blocks that it spreads."""

    own: Mapping[str, Origin]
    bases: tuple[str, ...]


def origins(module: ModuleType, environment: str) -> Mapping[str, Origin]:
    """Of every setting of an environment, by its name. `module` is environments.py."""
    blocks = {name: block for each in (module, *_beside(module)) for name, block in _blocks(each).items()}
    return _all(_names(module)[environment], blocks)


def _all(name: str, blocks: Mapping[str, _Block]) -> Mapping[str, Origin]:
    found: dict[str, Origin] = {}
    for base in blocks[name].bases:
        found |= _all(base, blocks)
    return {**found, **blocks[name].own}


def _beside(module: ModuleType) -> Iterator[ModuleType]:
    """The modules of the same package that it takes blocks from."""
    package = module.__name__.rpartition(".")[0]
    for node in _tree(module).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package}."):
            yield sys.modules[node.module]


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


@cache
def _names(module: ModuleType) -> Mapping[str, str]:
    """Environment -> the name of its block."""
    (rows,) = (found for name, found in _dictionaries(module) if name == "ENVIRONMENTS")
    pairs = zip(rows.keys, rows.values, strict=True)
    return {str(key.value): value.id for key, value in pairs if isinstance(key, ast.Constant) and isinstance(value, ast.Name)}


@cache
def _blocks(module: ModuleType) -> Mapping[str, _Block]:
    comments = _comments(inspect.getsource(module))
    file = Path(inspect.getsourcefile(module) or "").name
    return {name: _block(file, name, found, comments) for name, found in _dictionaries(module) if name != "ENVIRONMENTS"}


def _dictionaries(module: ModuleType) -> list[tuple[str, ast.Dict]]:
    """Every `NAME: Final = MappingProxyType({...})`."""
    return [
        (statement.target.id, statement.value.args[0])
        for statement in _tree(module).body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if isinstance(statement.value, ast.Call) and statement.value.args and isinstance(statement.value.args[0], ast.Dict)
    ]


def _block(file: str, name: str, found: ast.Dict, comments: Mapping[int, tuple[str, bool]]) -> _Block:
    rows = list(zip(found.keys, found.values, strict=True))
    bases = tuple(value.id for key, value in rows if key is None and isinstance(value, ast.Name))
    own = {
        str(key.value): Origin(file, name, key.lineno, _reason(key.lineno, value.end_lineno or key.lineno, comments))
        for key, value in rows
        if isinstance(key, ast.Constant)
    }
    return _Block(own, bases)


def _reason(first: int, last: int, comments: Mapping[int, tuple[str, bool]]) -> str:
    """The comment on the value's last line, else those on the lines directly above it."""
    if last in comments:
        return comments[last][0]
    above: list[str] = []
    line = first - 1
    while line in comments and comments[line][1]:
        above.insert(0, comments[line][0])
        line -= 1
    return " ".join(above)


def _comments(source: str) -> Mapping[int, tuple[str, bool]]:
    """Line -> its comment, and whether the line has nothing else."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return {token.start[0]: (token.string.lstrip("# "), not token.line[: token.start[1]].strip()) for token in found}

"""Where the value of a setting stands in environments.py, and the reason that its comment gives."""

import ast
import inspect
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType


@dataclass(frozen=True)
class Origin:
    """The block that has the value, such as PRODUCTION, the line of it, and the comment; empty where the design document chose it."""

    block: str
    line: int
    reason: str


@dataclass(frozen=True)
class _Block:
    """A dictionary of environments.py: what it states itself, and the block that it takes everything else from."""

    own: Mapping[str, Origin]
    base: str | None


def origins(module: ModuleType, environment: str) -> Mapping[str, Origin]:
    """Of every setting of an environment, by its name. `module` is environments.py."""
    blocks = _blocks(module)
    found: dict[str, Origin] = {}
    name: str | None = _names(module)[environment]
    while name:
        found = {**blocks[name].own, **found}
        name = blocks[name].base
    return found


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
    return {name: _block(name, found, comments) for name, found in _dictionaries(module) if name != "ENVIRONMENTS"}


def _dictionaries(module: ModuleType) -> list[tuple[str, ast.Dict]]:
    """Every `NAME: Final = MappingProxyType({...})`."""
    return [
        (statement.target.id, statement.value.args[0])
        for statement in _tree(module).body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if isinstance(statement.value, ast.Call) and statement.value.args and isinstance(statement.value.args[0], ast.Dict)
    ]


def _block(name: str, found: ast.Dict, comments: Mapping[int, tuple[str, bool]]) -> _Block:
    rows = list(zip(found.keys, found.values, strict=True))
    bases = [value.id for key, value in rows if key is None and isinstance(value, ast.Name)]
    own = {
        str(key.value): Origin(name, key.lineno, _reason(key.lineno, value.end_lineno or key.lineno, comments))
        for key, value in rows
        if isinstance(key, ast.Constant)
    }
    return _Block(own, bases[0] if bases else None)


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

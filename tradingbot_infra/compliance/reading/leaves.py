"""The values of a resource one by one, by the paths of the tables of compliance/allowed."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from tradingbot_infra.compliance.observe import is_function


def leaves(value: Any, where: str, path: str, wholes: Set[str] = frozenset()) -> Iterator[tuple[str, str, Any]]:
    """Each value that is neither an object nor a list, is empty or is judged as a whole: where it is, its path in the tables, itself."""
    if path in wholes:
        yield where, path, value
    elif isinstance(value, Mapping) and value and not is_function(value):
        for name, item in value.items():
            yield from leaves(item, f"{where}.{name}", f"{path}.{name}" if path else name, wholes)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from leaves(item, f"{where}[{number}]", f"{path}[]", wholes)
    else:
        yield where, path, value

"""How values before and after a change compare: each takes the old and the new values of some properties."""

import re
from collections.abc import Sequence
from typing import Any

Values = Sequence[Any]

_LEAST_GROWTH_PERCENT = 10
_IMAGES_KEPT = re.compile(r'"tagStatus":\s*"any".*?"countNumber":\s*(\d+)')


def lower(old: Values, new: Values) -> bool:
    """Both are given, and the new one is less."""
    return None not in (*old, *new) and numbers(new[0]) < numbers(old[0])


def higher(old: Values, new: Values) -> bool:
    """Both are given, and the new one is more."""
    return lower(new, old)


def shorter(old: Values, new: Values) -> bool:
    """A period ends sooner; without one it never ends."""
    return new[0] is not None and (old[0] is None or numbers(new[0]) < numbers(old[0]))


def numbers(value: Any) -> list[int]:
    """`15.9` and `15.19` in the order of versions; also a number by itself, and the numbers of a list."""
    return [int(part) for part in re.findall(r"\d+", str(value))]


def another(old: Values, new: Values) -> bool:
    """Both are given, and they differ."""
    return None not in (*old, *new) and old[0] != new[0]


def removed(old: Values, new: Values) -> bool:
    """It is no longer given."""
    return old[0] is not None and new[0] is None


def both_differ(old: Values, new: Values) -> bool:
    """Every value is another."""
    return all(before != after for before, after in zip(old, new, strict=True))


def grows_too_little(old: Values, new: Values) -> bool:
    """Storage that grows by less than a tenth."""
    if not higher(old, new):
        return False
    before, after = int(old[0]), int(new[0])
    return (after - before) * 100 < before * _LEAST_GROWTH_PERCENT


def encrypts_at_once(old: Values, new: Values) -> bool:
    """Encryption in transit is turned on, and not in the mode that takes both kinds of clients."""
    return not old[0] and bool(new[0]) and new[1] != "preferred"


def moves_away(old: Values, new: Values) -> bool:
    """None of the subnets stays."""
    return bool(old[0]) and bool(new[0]) and not set(old[0]) & set(new[0])


def keeps_fewer_images(old: Values, new: Values) -> bool:
    """A lifecycle policy of ECR, as text, keeps fewer images, or is the first to expire any."""
    before, after = (_IMAGES_KEPT.search(str(values[0])) for values in (old, new))
    return after is not None and (before is None or int(after[1]) < int(before[1]))

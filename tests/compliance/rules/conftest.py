"""Every rule must be shown to pass and to fail: its tests run in one process, and the last one looks at what they showed."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LAST = "test_every_rule_is_shown.py"

collected = pytest.StashKey[int]()


def of_rules(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of rules among others."""
    return [item for item in items if item.path.parent == HERE and item.path.name != LAST]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups, and before -k and -m leave tests out
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group("rules"))
    items.sort(key=lambda item: item.path == HERE / LAST)
    session.stash[collected] = len(of_rules(items))


@pytest.fixture
def all_rule_tests_ran(request: pytest.FixtureRequest) -> None:
    """Skips unless every test of this directory runs with the one that asks."""
    items = of_rules(request.session.items)
    files = {path for path in HERE.glob("test_*.py") if path.name != LAST}
    whole = {item.path for item in items} == files and len(items) == request.session.stash[collected]
    if not whole or any("::" in argument for argument in request.config.args):
        pytest.skip("needs every test of tests/compliance/rules in the same run")

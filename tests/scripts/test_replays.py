"""A change of every setting at its edges is replayed there and back; every finding is explained, and every explanation needed.

`make replay` does each edge by itself. Here settings that find nothing change together, and the others at their first edges.
"""

from collections.abc import Iterator

import pytest

from scripts.replays.edges import SAMPLES, Change, edges, is_allowed
from scripts.replays.explained import ANOTHER_ENVIRONMENT, EXPLAINED, matches
from scripts.replays.pairs import Pair, pair
from tests.conftest import Synthesize, Synthesized
from tradingbot_infra.config.settings import load_config, settings

ENVIRONMENTS = ("production", "staging")
ONE_VALUE = {"region"}
"""Settings with one allowed value."""
FIRST_EDGES = 2


@pytest.fixture(scope="module")
def synthesize(synthesized: Synthesized) -> Synthesize:
    """Every stack that a deployment has: settings of the account are replayed too."""
    return lambda environment, **overrides: synthesized(load_config(environment, overrides))[0]


def is_explained(change: Change) -> bool:
    """Whether the change has a setting that may find something."""
    return bool({*EXPLAINED, *ANOTHER_ENVIRONMENT} & change.keys())


def bundles(environment: str) -> list[Change]:
    """The edges of settings that find nothing, each setting with one value in a bundle. What is turned off has bundles of its own, so
    that it hides no other setting."""
    found: dict[bool, list[dict[str, object]]] = {True: [], False: []}
    for key, change in edges(environment):
        if not is_explained(change) and settings()[key].section != "usage":
            _pack(environment, found[change[key] in (False, "none")], change)
    return [bundle for group in found.values() for bundle in group]


def _pack(environment: str, into: list[dict[str, object]], change: Change) -> None:
    for bundle in into:
        together = {**bundle, **change}
        if together == {**change, **bundle} and is_allowed(environment, together):
            bundle.update(change)
            return
    into.append(dict(change))


def first_edges(environment: str) -> Iterator[Change]:
    """The first edges of each setting that may find something."""
    seen: dict[str, int] = {}
    for key, change in edges(environment):
        if key in EXPLAINED and seen.get(key, 0) < FIRST_EDGES:
            seen[key] = seen.get(key, 0) + 1
            yield change


def replayed(environment: str, change: Change, synthesize: Synthesize) -> Pair:
    """The change there and back."""
    return pair(synthesize(environment), change, synthesize(environment, **change))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_settings_without_an_explanation_find_nothing(environment: str, synthesize: Synthesize) -> None:
    for bundle in bundles(environment):
        found = replayed(environment, bundle, synthesize)
        assert [finding.line for finding in (*found.there.findings, *found.back.findings)] == [], bundle


def test_settings_with_an_explanation_find_what_it_says_and_nothing_else(synthesize: Synthesize) -> None:
    seen: set[tuple[str, str, str]] = set()
    for change in first_edges("production"):
        found = replayed("production", change, synthesize)
        assert [finding.line for finding in found.unexplained] == [], change
        seen |= {(key, *each) for key in change if key in EXPLAINED for each in _met(key, found)}
    needless = {(key, *each) for key, row in EXPLAINED.items() for each in _patterns(key)} - seen - ONLY_WITHOUT_RETENTION
    assert needless == set()


ONLY_WITHOUT_RETENTION = {
    ("adopt_secret_arns", "there", "lost DataStack.*Secret"),
    ("adopt_secret_arns", "there", "lost DataStack.SecretsKey"),
    ("alb_access_logs", "back", "lost DataStack.AccessLogsBucket"),
    ("backup_plan", "back", "left behind DataStack.BackupVault"),
    ("chat", "back", "lost MonitoringStack.TelegramLog"),
    ("deployment_strategy", "back", "lost ServiceStack.DeploymentCheckLog"),
    ("enable_redis", "back", "lost DataStack.Redis*"),
    ("nat_allocation_ids", "there", "lost NetworkStack.Vpc*EIP*"),
    ("waf", "back", "lost ServiceStack.WebAclLog"),
}
"""What only `make replay` shows, in staging."""


def _patterns(key: str) -> Iterator[tuple[str, str]]:
    yield from (("there", pattern) for pattern in EXPLAINED[key].there)
    yield from (("back", pattern) for pattern in EXPLAINED[key].back)


def _met(key: str, found: Pair) -> Iterator[tuple[str, str]]:
    plans = {"there": found.there, "back": found.back}
    for direction, pattern in _patterns(key):
        if any(matches(finding, pattern) for finding in plans[direction].findings):
            yield direction, pattern


def test_every_setting_has_an_edge() -> None:
    reached = {key for environment in ENVIRONMENTS for key, _ in edges(environment)}
    assert set(settings()) - reached == ONE_VALUE


def test_no_sample_or_explanation_is_of_a_setting_that_does_not_exist() -> None:
    assert {*SAMPLES, *EXPLAINED, *ANOTHER_ENVIRONMENT} <= set(settings())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_bundles_hold_every_edge_of_the_settings_without_an_explanation(environment: str) -> None:
    made = [item for bundle in bundles(environment) for item in bundle.items()]
    for key, change in edges(environment):
        if not is_explained(change) and settings()[key].section != "usage":
            assert (key, change[key]) in made


def test_settings_of_usage_change_no_template(synthesize: Synthesize) -> None:
    usage = {key: change[key] for key, change in edges("staging") if settings()[key].section == "usage"}
    together = {key: value for key, value in usage.items() if key != "expected_tasks"}
    assert load_config("staging", together) != load_config("staging")
    assert synthesize("staging", **together).templates == synthesize("staging").templates

"""Every seed of the attacker's catalogue is stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

import pytest

from tests.compliance.seeds import (
    account_security,
    chats,
    delivery,
    deployments,
    flows,
    foreign_parties,
    grafana,
    hollow_controls,
    leaving_data,
    observability,
    paging,
    permissions,
    second_look,
    secrets,
    unexpected,
    weak_values,
)
from tests.compliance.seeds.faults import Fault, Templates
from tests.conftest import Synthesize
from tests.shifting import CANARY
from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.mutation.run import Judge
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

OF_PRODUCTION = (foreign_parties, permissions, secrets, flows, hollow_controls, leaving_data, weak_values, unexpected, second_look)
OF_OBSERVABILITY = (observability, paging, chats)


@dataclass(frozen=True)
class Ground:
    """Where seeds are sown: production with the settings that create what they change."""

    settings: Mapping[str, object]
    catalogues: tuple[Mapping[str, Fault], ...]


GROUNDS = {
    "production": Ground({}, tuple(module.SEEDS for module in OF_PRODUCTION)),
    "deployed from GitHub": Ground(delivery.CONNECTED, (delivery.SEEDS,)),
    "shifting traffic": Ground(CANARY, (deployments.SEEDS,)),
    "an account whose security is ours": Ground(account_security.OURS, (account_security.SEEDS,)),
    "everything of observability": Ground(observability.OBSERVED, tuple(module.SEEDS for module in OF_OBSERVABILITY)),
    "a workspace of Grafana": Ground(grafana.MANAGED, (grafana.SEEDS,)),
    "a channel of Slack": Ground(chats.SLACK, (chats.SLACK_SEEDS,)),
}
SEEDS = [
    pytest.param(name, fault, id=f"{name}: {sentence}")
    for name, ground in GROUNDS.items()
    for catalogue in ground.catalogues
    for sentence, fault in catalogue.items()
]

Prepared = Callable[[str], tuple[Assembly, Judge]]


@pytest.fixture(scope="module")
def prepared(synthesize: Synthesize) -> Prepared:
    """The templates of a ground, and who judges changes of them."""

    @cache
    def prepare(ground: str) -> tuple[Assembly, Judge]:
        settings = dict(GROUNDS[ground].settings)
        assembly = synthesize("production", **settings)
        return assembly, Judge(assembly, active(LEDGER, load_config("production", settings)))

    return prepare


def test_no_two_seeds_have_one_name() -> None:
    named = list(chain.from_iterable(catalogue for ground in GROUNDS.values() for catalogue in ground.catalogues))
    assert sorted(set(named)) == sorted(named)


@pytest.mark.parametrize("ground", GROUNDS)
def test_templates_without_a_seed_survive(ground: str, prepared: Prepared) -> None:
    assembly, judge = prepared(ground)
    assert judge.stopped_by(assembly.with_templates(Templates(assembly).by_stack)) == frozenset()


@pytest.mark.parametrize(("ground", "fault"), SEEDS)
def test_a_seed_is_stopped(ground: str, fault: Fault, prepared: Prepared) -> None:
    assembly, judge = prepared(ground)
    templates = Templates(assembly)
    fault(templates)
    assert templates.by_stack != assembly.templates
    assert judge.stopped_by(assembly.with_templates(templates.by_stack))

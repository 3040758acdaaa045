"""Every seed is stopped: the attacker's catalogue, and what of it is out of reach."""

import json
from pathlib import Path

import pytest

from tests.compliance.seeds import (
    flows,
    foreign_parties,
    hollow_controls,
    leaving_data,
    permissions,
    secrets,
    unexpected,
    weak_values,
)
from tests.compliance.seeds.faults import Fault, Templates
from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.mutation.run import Judge
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

MODULES = (foreign_parties, permissions, secrets, flows, hollow_controls, leaving_data, weak_values, unexpected)
SEEDS = {sentence: fault for module in MODULES for sentence, fault in module.SEEDS.items()}
OPEN = {
    sentence
    for sentences in json.loads(Path(__file__).with_name("seeds").joinpath("open.json").read_text("utf-8")).values()
    for sentence in sentences
}
"""Seeds that nothing stops yet, by who looks after them."""


def _case(sentence: str, fault: Fault) -> object:
    marks = [pytest.mark.xfail(reason="nothing stops it yet", strict=False)] if sentence in OPEN else []
    return pytest.param(fault, id=sentence, marks=marks)


@pytest.fixture(scope="module")
def judge(production: Assembly) -> Judge:
    return Judge(production, active(LEDGER, load_config("production", {})))


def test_no_two_seeds_have_one_name() -> None:
    assert len(SEEDS) == sum(len(module.SEEDS) for module in MODULES)


def test_templates_without_a_seed_survive(judge: Judge, production: Assembly) -> None:
    assert judge.stopped_by(production.with_templates(Templates(production).by_stack)) == frozenset()


def test_what_is_open_is_a_seed() -> None:
    assert SEEDS.keys() >= OPEN


@pytest.mark.parametrize("fault", [_case(sentence, fault) for sentence, fault in SEEDS.items()])
def test_a_seed_is_stopped(fault: Fault, judge: Judge, production: Assembly) -> None:
    templates = Templates(production)
    fault(templates)
    assert templates.by_stack != production.templates
    assert judge.stopped_by(production.with_templates(templates.by_stack))

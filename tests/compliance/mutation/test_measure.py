"""The measure of the packs: how many mutants of production our rules stop, and that it only gets better."""

import json
import re

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.compliance.mutation.harmless import Harmless, marks
from tradingbot_infra.compliance.mutation.measure import measure, stale_marks
from tradingbot_infra.compliance.mutation.report import Measure, document, lines
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

FLOOR = 99.5
"""Percent of the mutants of production that must be stopped. Raise it when the test says so; never lower it: mend the rule instead."""

SEED, COUNT = 1, 300


@pytest.fixture(scope="module")
def measured(production: Assembly) -> Measure:
    return measure(production, load_config("production", {}), seed=SEED, count=COUNT)


def test_the_rules_stop_as_many_mutants_as_ever(measured: Measure) -> None:
    assert measured.percent >= FLOOR, "\n".join(lines(measured))
    assert measured.percent < FLOOR + 1, f"Now {measured.percent:.1f} % are stopped. Raise FLOOR in this file to the number below it."


def test_the_figure_of_the_documentation_is_the_floor() -> None:
    text = (PROJECT_ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    section = re.search(r"\n## The measure\n(.*?)(\n## |\Z)", text, re.DOTALL)
    assert section
    assert f"at least {FLOOR:g} %" in section[1]


def test_every_mark_of_harmless_mutants_has_survivors(production: Assembly) -> None:
    assert stale_marks(production, load_config("production", {}), marks()) == []


def test_a_mark_without_survivors_is_stale(production: Assembly) -> None:
    wrong = Harmless(type="AWS::RDS::DBInstance", property=r"Properties\.StorageEncrypted", operators=("flip a boolean",), reason="wrong")
    nowhere = Harmless(type="AWS::SQS::Queue", property=".*", operators=("*",), reason="wrong")
    config = load_config("production", {})
    assert stale_marks(production, config, [wrong, nowhere]) == [(wrong, "flip a boolean"), (nowhere, "*")]


def test_every_mark_has_a_reason_in_a_sentence() -> None:
    for mark in marks():
        assert mark.reason.endswith(".")
        assert len(mark.reason.split()) > 3


def test_a_marked_survivor_is_in_no_figure(measured: Measure) -> None:
    assert measured.harmless > 0
    assert len(measured.counted) + measured.harmless == len(measured.outcomes) == COUNT
    unmarked = Measure(measured.environment, measured.seed, measured.outcomes, ())
    assert unmarked.percent < measured.percent


def test_the_measure_is_the_same_in_words_and_in_json(measured: Measure) -> None:
    found = json.loads(json.dumps(document(measured)))
    text = "\n".join(lines(measured))
    assert f"production: {found['stopped']} of {found['counted']} mutants stopped ({found['percent']:.1f} %)" in text
    assert "The public packs (cdk-nag) are left out of the count" in text
    assert sum(found["byRule"].values()) == found["stopped"]
    assert sum(each["counted"] for each in found["byOperator"].values()) == found["counted"]
    assert len(found["survivors"]) == found["counted"] - found["stopped"]

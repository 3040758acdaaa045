"""What `doctor` finds on the deployed production."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.deployed import Deployed
from tradingbot_infra.operations.diagnosis.finding import Cause, SymptomName
from tradingbot_infra.operations.diagnosis.symptoms import SYMPTOMS
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.facts import Facts

Examine = Callable[[str], tuple[Cause, ...]]


@pytest.fixture
def examine(deployed: Deployed) -> Examine:
    """`examine(symptom)`: the causes that stand now, the likeliest first. Facts are read anew each time, by the same clients."""

    def examination(symptom: str) -> tuple[Cause, ...]:
        facts = Facts(deployed.session, deployed.config, now=datetime.now(UTC), price_of=lambda _: None)
        return diagnose(SYMPTOMS[SymptomName(symptom)], facts).causes

    return examination

"""Every seed of the attacker's catalogue is stopped."""

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

MODULES = (foreign_parties, permissions, secrets, flows, hollow_controls, leaving_data, weak_values, unexpected, second_look)
OBSERVED_MODULES = (observability, paging, chats)
SEEDS = {sentence: fault for module in MODULES for sentence, fault in module.SEEDS.items()}
OBSERVED_SEEDS = {sentence: fault for module in OBSERVED_MODULES for sentence, fault in module.SEEDS.items()}
OTHERS = (account_security.SEEDS, chats.SLACK_SEEDS, delivery.SEEDS, deployments.SEEDS, grafana.SEEDS)


@pytest.fixture(scope="module")
def shifting(synthesize: Synthesize) -> Assembly:
    """Production whose deployments shift traffic."""
    return synthesize("production", **CANARY)


@pytest.fixture(scope="module")
def judge_of_shifting(shifting: Assembly) -> Judge:
    return Judge(shifting, active(LEDGER, load_config("production", CANARY)))


@pytest.fixture(scope="module")
def judge(production: Assembly) -> Judge:
    return Judge(production, active(LEDGER, load_config("production", {})))


def test_no_two_seeds_have_one_name() -> None:
    named = [sentence for module in (*MODULES, *OBSERVED_MODULES) for sentence in module.SEEDS]
    named += [sentence for seeds in OTHERS for sentence in seeds]
    assert sorted(set(named)) == sorted(named)


def test_templates_without_a_seed_survive(judge: Judge, production: Assembly) -> None:
    assert judge.stopped_by(production.with_templates(Templates(production).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", SEEDS.values(), ids=SEEDS)
def test_a_seed_is_stopped(fault: Fault, judge: Judge, production: Assembly) -> None:
    templates = Templates(production)
    fault(templates)
    assert templates.by_stack != production.templates
    assert judge.stopped_by(production.with_templates(templates.by_stack))


@pytest.fixture(scope="module")
def connected(synthesize: Synthesize) -> Assembly:
    """Production of an account that GitHub deploys: production alone has no place for these seeds."""
    return synthesize("production", **delivery.CONNECTED)


@pytest.fixture(scope="module")
def judge_of_connected(connected: Assembly) -> Judge:
    return Judge(connected, active(LEDGER, load_config("production", delivery.CONNECTED)))


def test_templates_of_a_connected_account_without_a_seed_survive(judge_of_connected: Judge, connected: Assembly) -> None:
    assert judge_of_connected.stopped_by(connected.with_templates(Templates(connected).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", delivery.SEEDS.values(), ids=delivery.SEEDS)
def test_a_seed_of_delivery_is_stopped(fault: Fault, judge_of_connected: Judge, connected: Assembly) -> None:
    templates = Templates(connected)
    fault(templates)
    assert templates.by_stack != connected.templates
    assert judge_of_connected.stopped_by(connected.with_templates(templates.by_stack))


def test_templates_that_shift_traffic_survive_without_a_seed(judge_of_shifting: Judge, shifting: Assembly) -> None:
    assert judge_of_shifting.stopped_by(shifting.with_templates(Templates(shifting).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", deployments.SEEDS.values(), ids=deployments.SEEDS)
def test_a_seed_in_a_deployment_that_shifts_traffic_is_stopped(fault: Fault, judge_of_shifting: Judge, shifting: Assembly) -> None:
    templates = Templates(shifting)
    fault(templates)
    assert templates.by_stack != shifting.templates
    assert judge_of_shifting.stopped_by(shifting.with_templates(templates.by_stack))


@pytest.fixture(scope="module")
def watched(synthesize: Synthesize) -> Assembly:
    """Production of an account whose security is ours."""
    return synthesize("production", **account_security.OURS)


@pytest.fixture(scope="module")
def judge_of_watched(watched: Assembly) -> Judge:
    return Judge(watched, active(LEDGER, load_config("production", account_security.OURS)))


def test_templates_of_a_watched_account_survive_without_a_seed(judge_of_watched: Judge, watched: Assembly) -> None:
    assert judge_of_watched.stopped_by(watched.with_templates(Templates(watched).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", account_security.SEEDS.values(), ids=account_security.SEEDS)
def test_a_seed_in_the_security_of_an_account_is_stopped(fault: Fault, judge_of_watched: Judge, watched: Assembly) -> None:
    templates = Templates(watched)
    fault(templates)
    assert templates.by_stack != watched.templates
    assert judge_of_watched.stopped_by(watched.with_templates(templates.by_stack))


@pytest.fixture(scope="module")
def observed(synthesize: Synthesize) -> Assembly:
    """Production with everything of observability."""
    return synthesize("production", **observability.OBSERVED)


@pytest.fixture(scope="module")
def judge_of_observed(observed: Assembly) -> Judge:
    return Judge(observed, active(LEDGER, load_config("production", observability.OBSERVED)))


def test_templates_that_are_observed_survive_without_a_seed(judge_of_observed: Judge, observed: Assembly) -> None:
    assert judge_of_observed.stopped_by(observed.with_templates(Templates(observed).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", OBSERVED_SEEDS.values(), ids=OBSERVED_SEEDS)
def test_a_seed_in_observability_is_stopped(fault: Fault, judge_of_observed: Judge, observed: Assembly) -> None:
    templates = Templates(observed)
    fault(templates)
    assert templates.by_stack != observed.templates
    assert judge_of_observed.stopped_by(observed.with_templates(templates.by_stack))


@pytest.fixture(scope="module")
def managed(synthesize: Synthesize) -> Assembly:
    """Production with a workspace of Amazon Managed Grafana."""
    return synthesize("production", **grafana.MANAGED)


@pytest.fixture(scope="module")
def judge_of_managed(managed: Assembly) -> Judge:
    return Judge(managed, active(LEDGER, load_config("production", grafana.MANAGED)))


def test_templates_with_a_workspace_of_grafana_survive_without_a_seed(judge_of_managed: Judge, managed: Assembly) -> None:
    assert judge_of_managed.stopped_by(managed.with_templates(Templates(managed).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", grafana.SEEDS.values(), ids=grafana.SEEDS)
def test_a_seed_in_a_workspace_of_grafana_is_stopped(fault: Fault, judge_of_managed: Judge, managed: Assembly) -> None:
    templates = Templates(managed)
    fault(templates)
    assert templates.by_stack != managed.templates
    assert judge_of_managed.stopped_by(managed.with_templates(templates.by_stack))


@pytest.fixture(scope="module")
def in_slack(synthesize: Synthesize) -> Assembly:
    """Production whose alarms a channel of Slack gets."""
    return synthesize("production", **chats.SLACK)


@pytest.fixture(scope="module")
def judge_of_slack(in_slack: Assembly) -> Judge:
    return Judge(in_slack, active(LEDGER, load_config("production", chats.SLACK)))


def test_templates_with_a_channel_survive_without_a_seed(judge_of_slack: Judge, in_slack: Assembly) -> None:
    assert judge_of_slack.stopped_by(in_slack.with_templates(Templates(in_slack).by_stack)) == frozenset()


@pytest.mark.parametrize("fault", chats.SLACK_SEEDS.values(), ids=chats.SLACK_SEEDS)
def test_a_seed_in_a_channel_of_slack_is_stopped(fault: Fault, judge_of_slack: Judge, in_slack: Assembly) -> None:
    templates = Templates(in_slack)
    fault(templates)
    assert templates.by_stack != in_slack.templates
    assert judge_of_slack.stopped_by(in_slack.with_templates(templates.by_stack))

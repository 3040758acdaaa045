"""Checks: the container sends traces and metrics where the settings say, and the account takes the traces."""

from collections.abc import Iterator

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.services import API
from tradingbot_infra.design.telemetry import telemetry_variables
from tradingbot_infra.operations.account_security import traces
from tradingbot_infra.operations.account_security.facts import ELSEWHERE
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.containers import Variables
from tradingbot_infra.operations.printed_commands import CdkDeploy, revert, sentence
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.operations.verification.check import Look


def as_set(variables: Variables, config: EnvironmentConfig) -> Finding:
    """Whether the container that runs has exactly the variables of the settings."""
    telemetry = config.telemetry
    wanted = telemetry_variables(
        tracing=telemetry.tracing,
        sample_percent=telemetry.trace_sample_percent,
        metrics=telemetry.metrics,
        interval_seconds=telemetry.metrics_interval_seconds,
        service=config.names.service_name(API.part),
        environment=config.environment,
        namespace=config.names.trading_namespace,
        region=config.network.region,
        untraced_path=config.load_balancer.health_check_path,
    )
    found = variables.telemetry
    differ = [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]
    if differ:
        shown = ", ".join(f"{name} is {found.get(name, 'missing')}" for name in differ)
        deploy = sentence(CdkDeploy("service"), ", or where nobody changed the settings ", revert("service"))
        return failed(f"telemetry of the container is not what the settings say: {shown}", deploy)
    return passed(f"tracing={telemetry.tracing}, metrics={telemetry.metrics}: the container has the {len(wanted)} variables for it")


def _taken(facts: Facts) -> Iterator[Finding]:
    """By X-Ray in the environment's region; where transaction search is ours or not, traces need it."""
    if not facts.config.telemetry.sends_traces:
        yield passed("no traces are sent")
        return
    if facts.deploys_account_security:
        yield passed("the list of the account says whether X-Ray takes them: transaction-search")
        return
    seen = traces.searching(facts.of_account)
    if seen.on:
        yield passed(f"X-Ray takes traces: {seen.words}")
    else:
        yield failed(seen.words, sentence(ELSEWHERE, ", or switch X-Ray's transaction search on"))


LOOKS = (
    Look("ECS, telemetry of the container", lambda facts: (as_set(facts.variables, facts.config),)),
    Look("X-Ray, transaction search", _taken),
)

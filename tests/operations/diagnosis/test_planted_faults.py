"""Every cause that the design document's troubleshooting names, planted on the deployed production, named first, and gone again."""

from dataclasses import dataclass

import pytest

from tests.deployed import Deployed, Run
from tests.operations.diagnosis import plants
from tests.operations.diagnosis.conftest import Examine
from tests.operations.diagnosis.plants import Plant
from tests.operations.network.aws_command import run as run_aws
from tests.operations.planted_targets import registered
from tests.operations.rendering import plain
from tests.operations.versions import SILENT, answering
from tests.operations.waf_records import blocked
from tradingbot_infra.design.web_acl_rules import RATE_LIMIT
from tradingbot_infra.operations.diagnosis.finding import SymptomName

pytestmark = pytest.mark.local_cloud


@dataclass(frozen=True)
class Case:
    """A fault, and what `doctor` says of it; `seen` is a part of its title or evidence. `mends` tells whether its first fix does."""

    symptom: str
    cause: str
    plant: Plant
    seen: str
    certainty: str = "certain"
    mends: bool = False
    rolls: bool = False
    """Whether tasks must start anew, which the second fix does by `restart`."""

    def __str__(self) -> str:
        return f"{self.symptom} {self.cause} {self.seen}"


CASES = [
    # The document's chapter 1: no image, no permission on secrets, no NAT.
    Case("tasks-pending", "image-missing", plants.an_image_that_is_not_there, "tradingbot-ai-production:v9.9.9"),
    Case("tasks-pending", "secrets-denied", plants.a_role_without_its_policy, "may not do secretsmanager:GetSecretValue"),
    Case("tasks-pending", "secrets-denied", plants.a_disabled_key, "is Disabled", mends=True),
    Case("tasks-pending", "secret-missing", plants.a_secret_on_its_way_out, "tradingbot-ai/production/secret-key", mends=True),
    Case("tasks-pending", "no-way-out", plants.a_private_subnet_without_nat, "has no default route", mends=True),
    Case("tasks-pending", "no-way-out", plants.a_nat_gateway_that_is_gone, "which does not exist", mends=True),
    # Chapter 2: unhealthy targets, no running task, security groups.
    Case("alb-503", "targets-unhealthy", plants.a_version_that_serves_nobody(answering(500)), "they answer 500"),
    Case("alb-503", "targets-unhealthy", plants.a_version_that_serves_nobody(answering(404)), "they answer 404"),
    Case("alb-503", "targets-unhealthy", plants.a_version_that_serves_nobody(SILENT), "they refuse the connection"),
    Case("alb-503", "targets-unhealthy", lambda deployed: registered(deployed, 9), "they refuse the connection", certainty="possible"),
    Case("alb-503", "no-running-task", lambda deployed: plants.tasks_wanted(deployed, 0), "0 tasks are wanted"),
    Case(
        "alb-503",
        "load-balancer-to-tasks",
        lambda deployed: plants.a_rule_revoked(deployed, plants.group_of_balancer(deployed), egress=True, port=8001),
        "AlbSecurityGroup) lets load balancer out to tasks on port 8001",
        mends=True,
    ),
    Case(
        "alb-503",
        "load-balancer-to-tasks",
        lambda deployed: plants.a_rule_revoked(deployed, plants.group_of_tasks(deployed), egress=False, port=8001),
        "EcsSecurityGroup) lets load balancer in to tasks on port 8001",
        mends=True,
    ),
    # Not in the document: tasks that do not start in time, or do not stop.
    Case("slow-start", "ended-before-up", plants.tasks_that_are_never_up(60), "Task failed ELB health checks", certainty="likely"),
    Case("slow-start", "grace-period", plants.tasks_that_are_never_up(0), "health_check_grace_seconds=60"),
    Case("cannot-stop", "sigterm-ignored", plants.a_task_that_ignores_sigterm, "exit code 137, UserInitiated"),
    Case("cannot-stop", "long-draining", plants.targets_that_drain_for_long, "target group: 300 s"),
    Case("cannot-stop", "scaling-floor", lambda deployed: plants.tasks_wanted(deployed, 0), "scaling keeps 2 to 10 tasks"),
    # Not in the document: who is blocked before the application.
    Case(
        "api-403",
        "web-acl-blocks-clients",
        plants.blocked_requests(blocked("SQLi_QUERYARGUMENTS", "/api/v1/orders"), blocked("ReactJSRCE_BODY", "/")),
        "SQLi_QUERYARGUMENTS /api/v1/orders: 1 request",
        certainty="possible",
    ),
    Case("api-403", "rate-limit", plants.blocked_requests(blocked(RATE_LIMIT, "/")), "RateLimit /: 1 request", certainty="likely"),
    # Chapter 3: security groups (and ACLs), wrong address, instance not ready.
    Case(
        "database",
        "tasks-to-database",
        lambda deployed: plants.a_rule_revoked(deployed, plants.group_of_tasks(deployed), egress=True, port=5432),
        "EcsSecurityGroup) lets tasks out to PostgreSQL on port 5432",
        mends=True,
    ),
    Case(
        "database",
        "tasks-to-database",
        lambda deployed: plants.a_rule_revoked(deployed, plants.group_of_database(deployed), egress=False, port=5432),
        "RdsSecurityGroup) lets tasks in to PostgreSQL on port 5432",
        mends=True,
    ),
    Case("database", "tasks-to-database", plants.a_closed_network_acl, "tradingbot-ai-production-database", mends=True),
    Case(
        "database",
        "database-url-wrong",
        lambda deployed: plants.a_database_url(deployed, "postgresql://old.example.com:5432/tradingbot"),
        "names another host",
        mends=True,
        rolls=True,
    ),
    Case("database", "instance-not-available", plants.a_stopped_database, "is stopped"),
    # Beyond the document: exchanges that tasks do not reach.
    Case("exchange-unreachable", "port-closed", lambda deployed: plants.rejected_flows(deployed, 7497), "TCP 7497: 2 rejects"),
    Case(
        "exchange-unreachable",
        "port-not-let-out",
        lambda deployed: plants.a_rule_revoked(deployed, plants.group_of_tasks(deployed), egress=True, port=9443),
        "lets tasks out to the internet on port 9443",
    ),
    Case("exchange-unreachable", "no-way-out", plants.a_private_subnet_without_nat, "has no default route", mends=True),
    # Chapter 4: NAT data and the number of tasks. Cost Explorer: test_spending.py, for the local cloud has none.
    Case("high-cost", "nat-traffic", plants.much_traffic, "AWS/NATGateway", certainty="likely"),
    Case("high-cost", "many-tasks", lambda deployed: plants.tasks_wanted(deployed, 8), "8 wanted", certainty="likely"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_planted_fault_is_named_first_and_is_gone_with_its_end(deployed: Deployed, examine: Examine, run: Run, case: Case) -> None:
    with case.plant(deployed):
        causes = examine(case.symptom)
        assert causes, "no cause found"
        first = causes[0]
        assert (first.id, first.certainty) == (case.cause, case.certainty), causes
        assert any(case.seen in line for line in (first.title, *first.evidence)), first
        assert first.fix
        if case.mends:
            run_aws(deployed.session, plain(first.fix[0]))
            if case.rolls:
                assert plain(first.fix[1]) == "Then `tradingbot restart --env production`"
                assert run("restart", "--yes", *deployed.options).exit_code == 0
            assert examine(case.symptom) == (), "the fix that is printed does not mend it"
    assert examine(case.symptom) == ()


def test_a_fresh_deployment_has_no_fault(examine: Examine) -> None:
    assert [examine(symptom) for symptom in SymptomName] == [()] * len(SymptomName)

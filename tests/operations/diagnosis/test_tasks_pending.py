"""Why tasks do not start: every cause over planted facts, there and not there."""

from dataclasses import replace
from typing import Any

import pytest

from tests.operations.diagnosis.planted import SERVICE, cause, facts, service, stopped, text
from tests.operations.network.design import DESIGN, LOCAL_ROUTE, from_
from tests.operations.rendering import plain, plain_fix
from tradingbot_infra.operations.diagnosis import ecs_causes, tasks_pending
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.network import Endpoint
from tradingbot_infra.operations.live.security_groups import SecurityGroup
from tradingbot_infra.operations.permissions.findings import Denial, Permissions
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import NotAssessed

UNSETTLED: dict[str, Any] = {"service": service(running=0, rollout="IN_PROGRESS")}


def denial(cause: Any, action: str) -> Permissions:
    return Permissions((Denial(cause, action, ("arn",), "implicit_deny", f"role may not do {action}", revert("service")),))


def test_a_missing_tag_is_proved_and_the_fix_names_it() -> None:
    found = cause(tasks_pending.missing_image(facts(image_is_missing=True)))
    assert (found.id, found.certainty) == ("image-missing", Certainty.CERTAIN)
    assert found.evidence == (f"task definition: {SERVICE.task_definition.image}", "repository tradingbot-ai-production has no such tag")
    (push,) = (line for line in plain_fix(found) if "image push PATH --tag v1.0.0 --env production" in line)
    assert push.endswith("`tradingbot restart --env production`"), "without a new deployment ECS still looks for the digest that is gone"


@pytest.mark.parametrize("missing", [False, None], ids=["the tag is there", "an image of another registry"])
def test_an_image_that_is_there_is_no_cause(missing: bool | None) -> None:
    assert tasks_pending.missing_image(facts(image_is_missing=missing)) is None


def test_an_image_of_another_registry_is_known_by_the_words_of_ecs() -> None:
    words = stopped("CannotPullContainerError: docker.io/library/app:v1: not found")
    found = cause(tasks_pending.missing_image(facts(image_is_missing=None, stopped=(words,), **UNSETTLED)))
    assert (found.id, found.certainty) == ("image-missing", Certainty.LIKELY)
    assert found.evidence[-1].endswith("docker.io/library/app:v1: not found")


def test_words_of_a_trouble_that_is_over_do_not_count() -> None:
    words = stopped("CannotPullContainerError: app:v1: not found")
    assert tasks_pending.missing_image(facts(image_is_missing=False, stopped=(words,))) is None


@pytest.mark.parametrize(
    ("check", "why", "action", "cause_id"),
    [
        (tasks_pending.lost_secrets, "secret_missing", "secretsmanager:GetSecretValue", "secret-missing"),
        (tasks_pending.lost_secrets, "secret_deleted", "secretsmanager:GetSecretValue", "secret-missing"),
        (tasks_pending.unreadable_secrets, "identity_policy", "secretsmanager:GetSecretValue", "secrets-denied"),
        (tasks_pending.unreadable_secrets, "identity_policy", "kms:Decrypt", "secrets-denied"),
        (tasks_pending.unreadable_secrets, "key_state", "kms:Decrypt", "secrets-denied"),
        (tasks_pending.unreadable_secrets, "secret_policy", "secretsmanager:GetSecretValue", "secrets-denied"),
        (tasks_pending.unpullable_image, "identity_policy", "ecr:BatchGetImage", "execution-role-denied"),
        (tasks_pending.unpullable_image, "no_role", "sts:AssumeRole", "execution-role-denied"),
    ],
)
def test_what_the_execution_role_may_not_do_is_one_cause_and_no_other(check: Any, why: str, action: str, cause_id: str) -> None:
    planted = facts(permissions=denial(why, action))
    found = cause(check(planted))
    assert (found.id, found.certainty) == (cause_id, Certainty.CERTAIN)
    assert found.evidence == (f"role may not do {action}",)
    assert plain_fix(found)[0] == plain(revert("service"))
    others = {tasks_pending.lost_secrets, tasks_pending.unreadable_secrets, tasks_pending.unpullable_image} - {check}
    assert [other(planted) for other in others] == [None, None]


def test_a_refusal_that_ecs_tells_of_is_likely_where_the_simulation_finds_nothing() -> None:
    words = stopped("ResourceInitializationError: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue")
    found = cause(tasks_pending.unreadable_secrets(facts(permissions=Permissions(), stopped=(words,), **UNSETTLED)))
    assert (found.id, found.certainty) == ("secrets-denied", Certainty.LIKELY)


def test_what_cannot_be_simulated_is_not_assessed() -> None:
    unknown = Permissions(not_assessed=(NotAssessed("policies of KMS keys cannot be assessed without kms:GetKeyPolicy"),))
    assert tasks_pending.unreadable_secrets(facts(permissions=unknown)) == unknown.not_assessed[0]
    assert tasks_pending.unreadable_secrets(facts(permissions=Permissions())) is None


def test_the_way_out_of_production_is_open() -> None:
    assert tasks_pending.no_egress(facts()) is None


def test_a_private_subnet_without_nat_is_named_with_its_route_table() -> None:
    tables = tuple(
        replace(table, routes=tuple(route for route in table.routes if route.target == "local")) if "private-a" in table.subnets else table
        for table in DESIGN.route_tables
    )
    found = cause(tasks_pending.no_egress(facts(network=replace(DESIGN, route_tables=tables))))
    assert (found.id, found.certainty) == ("no-way-out", Certainty.CERTAIN)
    assert "no default route" in found.evidence[0]
    assert "aws ec2 create-route" in plain_fix(found)[0]
    assert plain(revert("network")) in plain_fix(found)[-1]


def test_a_nat_gateway_that_failed_is_named() -> None:
    broken = tuple(replace(each, state="failed", reason="Subnet has no free address") for each in DESIGN.nat_gateways)
    assert "failed" in text(tasks_pending.no_egress(facts(network=replace(DESIGN, nat_gateways=broken))))


def test_a_connection_that_fails_through_an_open_way_is_likely_only() -> None:
    words = stopped("ResourceInitializationError: RequestCanceled: context deadline exceeded")
    found = cause(tasks_pending.no_egress(facts(stopped=(words,), **UNSETTLED)))
    assert (found.id, found.certainty) == ("no-connection", Certainty.LIKELY)


TOLD_BY_ECS = [
    (ecs_causes.wrong_architecture, "architecture", "image Manifest does not contain descriptor matching platform 'linux/amd64'"),
    (ecs_causes.no_log_group, "log-group-missing", "The specified log group does not exist."),
    (ecs_causes.pull_rate, "pull-rate", "CannotPullContainerError: toomanyrequests"),
    (ecs_causes.no_address, "no-network-interface", "InsufficientFreeAddressesInSubnet"),
    (ecs_causes.no_capacity, "no-capacity", "Capacity is unavailable at this time."),
    (ecs_causes.cannot_start, "cannot-start", "CannotStartContainerError: OCI runtime create failed"),
    (ecs_causes.fails_health_checks, "health-checks", "Task failed ELB health checks in (target-group arn)"),
    (ecs_causes.rolled_back, "rolled-back", "(service x) rolling back to deployment ecs-svc/1."),
    (ecs_causes.out_of_memory, "out-of-memory", "OutOfMemoryError: Container killed due to memory usage"),
    (ecs_causes.unknown_reason, "other", "Something that nobody has heard of"),
]


@pytest.mark.parametrize(("check", "cause_id", "words"), TOLD_BY_ECS, ids=[row[1] for row in TOLD_BY_ECS])
def test_what_ecs_tells_is_named_with_its_words_once_however_many_tasks_say_it(check: Any, cause_id: str, words: str) -> None:
    tasks = tuple(stopped(words, number=number) for number in range(1, 5))
    found = cause(check(facts(stopped=tasks, **UNSETTLED)))
    assert found.id == cause_id
    assert sum(words in line for line in found.evidence) == 2
    assert "and 2 more of the kind" in found.evidence
    assert plain_fix(found)


@pytest.mark.parametrize(("check", "cause_id", "words"), TOLD_BY_ECS, ids=[row[1] for row in TOLD_BY_ECS])
def test_where_ecs_is_silent_there_is_no_cause(check: Any, cause_id: str, words: str) -> None:
    assert check(facts(**UNSETTLED)) is None


def test_a_container_that_ended_is_told_with_its_exit_code_in_words() -> None:
    task = replace(stopped("Essential container in task exited", stop_code="EssentialContainerExited"), exit_code=127)
    other = replace(stopped("Scaling activity", number=2, stop_code="ServiceSchedulerInitiated"), exit_code=143)
    found = cause(ecs_causes.container_exits(facts(stopped=(other, task), **UNSETTLED)))
    assert (found.id, found.certainty) == ("container-exits", Certainty.LIKELY)
    assert found.evidence[-1] == "exit code 127: there is no such command in the image"
    assert "logs --task 00000001aaaa --since 1h --env production" in plain_fix(found)[0]


@pytest.mark.parametrize("check", [ecs_causes.container_exits, ecs_causes.out_of_memory])
def test_a_container_that_ended_within_the_hour_is_possible_where_all_tasks_run(check: Any) -> None:
    words = "Essential container in task exited" + ("; OutOfMemoryError" if check is ecs_causes.out_of_memory else "")
    assert cause(check(facts(stopped=(stopped(words),)))).certainty is Certainty.POSSIBLE


def test_a_deployment_under_way_asks_for_patience() -> None:
    found = cause(ecs_causes.still_deploying(facts(service=service(rollout="IN_PROGRESS", pending=1))))
    assert (found.id, found.certainty) == ("deploying", Certainty.POSSIBLE)
    assert ecs_causes.still_deploying(facts()) is None


def test_other_words_are_shown_only_where_no_known_trouble_explains_the_symptom() -> None:
    both = (stopped("Something new"), stopped("OutOfMemoryError", number=2))
    assert ecs_causes.unknown_reason(facts(stopped=both, **UNSETTLED)) is None


def test_a_healthy_service_has_no_cause_and_says_what_was_looked_at() -> None:
    found = diagnose(tasks_pending.TASKS_PENDING, facts(image_is_missing=False, permissions=Permissions()))
    assert (found.causes, found.not_assessed) == ((), ())
    assert len(found.looked_at) == len(tasks_pending.TASKS_PENDING.checks)
    assert "tasks of the service: 2 of 2 run, 0 start" in found.looked_at
    assert tasks_pending.tasks_wanted(facts(service=service(desired=0, running=0))) == Normal("0 of 0 run, 0 start")


SETTLED = [row for row in TOLD_BY_ECS if row[1] not in ("out-of-memory", "rolled-back")]


@pytest.mark.parametrize(("check", "cause_id", "words"), SETTLED, ids=[row[1] for row in SETTLED])
def test_words_about_starting_do_not_count_where_all_tasks_run(check: Any, cause_id: str, words: str) -> None:
    assert check(facts(stopped=(stopped(words),))) is None


def behind_endpoints(image: str) -> Any:
    """Tasks in one subnet that has VPC endpoints for all that a start takes, and no way to the internet."""
    subnet = "private-a"
    endpoints = tuple(
        Endpoint(f"vpce-{name}", "", name, False, "available", (subnet,), ("sg-endpoints",), (), True)
        for name in ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "logs")
    )
    tables = tuple(replace(table, routes=(LOCAL_ROUTE,)) for table in DESIGN.route_tables)
    groups = (*DESIGN.security_groups, SecurityGroup("sg-endpoints", "", frozenset({from_("sg-ecs", 443)})))
    network = replace(DESIGN, endpoints=endpoints, route_tables=tables, security_groups=groups)
    definition = replace(SERVICE.task_definition, image=image)
    return facts(network=network, service=replace(SERVICE, subnets=(subnet,), task_definition=definition))


def test_endpoints_are_a_way_out_for_images_of_the_repository_only() -> None:
    assert tasks_pending.no_egress(behind_endpoints(SERVICE.task_definition.image)) is None
    assert cause(tasks_pending.no_egress(behind_endpoints("public.ecr.aws/docker/library/python:3.13"))).id == "no-way-out"

"""What ECS's own words mean. The words are those of the ECS Developer Guide and of public reports, with made-up names."""

from datetime import timedelta

import pytest

from tests.operations.diagnosis.planted import NOW, stopped
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble, ecs_messages
from tradingbot_infra.operations.live.service import ServiceEvent

ASM = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
FETCH = (
    ASM + "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn from secrets manager: "
)
PULL = "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 0.dkr.ecr.x.amazonaws.com/app:v1: "

WORDS = [
    (PULL + "0.dkr.ecr.x.amazonaws.com/app:v1: not found", Trouble.IMAGE_MISSING),
    ("CannotPullContainerError: Error response from daemon: manifest unknown: Requested image not found", Trouble.IMAGE_MISSING),
    (PULL + 'failed to do request: Head "https://0.dkr.ecr.x.amazonaws.com": dial tcp 10.0.0.1:443: i/o timeout', Trouble.NO_CONNECTION),
    (PULL + "unexpected status from HEAD request: 403 Forbidden", Trouble.IMAGE_DENIED),
    (
        ASM + "unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: "
        "User: arn is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
        Trouble.IMAGE_DENIED,
    ),
    (
        ASM + 'unable to retrieve ecr registry auth: RequestError: send request failed caused by: Post "https": dial tcp: i/o timeout',
        Trouble.NO_CONNECTION,
    ),
    (FETCH + "RequestCanceled: request context canceled caused by: context deadline exceeded", Trouble.NO_CONNECTION),
    (FETCH + "AccessDeniedException: User: arn is not authorized to perform: secretsmanager:GetSecretValue", Trouble.SECRET_DENIED),
    (FETCH + "AccessDeniedException: Access to KMS is not allowed", Trouble.SECRET_DENIED),
    (FETCH + "ResourceNotFoundException: Secrets Manager can't find the specified secret.", Trouble.SECRET_MISSING),
    (
        FETCH + "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
        Trouble.SECRET_DELETED,
    ),
    (
        (
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create "
            "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
        ),
        Trouble.LOG_GROUP,
    ),
    ("CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'", Trouble.ARCHITECTURE),
    ("CannotStartContainerError: failed to create shim task: exec /app: exec format error", Trouble.ARCHITECTURE),
    ("CannotPullContainerError: toomanyrequests: Rate exceeded", Trouble.PULL_RATE),
    ("Essential container in task exited; OutOfMemoryError: Container killed due to memory usage", Trouble.OUT_OF_MEMORY),
    ("Unexpected EC2 error while attempting to create network interface: InsufficientFreeAddressesInSubnet", Trouble.NO_ADDRESS),
    ("(service x) was unable to place a task. Reason: Capacity is unavailable at this time.", Trouble.NO_CAPACITY),
    ("(service x) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run.", Trouble.NO_CAPACITY),
    ("Task failed ELB health checks in (target-group arn)", Trouble.UNHEALTHY),
    ("(service x) (port 8001) is unhealthy in (target-group arn) due to (reason Health checks failed)", Trouble.UNHEALTHY),
    ("(service x) rolling back to deployment ecs-svc/1.", Trouble.ROLLED_BACK),
    ("CannotStartContainerError: OCI runtime create failed: exec: uvicorn: executable file not found in $PATH", Trouble.CANNOT_START),
    ("Essential container in task exited", Trouble.EXITED),
]


@pytest.mark.parametrize(("words", "trouble"), WORDS, ids=[trouble for _, trouble in WORDS])
def test_words_of_ecs_have_one_meaning(words: str, trouble: Trouble) -> None:
    assert EcsMessage(None, "service", words, "").trouble is trouble


EVERYDAY = [
    "(service x) has reached a steady state.",
    "(service x) has started 2 tasks: (task a) (task b).",
    "(service x) registered 1 targets in (target-group arn)",
    "(service x) (deployment ecs-svc/1) deployment completed.",
]


@pytest.mark.parametrize("words", EVERYDAY)
def test_everyday_words_are_no_trouble_and_no_complaint(words: str) -> None:
    saying = EcsMessage(None, "service", words, "")
    assert (saying.trouble, saying.complains) == (None, False)


@pytest.mark.parametrize(
    ("saying", "complains"),
    [
        (EcsMessage(None, "task", "Something new", "arn"), True),
        (EcsMessage(None, "task", "Scaling activity initiated by (deployment ecs-svc/1)", "arn"), False),
        (EcsMessage(None, "service", "(service x) is unable to consistently start tasks successfully.", ""), True),
    ],
)
def test_a_task_that_ecs_did_not_end_on_purpose_is_a_complaint(saying: EcsMessage, complains: bool) -> None:
    assert saying.complains is complains


def test_every_trouble_has_words_that_mean_it() -> None:
    assert {trouble for _, trouble in WORDS} == set(Trouble)


def test_the_newest_words_come_first_and_old_events_do_not_count() -> None:
    events = [ServiceEvent(NOW - timedelta(minutes=minutes), f"{minutes} ago") for minutes in (1, 30, 90)]
    said = ecs_messages(events, [stopped("why", minutes_ago=10), stopped("", minutes_ago=2)], since=NOW - timedelta(hours=1))
    assert [saying.words for saying in said] == ["1 ago", "why", "30 ago"]
    assert str(said[1]) == "11:50 task 00000001: why"


def test_long_words_are_cut_where_they_are_shown_only() -> None:
    saying = EcsMessage(None, "service", "x" * 1000, "")
    assert str(saying) == f"service: {'x' * 300}..."

"""Where a rollback can go."""

from datetime import UTC, datetime, timedelta

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.deployment.candidates import History, history
from tradingbot_infra.operations.live.image_scans import Scan
from tradingbot_infra.operations.live.releases import Run
from tradingbot_infra.operations.live.repository import Holdings, Repository, RepositoryImage

URI = "111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production"
REPOSITORY = Repository(name="tradingbot-ai-production", uri=URI, immutable_tags=True, scan_on_push=True, keeps=10)
PLACEHOLDER = "public.ecr.aws/docker/library/python:3.13-alpine3.23"
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


def after(*ran: str, held: tuple[str, ...] = ("v1", "v2", "v3"), marked: tuple[str, ...] = ()) -> History:
    """What is known after images ran, the newest first; `held` are the tags in ECR."""
    ends = [None, *(BEGUN + timedelta(days=-number) for number in range(len(ran)))]
    runs = [Run(f"{URI}:{tag}" if tag.startswith("v") else tag, BEGUN, until) for tag, until in zip(ran, ends, strict=False)]
    images = [
        RepositoryImage(f"sha256:{tag}", (*((f"deployed-{tag}",) if tag in marked else ()), tag), BEGUN, 1, Scan("NOT_SCANNED", "", {}))
        for tag in held
    ]
    return history(runs, Holdings(REPOSITORY, tuple(images), None))


@pytest.mark.parametrize(
    ("ran", "before"),
    [
        (("v2", "v1"), "v1"),
        (("v3", "v2", "v1"), "v2"),
        (("v2", "v3", "v2", "v1"), "v1"),
        (("v3", "v2", "v3", "v2", "v1"), "v2"),
        (("v1", "v2", "v1"), None),
        (("v1", PLACEHOLDER), None),
        (("v2", PLACEHOLDER, "v1"), "v1"),
        ((PLACEHOLDER,), None),
        ((PLACEHOLDER, "v1"), "v1"),
        ((), None),
    ],
    ids=[
        "two",
        "three",
        "after-a-rollback",
        "forward-again",
        "to-the-first",
        "first",
        "over-it",
        "placeholder",
        "lost",
        "none",
    ],
)
def test_the_image_before_is_not_the_one_that_a_rollback_left(ran: tuple[str, ...], before: str | None) -> None:
    assert after(*ran).before == before


def test_candidates_are_what_ran_and_what_was_marked_with_when_it_last_ran() -> None:
    found = after("v2", "v1", held=("v3", "v2", "v1", "v0"), marked=("v3", "v1"))
    assert [(one.tag, one.runs, one.before, one.last_run) for one in found.candidates] == [
        ("v2", True, False, None),
        ("v1", False, True, BEGUN),
        ("v3", False, False, None),
    ]


def test_what_ecr_expired_is_named_and_refused() -> None:
    found = after("v3", "v2", "v1", held=("v3", "v1"))
    assert found.gone == ("v2",)
    with pytest.raises(UserError, match=r"^v2: is not in ECR any more; allowed: v1$"):
        found.chosen(None)
    assert found.chosen("v1").tag == "v1"


@pytest.mark.parametrize(
    ("ran", "to", "message"),
    [
        (("v2", "v1"), "v2", "--to v2: runs already; nothing was changed"),
        (("v2", "v1"), "v3", "--to v3: never ran here: `deploy --tag` runs it; allowed: v1"),
        (("v1", PLACEHOLDER), None, "No image ran before v1; allowed: none yet"),
        (("v1", "v2", "v1"), None, "No image ran before v1; allowed: --to v2"),
        ((PLACEHOLDER,), None, "No image ran before the placeholder; allowed: none yet"),
    ],
    ids=["runs", "never-ran", "first", "back-at-the-first", "placeholder"],
)
def test_a_rollback_that_leads_nowhere_is_one_line(ran: tuple[str, ...], to: str | None, message: str) -> None:
    with pytest.raises(UserError) as refused:
        after(*ran).chosen(to)
    assert str(refused.value) == message

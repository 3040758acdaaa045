"""Every image is scanned, and no tag ever moves."""

from dataclasses import replace

from tests.operations.rendering import plain
from tests.operations.verification.standing import REPOSITORY, outcomes
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.repository import guarded


def test_a_guarded_repository_passes() -> None:
    assert outcomes(guarded(REPOSITORY)) == {Outcome.PASS}


def test_images_that_are_not_scanned_fail_with_the_command_that_scans_them() -> None:
    scan, tags = guarded(replace(REPOSITORY, scan_on_push=False))
    assert (scan.outcome, tags.outcome) == (Outcome.FAIL, Outcome.PASS)
    assert plain(scan.next_step).startswith("aws ecr put-image-scanning-configuration ")


def test_tags_that_can_move_fail_with_the_command_that_holds_them() -> None:
    scan, tags = guarded(replace(REPOSITORY, immutable_tags=False))
    assert (scan.outcome, tags.outcome) == (Outcome.PASS, Outcome.FAIL)
    assert plain(tags.next_step).startswith("aws ecr put-image-tag-mutability ")

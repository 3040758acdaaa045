"""The image that a deployment would run is there, for the tasks' architecture."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.live.sample import live_stacks
from tests.operations.preflight.conftest import plan_of, templates
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live import image_platforms
from tradingbot_infra.operations.live.image_expiry import Expiry
from tradingbot_infra.operations.preflight import image as preflight_image
from tradingbot_infra.operations.preflight.image import remains_for_a_rollback, stored
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.verdict import Finding, Outcome

DIGEST = "sha256:" + hashlib.sha256(b"image").hexdigest()
AMD64, ARM64 = {"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"}
ATTESTATION = {"os": "unknown", "architecture": "unknown"}


@contextmanager
def holding(manifest: dict[str, Any] | None, **settings: object) -> Iterator[Plan]:
    """A plan for tag v1 of a repository that holds a manifest under it, or nothing."""
    with boto3_client("ecr") as (ecr, stubber), boto3_client("sts") as (sts, _):
        if manifest is None:
            stubber.add_client_error("describe_images", "ImageNotFoundException")
        else:
            detail = {"imageDigest": DIGEST, "imageTags": ["v1"], "imagePushedAt": datetime(2026, 11, 1, tzinfo=UTC)}
            stubber.add_response("describe_images", {"imageDetails": [detail]})
            stubber.add_client_error("describe_image_scan_findings", "ScanNotFoundException")
            stubber.add_response("batch_get_image", {"images": [{"imageManifest": json.dumps(manifest)}]})
            if "config" in manifest:
                stubber.add_response("get_download_url_for_layer", {"downloadUrl": "https://example.com/blob"})
        plan = plan_of(session_over(ecr=ecr, sts=sts), templates(), image_tag="v1", **settings)
        plan.__dict__["stacks"] = live_stacks()
        yield plan


def judged(manifest: dict[str, Any] | None, **settings: object) -> Finding:
    with holding(manifest, **settings) as plan:
        (finding,) = stored(plan)
    return finding


def test_the_placeholder_needs_no_repository() -> None:
    plan = plan_of(session_over(), templates())
    plan.__dict__["stacks"] = live_stacks()
    (finding,) = stored(plan)
    assert finding.outcome is Outcome.PASS


def test_an_image_that_the_deployment_pushes_itself_is_judged_after_the_push() -> None:
    (finding,) = stored(replace(plan_of(session_over(), templates()), chosen="v1", pushes=True))
    assert (finding.outcome, finding.found) == (Outcome.PASS, "v1 is pushed by this deployment")


def test_the_tag_is_that_of_the_settings_else_the_chosen_one_else_the_one_that_cloudformation_keeps() -> None:
    plan = plan_of(session_over(), templates())
    kept = tuple(replace(stack, parameters={"ImageTag": "v1"} if stack.part == "service" else {}) for stack in live_stacks())
    plan.__dict__["stacks"] = kept
    assert plan.tag == "v1"
    assert replace(plan, chosen="v2").tag == "v2"
    assert plan_of(session_over(), templates(), image_tag="v3").tag == "v3"
    plan.__dict__["stacks"] = tuple(replace(stack, parameters={"ImageTag": "none"}) for stack in kept)
    assert plan.tag is None


def test_a_tag_that_is_not_there_fails_with_the_push() -> None:
    finding = judged(None)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "tradingbot-ai-production has no image v1, so no task could start")
    assert plain(finding.next_step) == "tradingbot image push PATH --tag v1 --env production"


def test_before_the_first_deployment_there_is_nowhere_to_push() -> None:
    with holding(None) as plan:
        plan.__dict__["stacks"] = ()
        (finding,) = stored(plan)
    assert plain(finding.next_step).startswith("deploy without an image first, then ")


@pytest.mark.parametrize(
    ("platforms", "outcome"),
    [
        ([AMD64, ATTESTATION], Outcome.PASS),
        ([ARM64, AMD64], Outcome.PASS),
        ([ARM64, ATTESTATION], Outcome.FAIL),
        ([ATTESTATION], Outcome.NOT_ASSESSED),
    ],
    ids=["amd64", "both", "arm64", "none"],
)
def test_an_index_lists_its_platforms(platforms: list[dict[str, str]], outcome: Outcome) -> None:
    finding = judged({"manifests": [{"platform": platform} for platform in platforms]})
    assert finding.outcome is outcome
    if outcome is Outcome.FAIL:
        assert finding.found == "v1 is for linux/arm64, and cpu_architecture=X86_64 needs linux/amd64"


@pytest.mark.parametrize(("configuration", "outcome"), [(AMD64, Outcome.PASS), (ARM64, Outcome.FAIL), ({}, Outcome.NOT_ASSESSED)])
def test_a_single_image_has_its_platform_in_its_configuration(
    configuration: dict[str, str], outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_platforms, "_configuration_at", lambda _: configuration)
    assert judged({"config": {"digest": DIGEST}}).outcome is outcome


@pytest.mark.parametrize("code", ["LayersNotFoundException", "LayerInaccessibleException"])
def test_a_configuration_that_ecr_does_not_hand_out_leaves_it_open(code: str) -> None:
    with boto3_client("ecr") as (ecr, stubber), boto3_client("sts") as (sts, _):
        detail = {"imageDigest": DIGEST, "imageTags": ["v1"], "imagePushedAt": datetime(2026, 11, 1, tzinfo=UTC)}
        stubber.add_response("describe_images", {"imageDetails": [detail]})
        stubber.add_client_error("describe_image_scan_findings", "ScanNotFoundException")
        stubber.add_response("batch_get_image", {"images": [{"imageManifest": json.dumps({"config": {"digest": DIGEST}})}]})
        stubber.add_client_error("get_download_url_for_layer", code)
        (finding,) = stored(plan_of(session_over(ecr=ecr, sts=sts), templates(), image_tag="v1"))
    assert finding.outcome is Outcome.NOT_ASSESSED


def test_a_configuration_that_cannot_be_downloaded_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("urllib.request.urlopen", refused)
    assert judged({"config": {"digest": DIGEST}}).outcome is Outcome.NOT_ASSESSED


@pytest.mark.parametrize(
    ("running", "newer", "outcome"),
    [("v1", 30, Outcome.PASS), ("v0", 9, Outcome.PASS), ("v0", 10, Outcome.FAIL), ("v0", 30, Outcome.FAIL)],
    ids=["the-same", "among-the-newest", "just-beyond", "long-beyond"],
)
def test_a_rollback_needs_the_image_that_runs_now(running: str, newer: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    images = [*((f"v{number}",) for number in range(100, 100 + newer)), (running,)]
    monkeypatch.setattr(preflight_image, "read_expiry", lambda *_: Expiry(running, None))
    monkeypatch.setattr(preflight_image, "tags_newest_first", lambda *_: images)
    plan = plan_of(session_over(), templates(), image_tag="v1")
    plan.__dict__["stacks"] = live_stacks()
    (finding,) = remains_for_a_rollback(plan)
    assert finding.outcome is outcome
    if outcome is Outcome.FAIL:
        assert finding.next_step == "raise ecr_max_images above 10 until the new image runs well"


def test_before_the_first_deployment_there_is_nothing_to_roll_back_to() -> None:
    plan = plan_of(session_over(), templates(), image_tag="v1")
    plan.__dict__["stacks"] = ()
    assert [finding.outcome for finding in remains_for_a_rollback(plan)] == [Outcome.PASS]

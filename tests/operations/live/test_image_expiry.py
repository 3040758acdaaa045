"""When the image that runs goes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.image_expiry import Expiry, LifecyclePolicy, Spared, expiry_of, tags_newest_first

ANY = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
SPARING = {"tagStatus": "tagged", "tagPatternList": ["v1"], "countType": "imageCountMoreThan", "countNumber": 1}
TEN = LifecyclePolicy(10)


def policy(*selections: dict[str, Any]) -> LifecyclePolicy:
    return LifecyclePolicy.read(json.dumps({"rules": [{"selection": selection} for selection in selections]}))


@pytest.mark.parametrize(
    ("selections", "expected"),
    [
        ((ANY,), LifecyclePolicy(10)),
        ((ANY, {**ANY, "countNumber": 3}), LifecyclePolicy(3)),
        ((SPARING, ANY), LifecyclePolicy(10, (Spared("v1", 1),))),
        ((), LifecyclePolicy(None)),
        (({**ANY, "tagStatus": "untagged"},), LifecyclePolicy(None)),
        (({**ANY, "countType": "sinceImagePushed"},), LifecyclePolicy(None)),
        (({**SPARING, "tagPatternList": ["v*"]}, ANY), LifecyclePolicy(10, (Spared("v*", 1),))),
        (({**SPARING, "tagPatternList": ["v1", "stable"]}, ANY), LifecyclePolicy(10)),
        (({**SPARING, "countType": "sinceImagePushed"}, ANY), LifecyclePolicy(10)),
    ],
    ids=["count", "lowest-count", "spared", "empty", "untagged", "by-age", "pattern", "both-tags", "spared-by-age"],
)
def test_a_policy_is_read_for_what_it_leaves(selections: tuple[dict[str, Any], ...], expected: LifecyclePolicy) -> None:
    assert policy(*selections) == expected


@pytest.mark.parametrize(("newer", "pushes"), [(0, 10), (7, 3), (9, 1), (10, 0), (25, 0)])
def test_every_newer_image_is_a_push_less(newer: int, pushes: int) -> None:
    images = [*((f"v{number}",) for number in range(100, 100 + newer)), ("v1", "stable"), ("v0",)]
    assert expiry_of(TEN, images, "v1") == Expiry("v1", pushes)


def test_a_spared_image_and_one_without_a_policy_do_not_expire() -> None:
    images = [(f"v{number}",) for number in range(40, 0, -1)]
    assert expiry_of(LifecyclePolicy(10, (Spared("v1", 1),)), images, "v1").pushes is None
    assert expiry_of(LifecyclePolicy(None), images, "v1").pushes is None


def test_a_deployed_image_expires_by_newer_deployed_images_only() -> None:
    deployed = [(f"v{number}", f"deployed-v{number}") for number in range(9, 0, -1)]
    pushed = [(f"x{number}",) for number in range(40)]
    policy = LifecyclePolicy(10, (Spared("deployed-*", 10),))
    assert expiry_of(policy, [*pushed, *deployed], "v1") == Expiry("v1", 2, deployed=True)
    assert expiry_of(policy, [*pushed, *deployed, ("v0", "deployed-v0")], "v0").text.startswith("v0 expires with the next deployed image")
    assert expiry_of(policy, [*pushed, ("v0",), *deployed], "v0") == Expiry("v0", 0)


def test_a_rule_for_deployed_images_decides_before_the_one_for_all() -> None:
    images = [(f"v{number}", f"deployed-v{number}") for number in range(3, 0, -1)]
    assert expiry_of(LifecyclePolicy(10, (Spared("deployed-*", 2),)), images, "v1").pushes == 0


def test_the_parts_of_an_index_are_not_counted() -> None:
    assert expiry_of(TEN, [(), (), ("v2",), (), (), ("v1",)], "v1").pushes == 9


def test_the_newest_image_comes_first_whatever_the_order_of_ecr() -> None:
    begun = datetime(2026, 11, 1, tzinfo=UTC)
    details: list[Any] = [{"imageTags": [f"v{day}"], "imagePushedAt": begun + timedelta(days=day)} for day in (2, 1, 3)]
    with boto3_client("ecr") as (ecr, stubber):
        stubber.add_response("describe_images", {"imageDetails": [*details, {"imagePushedAt": begun}]})
        assert tags_newest_first(session_over(ecr=ecr), load_config("production").names) == (("v3",), ("v2",), ("v1",), ())


def test_without_a_tag_the_template_spares_the_images_that_were_deployed(synthesize: Synthesize) -> None:
    text = synthesize("production").only("AWS::ECR::Repository").properties["LifecyclePolicy"]["LifecyclePolicyText"]
    assert LifecyclePolicy.read(text) == LifecyclePolicy(10, (Spared("deployed-*", 10),))


def test_the_template_spares_the_image_of_the_settings_and_keeps_ten_beside_it(synthesize: Synthesize) -> None:
    repository = synthesize("production", image_tag="v1.0.0").only("AWS::ECR::Repository")
    text = repository.properties["LifecyclePolicy"]["LifecyclePolicyText"]
    assert LifecyclePolicy.read(text) == LifecyclePolicy(10, (Spared("v1.0.0", 1),))
    rules = json.loads(text)["rules"]
    assert [rule["selection"]["tagStatus"] for rule in sorted(rules, key=lambda rule: rule["rulePriority"])] == ["tagged", "any"]

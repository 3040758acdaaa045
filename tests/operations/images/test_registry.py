"""Under which address, by which login and with which tags docker reaches the repository."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deployed import session_of
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.images.registry import RegistryLogin, check_tag, push_address, registry_login
from tradingbot_infra.operations.live.repository import Repository

URI = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production"
REPOSITORY = Repository(name="tradingbot-ai-production", uri=URI, immutable_tags=True, scan_on_push=True, keeps=10)


@given(
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,118}", fullmatch=True).filter(
        lambda tag: tag.lower() not in ("latest", "none", "null") and not tag.startswith("deployed-")
    )
)
def test_a_tag_that_the_setting_can_hold_is_taken(tag: str) -> None:
    config = load_config("production")
    check_tag(tag, config)
    assert load_config("production", {"image_tag": tag}).task.image_tag == tag


@pytest.mark.parametrize("tag", ["", " v1", "v1\n", ".v1", "-v1", "v/1", "v:1", "v1@sha256", "é", "a" * 120, "none", "None", "null"])
def test_a_tag_that_the_setting_cannot_hold_is_one_line(tag: str) -> None:
    with pytest.raises(UserError) as refused:
        check_tag(tag, load_config("production"))
    assert str(refused.value).startswith(f"--tag {tag!r}: is no tag of an image; allowed: ")
    assert len(str(refused.value).splitlines()) == 1


def test_latest_is_refused_with_the_reason() -> None:
    with pytest.raises(UserError, match="--tag latest: would name another image after each push, so nobody could say what runs"):
        check_tag("latest", load_config("production"))


def test_the_mark_of_deployed_images_is_no_tag_of_a_persons_own() -> None:
    with pytest.raises(UserError, match="--tag deployed-v1: begins with deployed-, which marks images that were deployed; "):
        check_tag("deployed-v1", load_config("production"))


def test_in_an_account_docker_pushes_to_the_repositorys_uri() -> None:
    with boto3_client("sts") as (sts, _), boto3_client("ecr") as (ecr, _):
        assert push_address(session_over(sts=sts, ecr=ecr), REPOSITORY) == URI


def test_a_login_may_hold_a_colon() -> None:
    token = "QVdTOmE6Yg=="  # noqa: S105 - AWS:a:b
    with boto3_client("ecr") as (client, stubber):
        stubber.add_response("get_authorization_token", {"authorizationData": [{"authorizationToken": token}]})
        assert registry_login(session_over(ecr=client)) == RegistryLogin("AWS", "a:b")


@pytest.mark.local_cloud
def test_the_local_cloud_is_its_own_registry_with_a_login_that_no_repr_shows(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        session = session_of(cloud)
        assert push_address(session, REPOSITORY) == f"127.0.0.1:{cloud.port}/tradingbot-ai-production"
        login = registry_login(session)
    assert login.username == "AWS"
    assert len(login.password) > 8
    assert login.password not in repr(login)

"""The second tag that spares an image which was deployed."""

from collections.abc import Iterator

import pytest

from tests.deployed import session_of
from tests.operations.images.stand_in_docker import put_image
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.images.deployed import mark_deployed, unmark
from tradingbot_infra.operations.live.repository import image_of_tag
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAMES = load_config("production").names


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud with one image in a repository of immutable tags."""
    with running(tmp_path_factory.mktemp("deployed-mark")) as started:
        session_of(started).ecr.create_repository(repositoryName=NAMES.repository, imageTagMutability="IMMUTABLE")
        put_image(f"127.0.0.1:{started.port}", NAMES.repository, "v1")
        yield started


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """A session of that cloud."""
    return session_of(cloud)


def tags(session: Session, tag: str) -> tuple[str, ...]:
    """The tags of the image with a tag."""
    image = image_of_tag(session, NAMES, tag)
    return image.tags if image else ()


class TestMark:
    """The tests build on each other in order."""

    def test_the_same_image_gets_a_second_tag_once(self, session: Session) -> None:
        assert mark_deployed(session, NAMES, "v1") is True
        assert tags(session, "v1") == ("deployed-v1", "v1")
        assert mark_deployed(session, NAMES, "v1") is False

    def test_it_goes_again_without_the_image(self, session: Session) -> None:
        unmark(session, NAMES, "v1")
        assert tags(session, "v1") == ("v1",)

    def test_an_image_that_is_not_there_is_one_line(self, session: Session) -> None:
        with pytest.raises(UserError, match="tradingbot-ai-production has no image v9"):
            mark_deployed(session, NAMES, "v9")

    def test_a_tag_that_names_another_image_now_is_refused(self, cloud: LocalCloud, session: Session) -> None:
        mark_deployed(session, NAMES, "v1")
        session.ecr.batch_delete_image(repositoryName=NAMES.repository, imageIds=[{"imageTag": "v1"}])
        put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, "v1", "arm64")
        with pytest.raises(UserError, match=r"^deployed-v1 is sha256:\w{12} since .*, and v1 is sha256:\w{12} now: somebody deleted v1"):
            mark_deployed(session, NAMES, "v1")

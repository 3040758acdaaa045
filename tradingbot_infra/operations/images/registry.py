"""How docker reaches the image repository: under which address, by which login, and with which tags."""

import base64
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.repository import Repository
from tradingbot_infra.operations.session import Session

LONGEST_TAG = 128 - len(DEPLOYED_PREFIX)
"""Characters of a tag that leave room for the mark: ECR takes 128 (ECR API, PutImage)."""


@dataclass(frozen=True)
class RegistryLogin:
    """What a registry asks of docker, good for twelve hours (ECR API, "GetAuthorizationToken"). No repr shows the password."""

    username: str
    password: str = field(repr=False)


def check_tag(tag: str, config: EnvironmentConfig) -> None:
    """Raises UserError for a tag that the setting image_tag cannot hold: such an image could never run.

    Also for one that `deploy` could not mark as deployed, because it is marked itself, or too long for the mark.
    """
    if tag == "latest":
        raise UserError("--tag latest: would name another image after each push, so nobody could say what runs; allowed: a tag of its own")
    if tag.startswith(DEPLOYED_PREFIX):
        raise UserError(f"--tag {tag}: begins with {DEPLOYED_PREFIX}, which marks images that were deployed; allowed: another tag")
    try:
        taken = load_config(config.environment, {"image_tag": tag}).task.image_tag
    except ConfigError:
        taken = None
    if taken != tag or len(tag) > LONGEST_TAG:
        raise UserError(
            f"--tag {tag!r}: is no tag of an image; allowed: at most {LONGEST_TAG} letters, digits, dots, hyphens and underscores, "
            "first no dot and no hyphen, and not `none`"
        )


def push_address(session: Session, repository: Repository) -> str:
    """Where docker pushes to, without a tag. The local cloud implements the registry's protocol at its own host and port."""
    return f"{urlsplit(session.ecr.meta.endpoint_url).netloc}/{repository.name}" if session.local else repository.uri


def registry_login(session: Session) -> RegistryLogin:
    """A login for the account's registry."""
    token = session.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    username, _, password = base64.b64decode(token).decode().partition(":")
    return RegistryLogin(username, password)

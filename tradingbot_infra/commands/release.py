"""Which image a deployment gives the service: the options of `deploy`, and what they mean beside the settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.image.pushing import ImagePush, build_directory, prepare_push
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.images.commit import tag_of_commit
from tradingbot_infra.operations.images.registry import check_tag
from tradingbot_infra.operations.live.repository import image_of_tag

Image = Annotated[
    str | None,
    typer.Option(
        "--image", metavar="PATH|IMAGE", help="Build this directory, or take this local image, push it, and run it. Its tag is --tag."
    ),
]
Tag = Annotated[
    str | None,
    typer.Option("--tag", help="Run the image with this tag. With --image PATH alone it is PATH's commit; without both, what runs stays."),
]
SkipExisting = Annotated[
    bool, typer.Option("--skip-existing", help="With --image: where the tag exists, push nothing and run what is there, as in a pipeline.")
]

Digest = Annotated[
    str | None,
    typer.Option("--digest", help="Digest that the image of --tag must have in ECR, such as sha256:...: what a pipeline built and tested."),
]


@dataclass(frozen=True)
class Release:
    """What `deploy` was asked to run. `tag` is None where the deployed image stays, or the settings name it."""

    tag: str | None = None
    image_push: ImagePush | None = None

    @property
    def pushes(self) -> bool:
        """Whether an image is pushed: not where the tag exists already."""
        return self.image_push is not None and self.image_push.existing is None


def chosen_release(account: Account, image: str | None, tag: str | None, *, digest: str | None, skip_existing: bool) -> Release:
    """The release of these options.

    Raises UserError for options that contradict each other, the settings or ECR, and for an image that cannot be pushed.
    """
    if digest is not None and (tag is None or image is not None):
        raise UserError(f"--digest {digest}: is about an image in ECR; allowed: together with --tag, without --image")
    if skip_existing and image is None:
        raise UserError("--skip-existing: is about a push; allowed: together with --image")
    wanted = _tag_of(image) if tag is None and image is not None else tag
    if wanted is None:
        return Release()
    check_tag(wanted, account.config)
    named = account.config.task.image_tag
    if named not in (None, wanted):
        raise UserError(
            f"--tag {wanted}: image_tag is {named} in the settings, which no deployment changes; allowed: --tag {named}, or image_tag=None"
        )
    if digest is not None:
        _check_digest(account, wanted, digest)
    pushed = None if image is None else prepare_push(account, image, wanted, skip_existing=skip_existing)
    return Release(None if named else wanted, pushed)


def _check_digest(account: Account, tag: str, digest: str) -> None:
    """Tags are immutable, so what is there now is what runs. That there is no image at all, the checks of the deployment say."""
    found = image_of_tag(account.session, account.config.names, tag)
    if found is not None and found.digest != digest:
        raise UserError(f"Nothing was changed: {tag} is {found.digest} in ECR, and --digest is {digest}")


def _tag_of(image: str) -> str:
    directory = build_directory(image)
    if directory is None:
        raise UserError(f"--image {image}: a local image has no commit that could name it; allowed: --tag TAG beside it")
    return tag_of_commit(Path(directory))

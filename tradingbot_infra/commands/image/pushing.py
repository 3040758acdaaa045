"""A push of an image in its two parts: what can be refused before Docker works, and the push. `image push` and `deploy` share it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_step, print_warning, stderr
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.images.credential_helpers import logs_in_by_itself
from tradingbot_infra.operations.images.registry import check_tag, push_address, registry_login
from tradingbot_infra.operations.live.repository import image_of_tag, read_expiry, read_repository
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence, spare

if TYPE_CHECKING:
    from tradingbot_infra.operations.images.docker import Docker, LocalImage
    from tradingbot_infra.operations.live.repository import RepositoryImage


@dataclass(frozen=True)
class ImagePush:
    """What is pushed, and to where. `directory` is built; None for a local image.

    `existing` is the image that has the tag already: then nothing is pushed, and no Docker is needed.
    """

    source: str
    directory: Path | None
    tag: str
    reference: str
    platform: str
    existing: "RepositoryImage | None"
    docker: "Docker | None"

    @property
    def registry(self) -> str:
        """The host that docker logs in to."""
        return self.reference.partition("/")[0]


@dataclass(frozen=True)
class Pushed:
    """The image that ECR has under the tag now, and what it does not bring, a sentence each."""

    image: "RepositoryImage"
    warnings: tuple[str, ...] = ()


def prepare_push(account: Account, source: str, tag: str, *, skip_existing: bool) -> ImagePush:
    """What a push would do.

    Raises UserError for a tag or a source that cannot be pushed, for a tag that exists unless `skip_existing`, and without Docker;
    Missing where there is no repository yet.
    """
    from tradingbot_infra.operations.images.docker import PLATFORMS

    check_tag(tag, account.config)
    directory = build_directory(source)
    repository = read_repository(account.session, account.config.names)
    reference = f"{push_address(account.session, repository)}:{tag}"
    existing = image_of_tag(account.session, account.config.names, tag)
    if existing and not skip_existing:
        _refuse_existing(tag, existing)
    platform = PLATFORMS[account.config.task.cpu_architecture]
    docker = None if existing else _find_docker(account, source, reference, platform, build=directory is not None)
    return ImagePush(source, directory, tag, reference, platform, existing, docker)


def push_image(account: Account, image_push: ImagePush) -> Pushed:
    """Builds where a directory is named, pushes, and warns of what the image does not bring.

    Raises UserError for an image of the wrong architecture, and when Docker or the registry refuses.
    """
    if image_push.docker is None:
        return _skipped(image_push)
    from tradingbot_infra.operations.images.docker import check_platform, shortcomings

    docker, task = image_push.docker, account.config.task
    _log_in(account, docker, image_push)
    image = _local_image(docker, image_push)
    check_platform(image, image_push.source, task)
    warnings = shortcomings(image, task)
    for warning in warnings:
        print_warning(f"Warning: {warning}")
    _push(docker, image_push, account.profile)
    _stand_in(account, image_push)
    return Pushed(_pushed_image(account, image_push), warnings)


def warn_of_expiry(account: Account) -> None:
    """Every push brings the image that runs nearer to its end, unless the lifecycle policy spares it."""
    expiry = read_expiry(account.session, account.config.names)
    if expiry and expiry.near:
        print_warning(f"Warning: {expiry.text}. {account.rendered(sentence('Next: ', *spare(expiry.tag).parts))}")


def build_directory(source: str) -> Path | None:
    """The directory to build; None for the name of a local image.

    Raises UserError for a path that is neither.
    """
    path = Path(source)
    if path.is_dir():
        if not (path / "Dockerfile").is_file():
            raise UserError(f"{source}: has no Dockerfile; allowed: a directory that has one, or the name of a local image")
        return path
    if path.exists() or source.startswith((".", "/", "~")):
        raise UserError(f"{source}: is not a directory; allowed: a directory with a Dockerfile, or the name of a local image")
    return None


def _refuse_existing(tag: str, existing: "RepositoryImage") -> None:
    raise UserError(
        f"--tag {tag}: is {existing.digest} since {existing.pushed_at:%Y-%m-%d %H:%M %Z}, and tags are immutable; allowed: a new tag, "
        "or --skip-existing, which takes it"
    )


def _find_docker(account: Account, source: str, reference: str, platform: str, *, build: bool) -> "Docker":
    from tradingbot_infra.operations.images.docker import Docker, NoDocker, commands_of_a_push

    try:
        return Docker.find()
    except NoDocker as error:
        region = None if account.session.local else account.session.region
        commands = commands_of_a_push(source, reference, platform, build=build, region=region, profile=account.profile)
        lines = (str(error), "On a machine with Docker, with the same credentials:", *(f"  {command}" for command in commands))
        raise NoDocker("\n".join(lines)) from None


def _skipped(image_push: ImagePush) -> Pushed:
    if image_push.existing is None:
        raise ValueError("a push without Docker is of a tag that exists")
    print_step(f"Nothing pushed: {image_push.tag} exists since {image_push.existing.pushed_at:%Y-%m-%d %H:%M %Z}")
    return Pushed(image_push.existing)


def _stand_in(account: Account, image_push: ImagePush) -> None:
    """The local cloud pulls no layers: its tasks run the directory that was built."""
    if account.local and image_push.directory:
        from tradingbot_infra.local_cloud.fargate import images
        from tradingbot_infra.local_cloud.place import images_file

        images.add(images_file(account.state_directory), {image_push.tag: {"directory": str(image_push.directory.resolve())}})


def _log_in(account: Account, docker: "Docker", image_push: ImagePush) -> None:
    if logs_in_by_itself(image_push.registry):
        print_step(f"No login: docker's credential helper for ECR answers for {image_push.registry}")
        return
    print_step(f"Logging in to {image_push.registry}")
    login = registry_login(account.session)
    stderr.print(docker.login(image_push.registry, username=login.username, password=login.password), markup=False)


def _local_image(docker: "Docker", image_push: ImagePush) -> "LocalImage":
    if image_push.directory:
        print_step(f"Building {image_push.source} for {image_push.platform}")
        docker.build(image_push.directory, image_push.reference, platform=image_push.platform)
    image = docker.inspect(image_push.reference if image_push.directory else image_push.source)
    if image is None:
        raise UserError(f"{image_push.source}: is neither a directory nor a local image; `docker image ls` lists local images")
    return image


def _push(docker: "Docker", image_push: ImagePush, profile: str | None) -> None:
    print_step(f"Pushing {image_push.reference}")
    if image_push.directory is None:
        docker.tag(image_push.source, image_push.reference)
    try:
        docker.push(image_push.reference, platform=image_push.platform, profile=profile)
    except KeyboardInterrupt:
        stderr.print("A push sends the tag last: either it exists and names the complete image, or it does not exist.")
        raise


def _pushed_image(account: Account, image_push: ImagePush) -> "RepositoryImage":
    pushed = image_of_tag(account.session, account.config.names, image_push.tag)
    if pushed is None:
        retry = account.rendered(sentence("try ", OwnCommand("image status"), " in a minute"))
        raise NotAnswered(f"{image_push.reference}: docker pushed it, but ECR does not list it yet: {retry}")
    return pushed

"""`image push`: builds an image or takes a local one, and pushes it to the environment's ECR repository."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line, print_step, print_warning, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.images.credential_helpers import logs_in_by_itself
from tradingbot_infra.operations.images.registry import check_tag, push_address, registry_login
from tradingbot_infra.operations.live.repository import image_of_tag, read_expiry, read_repository
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, sentence, spare

if TYPE_CHECKING:
    from tradingbot_infra.operations.images.docker import Docker, LocalImage
    from tradingbot_infra.operations.live.repository import RepositoryImage

Source = Annotated[str, typer.Argument(metavar="PATH|IMAGE", help="Directory with a Dockerfile to build, or name of a local image.")]
Tag = Annotated[str, typer.Option(help="New tag, such as v1.0.0. Tags are immutable; `latest` is refused.")]
SkipExisting = Annotated[
    bool,
    typer.Option(
        "--skip-existing", help="Where the tag exists, push nothing and exit 0, whatever image it names: for a pipeline that runs again."
    ),
]


@dataclass(frozen=True)
class ImagePush:
    """What is pushed, and to where. `directory` is built; None for a local image."""

    source: str
    directory: Path | None
    reference: str
    platform: str

    @property
    def registry(self) -> str:
        """The host that docker logs in to."""
        return self.reference.partition("/")[0]


@account_command
def push(account: Account, source: Source, tag: Tag, skip_existing: SkipExisting = False, json: Json = False) -> None:
    """Push a local image, or build and push a directory. Needs Docker.

    Refuses an image of the wrong architecture, and without --skip-existing a tag that exists. Docker stores the registry's login,
    valid for twelve hours, where its own configuration says. Deploys nothing: it prints the next step.
    """
    from tradingbot_infra.operations.images.docker import PLATFORMS, check_platform, shortcomings

    task = account.config.task
    check_tag(tag, account.config)
    directory = _build_directory(source)
    repository = read_repository(account.session, account.config.names)
    image_push = ImagePush(source, directory, f"{push_address(account.session, repository)}:{tag}", PLATFORMS[task.cpu_architecture])
    existing = image_of_tag(account.session, account.config.names, tag)
    if existing and skip_existing:
        print_step(f"Nothing pushed: {tag} exists since {existing.pushed_at:%Y-%m-%d %H:%M %Z}")
        _report(account, image_push, tag, existing, (), json=json)
        return
    _refuse_existing(tag, existing)
    docker = _find_docker(account, image_push)
    _log_in(account, docker, image_push)
    image = _local_image(docker, image_push)
    check_platform(image, source, task)
    warnings = shortcomings(image, task)
    for warning in warnings:
        print_warning(f"Warning: {warning}")
    _push(docker, image_push, account.profile)
    _report(account, image_push, tag, _pushed_image(account, image_push, tag), warnings, json=json)
    _warn_of_expiry(account)


def _build_directory(source: str) -> Path | None:
    path = Path(source)
    if path.is_dir():
        if not (path / "Dockerfile").is_file():
            raise UserError(f"{source}: has no Dockerfile; allowed: a directory that has one, or the name of a local image")
        return path
    if path.exists() or source.startswith((".", "/", "~")):
        raise UserError(f"{source}: is not a directory; allowed: a directory with a Dockerfile, or the name of a local image")
    return None


def _refuse_existing(tag: str, existing: "RepositoryImage | None") -> None:
    if existing:
        raise UserError(
            f"--tag {tag}: is {existing.digest} since {existing.pushed_at:%Y-%m-%d %H:%M %Z}, and tags are immutable; allowed: a new tag"
        )


def _find_docker(account: Account, image_push: ImagePush) -> "Docker":
    from tradingbot_infra.operations.images.docker import Docker, NoDocker, commands_of_a_push

    try:
        return Docker.find()
    except NoDocker as error:
        region = None if account.session.local else account.session.region
        build = bool(image_push.directory)
        commands = commands_of_a_push(
            image_push.source, image_push.reference, image_push.platform, build=build, region=region, profile=account.profile
        )
        lines = (str(error), "On a machine with Docker, with the same credentials:", *(f"  {command}" for command in commands))
        raise NoDocker("\n".join(lines)) from None


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


def _pushed_image(account: Account, image_push: ImagePush, tag: str) -> "RepositoryImage":
    pushed = image_of_tag(account.session, account.config.names, tag)
    if pushed is None:
        retry = account.rendered(sentence("try ", OwnCommand("image status"), " in a minute"))
        raise NotAnswered(f"{image_push.reference}: docker pushed it, but ECR does not list it yet: {retry}")
    return pushed


def _report(account: Account, image_push: ImagePush, tag: str, image: "RepositoryImage", warnings: tuple[str, ...], *, json: bool) -> None:
    if json:
        print_json(_document(account, image_push, tag, image, warnings))
    else:
        _print(account, tag, image)


def _warn_of_expiry(account: Account) -> None:
    """Every push brings the image that runs nearer to its end, unless the lifecycle policy spares it."""
    expiry = read_expiry(account.session, account.config.names)
    if expiry and expiry.near:
        print_warning(f"Warning: {expiry.text}. {account.rendered(sentence('Next: ', *spare(expiry.tag).parts))}")


def _document(account: Account, image_push: ImagePush, tag: str, pushed: "RepositoryImage", warnings: tuple[str, ...]) -> dict[str, object]:
    return {
        "environment": account.config.environment,
        "repository": account.config.names.repository,
        "tag": tag,
        "digest": pushed.digest,
        "pushed_at": pushed.pushed_at.isoformat(),
        "size_bytes": pushed.size_bytes,
        "reference": image_push.reference,
        "platform": image_push.platform,
        "warnings": warnings,
    }


def _print(account: Account, tag: str, pushed: "RepositoryImage") -> None:
    config = account.config
    setting = "" if config.task.image_tag == tag else f'set "image_tag": "{tag}" in config/environments.py, then '
    print_line(f"{config.names.repository}:{tag} is {pushed.digest}")
    print_line(account.rendered(sentence(f"Next: {setting}", CdkDeploy())))

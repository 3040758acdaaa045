"""`image`: push an image under a tag of its own, and see what the repository holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import ExitCode, Json, print_json, print_rows, progress, results, say
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.images.registry import check_tag, push_address, registry_login
from tradingbot_infra.operations.live.image_scans import Severity
from tradingbot_infra.operations.live.repository import image_of_tag, read_holdings, read_repository

if TYPE_CHECKING:
    from tradingbot_infra.operations.images.docker import Docker, LocalImage
    from tradingbot_infra.operations.live.repository import Holdings

Source = Annotated[str, typer.Argument(metavar="PATH|IMAGE", help="A directory with a Dockerfile, else the name of a local image.")]
Tag = Annotated[str, typer.Option(help="Tag of its own, such as v1.0.0: it never moves, and is never `latest`.")]
FailOn = Annotated[
    Severity | None,
    typer.Option(help="Exit with 1 when the image that runs, else the newest, has findings this bad or worse, or no finished scan."),
]

app = typer.Typer(help="Push images, and show what is stored. Under tags that never move.", no_args_is_help=True, rich_markup_mode=None)


@dataclass(frozen=True)
class Wanted:
    """What is to be pushed, as what. `directory` is the source where it is built here, None where it is a local image."""

    source: str
    directory: Path | None
    reference: str
    platform: str

    @property
    def registry(self) -> str:
        """The host that docker logs in to."""
        return self.reference.partition("/")[0]


@app.command()
@on_account
def push(account: Account, source: Source, tag: Tag, json: Json = False) -> None:
    """Build a directory's Dockerfile, or take a local image, and push it by the docker command.

    Docker keeps the registry's login, which is good for twelve hours, where its own configuration says.
    """
    from tradingbot_infra.operations.images.docker import PLATFORMS, check_platform, shortcomings

    task = account.config.task
    check_tag(tag, account.config)
    directory = _directory(source)
    repository = read_repository(account.session, account.config.names)
    _check_free(account, tag)
    wanted = Wanted(source, directory, f"{push_address(account.session, repository)}:{tag}", PLATFORMS[task.cpu_architecture])
    docker = _docker(account, wanted)
    _log_in(account, docker, wanted)
    image = _image(docker, wanted)
    check_platform(image, source, task)
    warnings = shortcomings(image, task)
    for warning in warnings:
        progress.print(f"Warning: {warning}", markup=False, style="yellow")
    _push(docker, wanted)
    _print_pushed(account, wanted, tag, warnings, as_json=json)


@app.command()
@on_account
def status(account: Account, fail_on: FailOn = None, json: Json = False) -> None:
    """Show the repository's images, the newest first, with findings by severity, and which one the service runs."""
    holdings = read_holdings(account.session, account.config.names)
    if json:
        print_json({"environment": account.config.environment, **holdings.document})
    else:
        _print_holdings(holdings)
    if fail_on and (failure := holdings.failure(fail_on)):
        progress.print(failure, markup=False, style="red")
        raise typer.Exit(ExitCode.FAILED)


def _directory(source: str) -> Path | None:
    path = Path(source)
    if path.is_dir():
        if not (path / "Dockerfile").is_file():
            raise UserError(f"{source}: has no Dockerfile; allowed: a directory that has one, or the name of a local image")
        return path
    if path.exists() or source.startswith((".", "/", "~")):
        raise UserError(f"{source}: is no directory; allowed: a directory with a Dockerfile, or the name of a local image")
    return None


def _check_free(account: Account, tag: str) -> None:
    taken = image_of_tag(account.session, account.config.names, tag)
    if taken:
        raise UserError(
            f"--tag {tag}: is {taken.digest} since {taken.pushed_at:%Y-%m-%d %H:%M %Z}, and tags never move; allowed: a new tag"
        )


def _docker(account: Account, wanted: Wanted) -> "Docker":
    from tradingbot_infra.operations.images.docker import Docker, NoDocker, commands_of_a_push

    try:
        return Docker.find()
    except NoDocker as error:
        region = None if account.session.local else account.session.region
        commands = commands_of_a_push(wanted.source, wanted.reference, wanted.platform, build=bool(wanted.directory), region=region)
        lines = (str(error), "Where docker runs, with the same credentials:", *(f"  {command}" for command in commands))
        raise NoDocker("\n".join(lines)) from None


def _log_in(account: Account, docker: "Docker", wanted: Wanted) -> None:
    say(f"Logging in to {wanted.registry}")
    login = registry_login(account.session)
    said = docker.login(wanted.registry, username=login.username, password=login.password)
    progress.print(said, markup=False)


def _image(docker: "Docker", wanted: Wanted) -> "LocalImage":
    if wanted.directory:
        say(f"Building {wanted.source} for {wanted.platform}")
        docker.build(wanted.directory, wanted.reference, platform=wanted.platform)
    image = docker.inspect(wanted.reference if wanted.directory else wanted.source)
    if image is None:
        raise UserError(f"{wanted.source}: is neither a directory nor a local image; `docker image ls` names those there are")
    return image


def _push(docker: "Docker", wanted: Wanted) -> None:
    say(f"Pushing {wanted.reference}")
    if wanted.directory is None:
        docker.tag(wanted.source, wanted.reference)
    try:
        docker.push(wanted.reference, platform=wanted.platform)
    except KeyboardInterrupt:
        progress.print("The tag comes with the last thing that a push sends: it names the whole image, or does not exist yet.")
        raise


def _print_pushed(account: Account, wanted: Wanted, tag: str, warnings: tuple[str, ...], *, as_json: bool) -> None:
    config = account.config
    pushed = image_of_tag(account.session, config.names, tag)
    if pushed is None:
        raise NotAnswered(f"{wanted.reference}: docker pushed it, and ECR does not know it: `image status` in a minute")
    if as_json:
        document = {"environment": config.environment, "repository": config.names.repository, "tag": tag, "digest": pushed.digest}
        told = {"reference": wanted.reference, "platform": wanted.platform, "warnings": warnings}
        print_json({**document, "pushed_at": pushed.pushed_at.isoformat(), "size_bytes": pushed.size_bytes, **told})
        return
    deploy = (
        f"python -m tradingbot_infra up --env {config.environment}"
        if account.session.local
        else f"cdk deploy --all -c env={config.environment}"
    )
    write = "" if config.task.image_tag == tag else f'write "image_tag": "{tag}" into config/environments.py, then '
    results.print(f"{config.names.repository}:{tag} is {pushed.digest}", markup=False)
    results.print(f"Next: {write}`{deploy}`", markup=False)


def _print_holdings(holdings: "Holdings") -> None:
    repository = holdings.repository
    keeps = f"the newest {repository.keeps} images are kept" if repository.keeps else "every image is kept"
    results.print(f"{repository.uri}, {keeps}", markup=False)
    runs = holdings.runs
    rows = [
        (
            ", ".join(image.tags) or "(no tag)",
            image.short_digest,
            f"{image.pushed_at:%Y-%m-%d %H:%M %Z}",
            f"{image.size_bytes / 1e6:.1f} MB",
            image.scan.summary,
            "runs" if image is runs else "",
        )
        for image in holdings.images
    ]
    if rows:
        print_rows([("Tag", "Digest", "Pushed", "Size", "Scan", ""), *rows])
    results.print(_what_runs(holdings), markup=False)


def _what_runs(holdings: "Holdings") -> str:
    if holdings.reference is None:
        return "No service stands yet."
    if holdings.lacks_what_runs:
        return f"The service names {holdings.reference}, which the repository does not have: no new task can start."
    return f"The service runs {holdings.reference}" + ("." if holdings.runs else ", which is not of this repository.")

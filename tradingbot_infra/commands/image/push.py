"""`image push`: builds an image or takes a local one, and pushes it to the environment's ECR repository."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line
from tradingbot_infra.commands.image.pushing import ImagePush, Pushed, prepare_push, push_image, warn_of_expiry
from tradingbot_infra.commands.options import Json
from tradingbot_infra.operations.printed_commands import OwnCommand, Sentence, sentence

Source = Annotated[str, typer.Argument(metavar="PATH|IMAGE", help="Directory with a Dockerfile to build, or name of a local image.")]
Tag = Annotated[str, typer.Option(help="New tag, such as v1.0.0. Tags are immutable; `latest` is refused.")]
SkipExisting = Annotated[
    bool,
    typer.Option(
        "--skip-existing", help="Where the tag exists, push nothing and exit 0, whatever image it names: for a pipeline that runs again."
    ),
]


@account_command
def push(account: Account, source: Source, tag: Tag, skip_existing: SkipExisting = False, json: Json = False) -> None:
    """Push a local image, or build and push a directory. Needs Docker.

    Refuses an image of the wrong architecture, and without --skip-existing a tag that exists. Docker stores the registry's login,
    valid for twelve hours, where its own configuration says. Deploys nothing: it prints the next step.
    """
    image_push = prepare_push(account, source, tag, skip_existing=skip_existing)
    pushed = push_image(account, image_push)
    if json:
        print_json(_document(account, image_push, pushed))
    else:
        _print(account, image_push, pushed)
    if image_push.existing is None:
        warn_of_expiry(account)


def _document(account: Account, image_push: ImagePush, pushed: Pushed) -> dict[str, object]:
    return {
        "environment": account.config.environment,
        "repository": account.config.names.repository,
        "tag": image_push.tag,
        "digest": pushed.image.digest,
        "pushed_at": pushed.image.pushed_at.isoformat(),
        "size_bytes": pushed.image.size_bytes,
        "reference": image_push.reference,
        "platform": image_push.platform,
        "warnings": pushed.warnings,
    }


def _print(account: Account, image_push: ImagePush, pushed: Pushed) -> None:
    print_line(f"{account.config.names.repository}:{image_push.tag} is {pushed.image.digest}")
    print_line(account.rendered(_next_step(account, image_push.tag)))


def _next_step(account: Account, tag: str) -> Sentence:
    """A tag that the settings name needs no option; where they name another, the settings change first."""
    named = account.config.task.image_tag
    if named is None:
        return sentence("Next: ", OwnCommand(f"deploy --tag {tag}"))
    change = "" if named == tag else f'set "image_tag" to "{tag}", or to none, in config/environments.py, then '
    return sentence(f"Next: {change}", OwnCommand("deploy"))

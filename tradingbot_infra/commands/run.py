"""`run`: one command in a task of its own, with the service's image, roles and network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_step, print_warning
from tradingbot_infra.commands.one_off import Detach, Timeout, end, finished, left_running, started
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.one_off.place import Place


@account_command
def run(
    account: Account,
    command: Annotated[list[str] | None, typer.Argument(help='Command, such as "alembic upgrade head".')] = None,
    command_file: Annotated[
        Path | None, typer.Option(help="Run this script instead, with the interpreter that its first line names.")
    ] = None,
    image: Annotated[str | None, typer.Option(metavar="TAG", help="Run this image of the repository, not the service's.")] = None,
    cpu: Annotated[int | None, typer.Option(help="CPU units of the task; default: the service's.")] = None,
    memory: Annotated[int | None, typer.Option(help="Memory of the task, MiB; default: the service's.")] = None,
    timeout: Timeout = "1h",
    detach: Detach = False,
) -> None:
    """Run one command in a task of its own, beside the service.

    The task has the service's image, roles, secrets, subnets and security groups. It is no target of the load balancer. Its log goes
    to stdout and its exit code becomes this command's. Ctrl-C stops the task. No shell runs in between.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off.definitions import registered, with_image
    from tradingbot_infra.operations.one_off.place import read_place
    from tradingbot_infra.operations.one_off.running import Order
    from tradingbot_infra.operations.one_off.size import check, size

    words = _words(command, command_file)
    allowed = period(timeout)
    check(cpu, memory)
    if image:
        _check_tag(image, account)
    place = read_place(account.session, account.config.names)
    overrides = _overrides(place, words, size(cpu, memory, own=place.size))
    what = str(command_file or " ".join(words))
    name = place.service.task_definition.container
    if image is None:
        print_step(f"{what}, in a task of {place.service.task_definition.image}")
        _warn_of_the_placeholder(place)
        order = Order(definition=place.definition, containers=(name,), overrides=overrides)
        task = started(account, place, order)
    else:
        reference = _reference(account, image)
        print_step(f"{what}, in a task of {reference}")
        document = with_image(account.session, account.config.names, place, reference)
        with registered(account.session, account.config.names, document) as definition:
            order = Order(definition=definition, containers=(name,), overrides=overrides)
            task = started(account, place, order)
    if detach:
        left_running(account, task)
    else:
        end(finished(account, place, order, task, allowed), what=what)


def _words(command: list[str] | None, file: Path | None) -> list[str]:
    from tradingbot_infra.operations.one_off.words import words_of, words_of_file

    if command and file:
        raise UserError("COMMAND and --command-file: one or the other")
    return words_of_file(file) if file else words_of(command or [])


def _overrides(place: "Place", words: list[str], sized: dict[str, str]) -> dict[str, Any]:
    from tradingbot_infra.operations.one_off.words import check_size

    overrides = {"containerOverrides": [{"name": place.service.task_definition.container, "command": words}], **sized}
    check_size(overrides, "The command")
    return overrides


def _check_tag(tag: str, account: Account) -> None:
    from tradingbot_infra.operations.images.registry import check_tag

    try:
        check_tag(tag, account.config)
    except UserError as error:
        raise UserError(str(error).replace("--tag", "--image", 1)) from None


def _reference(account: Account, tag: str) -> str:
    """The image of a tag as a task definition names it; raises UserError when the repository does not have it."""
    from tradingbot_infra.operations.live.repository import read_repository, stored_image

    names = account.config.names
    reference = f"{read_repository(account.session, names).uri}:{tag}"
    # The local cloud puts a stand-in into the repository when it first runs.
    if stored_image(account.session, names, reference) is None and not account.session.local:
        raise UserError(f"--image {tag}: {names.repository} has no such image; allowed: a tag that `image status` lists")
    return reference


def _warn_of_the_placeholder(place: "Place") -> None:
    from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE

    if place.service.task_definition.image == PLACEHOLDER_IMAGE:
        print_warning("The placeholder runs, which has Python and nothing of yours: deploy an image, or give --image")

"""`rollback`: runs an image again that ran before, and changes nothing else."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_step, stderr
from tradingbot_infra.commands.deploy_output import after_failure
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.verify import failed_items
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.candidates import Candidate, History
    from tradingbot_infra.operations.live.stacks import LiveStack

To = Annotated[str | None, typer.Option(metavar="TAG", help="Go back to this image; default: the one that ran before.")]
List = Annotated[bool, typer.Option("--list", help="List the images to go back to, and change nothing.")]

_HEADINGS = ("TAG", "DIGEST", "PUSHED", "LAST RUN", "SCAN", "")


@account_command
def rollback(account: Account, to: To = None, listed: List = False, yes: Yes = False, json: Json = False) -> None:
    """Go back to an image that ran before, and change nothing else.

    Updates the service's stack by its deployed template, with another image: no synthesis, no other stack. Waits until the new tasks
    are healthy, then runs `verify`. A database migration is not undone.
    """
    from tradingbot_infra.operations.deployment.candidates import read_history

    _check(to, listed=listed, json=json)
    history = read_history(account.session, account.config)
    if listed:
        _print_list(account, history, json=json)
        return
    stack = _updatable(account)
    candidate = history.chosen(to)
    _refuse_other_architecture(account, candidate)
    _say(account, history, candidate)
    approve(f"Go back from {history.runs or 'the placeholder'} to {candidate.tag} in {account.config.environment}?", yes=yes)
    _update(account, stack, candidate.tag)
    _verify(account, history, candidate)


def go_back_to(account: Account, tag: str) -> None:
    """What `rollback --to TAG --yes` does, without `verify`.

    Raises UserError where the image cannot come to run.
    """
    from tradingbot_infra.operations.deployment.candidates import read_history

    stack = _updatable(account)
    history = read_history(account.session, account.config)
    candidate = history.chosen(tag)
    _refuse_other_architecture(account, candidate)
    _say(account, history, candidate)
    _update(account, stack, candidate.tag)


def _check(to: str | None, *, listed: bool, json: bool) -> None:
    if listed and to:
        raise UserError("--list and --to: one or the other; allowed: --list alone, which changes nothing")
    if json and not listed:
        raise UserError("--json: is the form of the list; allowed: together with --list")


def _updatable(account: Account) -> "LiveStack":
    """The service's stack. Raises UserError where it takes no other image now."""
    from tradingbot_infra.design.image_choice import PARAMETER
    from tradingbot_infra.operations.live.image_choice import service_stack
    from tradingbot_infra.operations.live.stacks import read_stacks
    from tradingbot_infra.operations.preflight.stacks import refuses, way_on

    stack = service_stack(read_stacks(account.session, account.config))
    if stack is None:
        raise UserError(f"{account.config.environment} has no service that could go back: {account.rendered(OwnCommand('deploy'))}")
    if refuses(stack):
        raise UserError(f"Nothing was changed: {stack.name} is {stack.status}. {account.rendered(sentence('Next: ', way_on(stack)))}")
    if PARAMETER not in stack.parameters:
        deploy = account.rendered(sentence("write another tag there, or None, then ", OwnCommand("deploy")))
        raise UserError(f"Nothing was changed: {stack.name} was deployed with image_tag in config/environments.py: {deploy}")
    return stack


def _refuse_other_architecture(account: Account, candidate: "Candidate") -> None:
    """The deployed template stays, and with it the architecture of the tasks."""
    from tradingbot_infra.operations.live.image_platforms import platforms_of
    from tradingbot_infra.operations.live.service import read_service
    from tradingbot_infra.operations.preflight.image import ARCHITECTURES

    if account.session.local:
        return
    architecture = read_service(account.session, account.config.names).task_definition.architecture
    platforms = platforms_of(account.session, account.config.names, candidate.tag)
    wanted = f"linux/{ARCHITECTURES.get(architecture, architecture)}"
    if platforms and wanted not in platforms:
        raise UserError(f"--to {candidate.tag}: is for {', '.join(platforms)}, and tasks run on {wanted}; nothing was changed")


def _say(account: Account, history: "History", candidate: "Candidate") -> None:
    image = candidate.image
    ran = f", last run until {candidate.last_run:%Y-%m-%d %H:%M %Z}" if candidate.last_run else ""
    print_line(f"{history.runs or 'The placeholder'} runs in {account.config.environment}, account {account.session.account}")
    print_line(f"{candidate.tag} is {image.digest}, pushed {image.pushed_at:%Y-%m-%d %H:%M %Z}{ran}; scan: {image.scan.summary}")
    print_line("Only the image changes. The database stays as it is, with what a migration of the newer image changed")


def _update(account: Account, stack: "LiveStack", tag: str) -> None:
    """Raises UserError where the image does not come to run."""
    from tradingbot_infra.operations.deployment.image_update import follow, newest_event, update_image
    from tradingbot_infra.operations.images.deployed import mark_deployed
    from tradingbot_infra.operations.live.repository import running_tag

    session, names = account.session.in_region(stack.region), account.config.names
    mark_deployed(account.session, names, tag)
    since = newest_event(session, stack.name)
    print_step(f"Updating {stack.name}: old and new tasks run together until the new ones are healthy")
    update_image(session, stack, tag)
    try:
        status = follow(session, stack.name, since, lambda event: stderr.print(event.line, markup=False))
    except KeyboardInterrupt:
        stderr.print(f"CloudFormation goes on. {account.rendered(sentence(OwnCommand('status'), ' shows where it is'))}", markup=False)
        raise
    if status != "UPDATE_COMPLETE":
        failed = after_failure(account, f"{stack.name} is {status}: the update", wanted=tag, runs=running_tag(account.session, names))
        raise UserError(failed)


def _verify(account: Account, history: "History", candidate: "Candidate") -> None:
    broken = [result.item.title for result in failed_items(account) if result.item.of_release]
    if broken:
        doctor = account.rendered(sentence(OwnCommand("doctor"), " says why"))
        raise UserError(f"{candidate.tag} runs, but {len(broken)} of the items above fail: {'; '.join(broken)}. {doctor}")
    print_line(f"{candidate.tag} runs, also after later deployments, until one names another tag.")
    if history.runs:
        again = sentence("Next: correct the newer image and push it under a new tag. ", OwnCommand(f"deploy --tag {history.runs}"))
        print_line(f"{account.rendered(again)} runs {history.runs} again")


def _print_list(account: Account, history: "History", *, json: bool) -> None:
    if json:
        print_json(_document(account, history))
        return
    if history.candidates:
        print_rows([_HEADINGS, *map(_row, history.candidates)])
    else:
        print_line("No image ran yet that is in ECR.")
    if history.gone:
        print_line(f"Not in ECR any more: {', '.join(history.gone)}")
    if history.before in {candidate.tag for candidate in history.candidates}:
        ways = sentence(f"Next: to {history.before} by ", OwnCommand("rollback"), ", or ", OwnCommand("rollback --to TAG"))
        print_line(account.rendered(ways))


def _row(candidate: "Candidate") -> tuple[str, ...]:
    image = candidate.image
    last = f"{candidate.last_run:%Y-%m-%d %H:%M %Z}" if candidate.last_run else "runs" if candidate.runs else "-"
    return (
        candidate.tag,
        image.short_digest,
        f"{image.pushed_at:%Y-%m-%d %H:%M %Z}",
        last,
        image.scan.summary,
        "before" if candidate.before else "",
    )


def _document(account: Account, history: "History") -> dict[str, Any]:
    """The list as JSON shows it. Its keys are stable."""
    return {
        "environment": account.config.environment,
        "runs": history.runs,
        "before": history.before,
        "images": [candidate.document for candidate in history.candidates],
        "gone": history.gone,
    }

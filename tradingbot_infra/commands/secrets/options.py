"""Options of the commands that write secrets, and the choice of secrets by name."""

from collections.abc import Iterator
from typing import Annotated

import typer

from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable

_EXAMPLE = APPLICATION_SECRETS[0]
NAMES_HELP = f"{_EXAMPLE} or {environment_variable(_EXAMPLE)}"
"""Two forms of one name, for help texts."""


def complete_secret(incomplete: str) -> Iterator[str]:
    """The application's secrets that begin so."""
    yield from (name for name in APPLICATION_SECRETS if name.startswith(incomplete))


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help=f"Secrets, such as {NAMES_HELP}.", show_default=False, autocompletion=complete_secret),
]
All = Annotated[bool, typer.Option("--all", help=f"All secrets of the application: {', '.join(APPLICATION_SECRETS)}.")]
Replace = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Replace the real value of this secret; may be repeated.", autocompletion=complete_secret),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print what would be written.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
Roll = Annotated[bool, typer.Option("--roll", help="Then replace the running tasks, even if no value changes, and wait for that.")]

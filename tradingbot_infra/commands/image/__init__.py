"""`image`: pushes images to the environment's ECR repository, and shows what it holds."""

import typer

from tradingbot_infra.commands.image.push import push
from tradingbot_infra.commands.image.status import status

app = typer.Typer(
    help="Push images to ECR and show the repository. Tags are immutable.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(push)
app.command()(status)

"""`compliance explain`: explains a control or rule, and how to fix a failure."""

from typing import Annotated

import typer

from tradingbot_infra.commands.compliance.check import check
from tradingbot_infra.commands.console import print_line
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import ENVIRONMENT_HELP, Setting, complete_environment
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT


@report_errors
def explain(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(help="Id of a control or rule, such as CIS-5.3 or rds.encrypted.")],
    environment: Annotated[
        str | None,
        typer.Option("--env", help=f"{ENVIRONMENT_HELP}  [default: {DEFAULT_ENVIRONMENT}]", autocompletion=complete_environment),
    ] = None,
    setting: Setting = None,
) -> None:
    """Explain a control or rule, and how to fix a failure.

    Prints its rules, the result for each resource, the fix, and how to record an exception. Reaches no AWS account.
    """
    from tradingbot_infra.compliance import explain as explanation

    # Before the synthesis, so that a mistyped id is reported at once.
    control_or_rule = explanation.nearest(identifier, explanation.known_ids())
    # Options of `compliance` may also be given before `explain`.
    before = context.parent.params if context.parent else {}
    document = check(environment or before["environment"], [*(before["setting"] or ()), *(setting or ())])
    for line in explanation.explain(document, control_or_rule):
        print_line(line)

"""Checks: git keeps no file with secrets, and would take none by accident."""

from collections.abc import Iterator
from pathlib import Path

from tradingbot_infra.operations.printed_commands import ShellCommand, sentence
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.operations.verification.checkout import Checkout, read_checkout

ROOT = Path(__file__).parents[3]


def clean(checkout: Checkout | None) -> Iterator[Finding]:
    """Whether no tracked file is named like one with secrets, and .gitignore names those kinds."""
    if checkout is None:
        yield not_assessed("this is no git checkout, or there is no git")
        return
    for name in checkout.secret_files:
        yield failed(
            f"{name} is tracked", sentence(ShellCommand(f"git rm --cached {name}"), ", and replace every secret in it: history keeps it")
        )
    if checkout.unignored:
        patterns = " ".join(f"'{pattern}'" for pattern in checkout.unignored)
        yield failed(
            f".gitignore does not keep out {', '.join(checkout.unignored)}", ShellCommand(f"printf '%s\\n' {patterns} >> .gitignore")
        )
    if not checkout.secret_files and not checkout.unignored:
        yield passed(f"none of {checkout.tracked} tracked files is named like one with secrets, and .gitignore keeps those out")


LOOKS = (Look("git, names of the tracked files, and .gitignore", lambda facts: clean(read_checkout(ROOT))),)

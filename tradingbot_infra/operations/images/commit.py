"""The tag of an image that is built from a commit of git."""

import subprocess
from pathlib import Path

from tradingbot_infra.errors import UserError

_CHARACTERS = 12
"""Of the commit's hash, as ECR shows digests. Git itself shortens to as many as it takes to be unique today."""


def tag_of_commit(directory: Path) -> str:
    """The short hash of the commit that a directory's files are, all of them.

    Raises UserError where files differ from the commit: the tag would name what no other machine can build again.
    """
    commit = _git(directory, "rev-parse", f"--short={_CHARACTERS}", "HEAD")
    if commit is None:
        raise UserError(f"--image {directory}: is in no commit of git that could name the image; allowed: --tag TAG")
    if _git(directory, "status", "--porcelain", "--", ".") != "":
        raise UserError(f"--image {directory}: has files that differ from commit {commit}; allowed: to commit them, or --tag TAG")
    return commit


def _git(directory: Path, *words: str) -> str | None:
    """What git prints; None where there is no git, or no repository."""
    try:
        done = subprocess.run(["git", "-C", str(directory), *words], capture_output=True, text=True, check=False)  # noqa: S607 - found on PATH
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None

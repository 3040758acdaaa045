"""The checkout that a pull request is compared with: it synthesizes and judges itself, by its own code and packages."""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tradingbot_infra.commands.console import print_step
from tradingbot_infra.errors import UserError

_STDERR = 2
_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV")
"""Variables of a make or an environment around this command, which are not about the base's."""
_OF_CLI = ("aws:cdk:", "aws:asset:")
"""Metadata that an app writes only where the CLI asks for it by the context (AWS CDK, enable-path-metadata, enable-asset-metadata)."""


@dataclass(frozen=True)
class Base:
    """A checkout with a Makefile of this project."""

    directory: Path

    def synthesize(self, environment: str, assembly: Path) -> None:
        """`make synth`, into a cloud assembly, without what only the CDK CLI has an app write into templates.

        Raises UserError if it fails.
        """
        self._make("synth", environment, "--output", str(assembly))
        for path in assembly.glob("*.template.json"):
            template = json.loads(path.read_text(encoding="utf-8"))
            for resource in template.get("Resources", {}).values():
                resource["Metadata"] = {name: value for name, value in resource.get("Metadata", {}).items() if not name.startswith(_OF_CLI)}
                if not resource["Metadata"]:
                    del resource["Metadata"]
            path.write_text(json.dumps(template), encoding="utf-8")

    def judge(self, environment: str, directory: Path) -> Path:
        """`make compliance`, into a directory; the report.json that it wrote.

        Raises UserError if it fails, which a failing control does not make it.
        """
        self._make("compliance", environment, "--output", str(directory), "--fail-on", "nothing")
        return directory / "report.json"

    def _make(self, target: str, environment: str, *arguments: str) -> None:
        print_step(f"make {target} ENV={environment} in {self.directory}")
        words = ["make", "-C", str(self.directory), target, f"ENV={environment}", f"ARGS={shlex.join(arguments)}"]
        environ = {name: value for name, value in os.environ.items() if name not in _OF_MAKE}
        try:
            # Its output is progress, and stdout is for results.
            done = subprocess.run(words, stdout=_STDERR, env=environ, check=False)
        except OSError as error:
            raise UserError(f"make cannot be started: {error.strerror}") from None
        if done.returncode:
            raise UserError(
                f"{self.directory}: `make {target} ENV={environment}` ended with exit code {done.returncode}; its output is above"
            )

"""Verbs in processes of their own, as a user runs them, on a machine whose docker pushes to a local cloud."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import PROJECT_ROOT
from tests.deployed import REGION, RunApart
from tests.operations.images.stand_in_docker import install
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.clock import DEFAULT_SCALE
from tradingbot_infra.local_cloud.server import LocalCloud, running

Finished = subprocess.CompletedProcess[str]
Command = Callable[..., Finished]


@contextmanager
def bootstrapped(directory: Path, *, time_scale: float = DEFAULT_SCALE, data_stores: bool = False) -> Iterator[LocalCloud]:
    """An empty account on a local cloud, bootstrapped."""
    with running(directory, time_scale=time_scale, data_stores=data_stores) as started:
        cdk = CdkCli(PROJECT_ROOT, started, (REGION,), directory / "cdk.out")
        assert cdk.bootstrap(capture=True).returncode == 0
        yield started


def verbs_of(environment: str, cloud: LocalCloud, run_apart: RunApart, programs: Path, *settings: str) -> Command:
    """`command(*words, after=())`: a verb for an environment without a terminal; `after` follows `--`. `programs` takes its docker."""
    install(programs)
    environ = {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ["PATH"]])}
    options = ("--env", environment, "--local", "--state-directory", str(cloud.state_directory), *settings)

    def run(*words: str, after: tuple[str, ...] = ()) -> Finished:
        return run_apart(*words, *options, *(("--", *after) if after else ()), environ=environ)

    return run


def named_at_destroy(environment: str) -> str:
    """What `destroy` wants confirmed: the account too where its security goes with the environment."""
    security = any(stack.id == "AccountSecurityStack" for stack in load_config(environment).stacks)
    return f"{environment} and account" if security else environment


def done(finished: Finished) -> str:
    """What a command printed that succeeded."""
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    return finished.stdout

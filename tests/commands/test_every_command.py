"""What holds for every command that reaches an account: its options, its exit codes, and that options are checked first."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import Deployed, Run, RunApart
from tests.operations.secrets.sample import value_of
from tradingbot_infra.local_cloud.server import environment

VERBS = {
    "status": (),
    "outputs": (),
    "egress": (),
    "preflight": (),
    "verify": (),
    "doctor": (),
    "doctor database": (),
    "logs": (),
    "scale": (),
    "restart": ("--yes",),
    "gate show": (),
    "gate continue": ("--yes",),
    "gate back": ("--yes",),
    "events": (),
    "account status": (),
    "open api": (),
    "alarms list": (),
    "alarms silence": ("--all", "--for", "2h", "--yes"),
    "alarms unsilence": ("--all",),
    "repair": ("--yes",),
    "exec": (),
    "run": ("true",),
    "db query": ("SELECT 1",),
    "db shell": (),
    "db dump": ("--to", "s3://bucket/key"),
    "db restore": ("--from", "s3://bucket/key"),
    "recovery list": (),
    "recovery start": ("--yes",),
    "recovery compare": (),
    "recovery copy": ("--table", "orders", "--yes"),
    "recovery finish": ("--confirm", "staging"),
    "redis cli": ("PING",),
    "deploy": (),
    "rollback": ("--yes",),
    "destroy": (),
    "diff": (),
    "secrets status": (),
    "secrets push": ("--from", "README.md"),
    "secrets generate": ("--yes",),
    "secrets delete": ("--all", "--confirm", "staging"),
    "secrets restore": ("--all",),
    "image status": (),
    "image push": ("README.md", "--tag", "v1"),
}
"""Every command, with the arguments that it needs."""

ASKS_AWS_FIRST = [verb for verb in VERBS if verb not in ("secrets push", "image push")]
"""The commands that ask AWS first; the others first read a file or look for Docker."""

GROUPS = ("account", "secrets", "image", "alarms", "db", "gate", "recovery", "redis")
"""Commands that have commands of their own."""

every_verb = pytest.mark.parametrize("verb", VERBS)


def words_of(verb: str) -> list[str]:
    """The command with the arguments that it needs."""
    return [*verb.split(), *VERBS[verb]]


@every_verb
def test_help_lists_the_options_that_choose_an_account(verb: str, run: Run) -> None:
    result = run(*verb.split()[:2], "--help") if verb.split()[0] in GROUPS else run(verb.split()[0], "--help")
    assert result.exit_code == 0
    assert all(option in result.stdout for option in ("--env", "--context", "--local", "--profile"))


READS = (
    "diff",
    "status",
    "outputs",
    "egress",
    "verify",
    "doctor",
    "doctor database",
    "logs",
    "secrets status",
    "image status",
    "alarms list",
    "recovery list",
    "gate show",
    "events",
    "account status",
    "open api",
)
"""The commands that only ever read."""


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in READS])
def test_what_writes_to_an_account_wants_an_environment(verb: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADINGBOT_ENV", "staging")
    result = run(*words_of(verb))
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "Missing option '--env': what writes to an account has no default; allowed: production, " in line


@pytest.mark.parametrize("verb", READS)
def test_what_only_reads_takes_the_environment_of_the_shell(verb: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*words_of(verb), "-c", "task_cpu=7"]
    assert run(*words).stderr.startswith("production: task_cpu=7: ")
    monkeypatch.setenv("TRADINGBOT_ENV", "staging")
    assert run(*words).stderr.startswith("staging: task_cpu=7: ")
    assert run(*words, "--env", "balanced").stderr.startswith("balanced: task_cpu=7: ")
    monkeypatch.setenv("TRADINGBOT_ENV", "prod")
    result = run(*words_of(verb))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("TRADINGBOT_ENV=prod: there is no such environment (did you mean production?); allowed: ")


@every_verb
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--env", "prod"), 2, "env=prod: there is no such environment (did you mean production?); allowed: production, "),
        (("--env", "staging", "-c", "task_cpu=7"), 2, "staging: task_cpu=7: Fargate has no such size; allowed: 256, 512, "),
        (("--env", "staging", "-c", "env=production"), 2, "staging: env=production: --env chooses the environment; "),
        (("--env", "staging", "--local", "--profile", "desk"), 1, "--local and --profile: one or the other; "),
        (("--env", "staging", "--state-directory", "x"), 1, "--state-directory: names a local cloud; allowed: together with --local"),
    ],
    ids=["environment", "setting", "env-twice", "local-and-profile", "state-directory"],
)
def test_a_wrong_option_is_one_line(verb: str, words: tuple[str, ...], code: int, message: str, run: Run) -> None:
    result = run(*words_of(verb), *words)
    assert (result.exit_code, result.stdout) == (code, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(message)


@pytest.mark.parametrize(
    "words", [*map(words_of, ASKS_AWS_FIRST), ["secrets", "push", "--from-environment"], ["image", "push", "app", "--tag", "v1"]]
)
def test_without_a_local_cloud_it_prints_how_to_start_one(
    words: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", value_of("secret-key"))
    result = run(*words, "--env", "staging", "--local", "--state-directory", str(tmp_path))
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "No local cloud is running: `make up` starts one\n")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("doctor", "rain"), 2, "staging: SYMPTOM=rain: there is no such symptom; "),
        (("scale", "--tasks", "1", "--reset"), 1, "--tasks and --reset: one or the other"),
        (("scale", "--tasks", "99"), 1, "--tasks 99: "),
        (("alarms", "silence", "--all", "--for", "soon"), 1, "soon: is not a period; "),
        (("alarms", "silence", "--all", "--for", "30s"), 1, "--for 30s: "),
        (("alarms", "silence", "--for", "2h"), 1, "Give names of alarms or --all, not both; "),
        (("status", "--watch", "--json"), 1, "--watch and --json: one or the other; "),
        (("logs", "--since", "yesterday"), 1, "yesterday: "),
        (("logs", "--errors", "--filter", "x"), 1, "--errors and --filter: one or the other; "),
        (("run",), 1, "There is no command; allowed: one such as "),
        (("run", "true", "--command-file", "x"), 1, "COMMAND and --command-file: one or the other"),
        (("run", "--command-file", "absent"), 1, "absent: no such file or directory; allowed: a script"),
        (("run", "--command-file", "tests"), 1, "tests: is a directory; allowed: a script"),
        (("run", "echo 'open"), 1, "echo 'open: no closing quotation; allowed: "),
        (("run", "a && b"), 1, "&&: no shell runs in between; allowed: "),
        (("run", "true", "--cpu", "300"), 1, "--cpu 300: Fargate has no such size; allowed: 256, 512, "),
        (("run", "true", "--cpu", "256", "--memory", "8192"), 1, "--memory 8192: Fargate does not offer it with 256 CPU units; "),
        (("run", "true", "--memory", "7"), 1, "--memory 7: Fargate offers it with no size; "),
        (("run", "true", "--timeout", "soon"), 1, "soon: is not a period; "),
        (("run", "true", "--image", "latest"), 1, "--image latest: "),
        (("db", "query"), 1, "SQL and --file: exactly one of them"),
        (("db", "query", "SELECT 1", "--file", "x"), 1, "SQL and --file: exactly one of them"),
        (("db", "query", " "), 1, "There is no SQL; "),
        (("db", "query", "--file", "absent"), 1, "--file absent: no such file or directory; allowed: "),
        (("db", "dump", "--to", "bucket/key"), 1, "--to bucket/key: is no object of S3; allowed: s3://BUCKET/KEY"),
        (("db", "dump", "--to", "s3://bucket/"), 1, "--to s3://bucket/: is no object of S3; "),
        (("db", "dump", "--to", "s3://bucket/key", "--output", "README.md"), 1, "--output README.md: exists; "),
        (("db", "restore", "--from", "dump.file"), 1, "--from dump.file: is no object of S3; "),
        (("recovery", "start", "--to-time", "yesterday"), 1, "--to-time yesterday: is no moment; allowed: such as 2026-01-31T04:30:00Z"),
        (("recovery", "start", "--to-time", "2026-01-31T04:30:00"), 1, "--to-time 2026-01-31T04:30:00: has no time zone; "),
        (("recovery", "start", "--recovery-point", "x"), 1, "--recovery-point x: is no recovery point of RDS; "),
        (("recovery", "start", "--snapshot", "x", "--to-time", "x"), 1, "--to-time, --snapshot and --recovery-point: one or the other; "),
        (("recovery", "copy", "--table", "or ders"), 1, "--table or ders: is no name of a table; "),
        (("recovery", "compare", "--timeout", "soon"), 1, "soon: is not a period; "),
        (("redis", "cli"), 1, "There is no command; allowed: one such as "),
        (("secrets", "push", "--from", "x", "--from-environment"), 1, "--from and --from-environment: one or the other"),
        (("secrets", "push", "--from", "absent"), 1, "absent: "),
        (("secrets", "generate", "--replace", "openai-api-key"), 1, "openai-api-key: "),
        (("secrets", "delete"), 1, "Give names of secrets or --all, not both; "),
        (("secrets", "restore", "absent"), 1, "absent: "),
        (("image", "push", "app", "--tag", "latest"), 1, "--tag latest: "),
        (("image", "push", "tests", "--tag", "v1"), 1, "tests: has no Dockerfile; "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_its_own_options_are_checked_before_it_looks_for_a_local_cloud(
    words: tuple[str, ...], code: int, message: str, run: Run, tmp_path: Path
) -> None:
    result = run(*words, "--env", "staging", "--local", "--state-directory", str(tmp_path))
    assert (result.exit_code, result.stdout) == (code, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(message)


def test_a_wrong_option_loads_neither_the_cdk_nor_botocore() -> None:
    program = (
        "import sys\nfrom tradingbot_infra.__main__ import app\n"
        "try:\n    app(['doctor', 'rain', '--env', 'production'])\n"
        "except SystemExit as end:\n    assert end.code == 2, end.code\n"
        "heavy = {'aws_cdk', 'jsii', 'boto3', 'botocore', 'ministack', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("verb", ASKS_AWS_FIRST)
def test_an_unknown_profile_is_one_line(verb: str, run: Run) -> None:
    result = run(*words_of(verb), "--env", "staging", "--profile", "no-such-profile")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.splitlines()[-1].startswith("The config profile (no-such-profile) could not be found: ")


@pytest.fixture(scope="module")
def without_an_endpoint(run_apart: RunApart) -> Iterator[Mapping[str, Future[CompletedProcess[str]]]]:
    """Every command with an endpoint that does not answer. All start at once: each waits some ten seconds between its attempts."""
    closed = environment("http://127.0.0.1:9", "ap-southeast-2")
    with ThreadPoolExecutor(len(ASKS_AWS_FIRST)) as pool:
        yield {verb: pool.submit(run_apart, *words_of(verb), "--env", "staging", environ=closed) for verb in ASKS_AWS_FIRST}


@pytest.mark.local_cloud
@pytest.mark.parametrize("verb", ASKS_AWS_FIRST)
def test_an_endpoint_that_does_not_answer_is_one_line(verb: str, without_an_endpoint: Mapping[str, Future[CompletedProcess[str]]]) -> None:
    result = without_an_endpoint[verb].result()
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.splitlines()[-1].startswith('Could not connect to the endpoint URL: "http://127.0.0.1:9/')
    assert "Traceback" not in result.stderr


@pytest.mark.local_cloud
@pytest.mark.parametrize("verb", ASKS_AWS_FIRST)
def test_without_credentials_it_prints_how_to_get_some(verb: str, run_apart: RunApart, bare_environment: dict[str, str]) -> None:
    result = run_apart(*words_of(verb), "--env", "staging", environ={**bare_environment, "AWS_EC2_METADATA_DISABLED": "true"})
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.splitlines()[-1].startswith("There are no AWS credentials: `aws configure sso`, or set AWS_PROFILE; ")


READS_JSON = (
    "status",
    "outputs",
    "egress",
    "preflight",
    "verify",
    "doctor",
    "scale",
    "secrets status",
    "image status",
    "alarms list",
    "recovery list",
    "gate show",
    "events",
    "account status",
)


@pytest.mark.local_cloud
@pytest.mark.parametrize("verb", READS_JSON)
def test_json_is_one_document_that_names_its_environment(verb: str, deployed: Deployed, run: Run) -> None:
    result = run(*words_of(verb), *deployed.options, "--json")
    assert result.exit_code in (0, 1), result.stderr
    assert json.loads(result.stdout)["environment"] == "production"


@pytest.mark.local_cloud
def test_what_doctor_prints_for_the_local_cloud_reaches_no_account(deployed: Deployed, run: Run) -> None:
    scaling = ("scale", *deployed.options)
    assert run(*scaling, "--tasks", "0", "--yes").exit_code == 0
    try:
        result = run("doctor", "alb-503", *deployed.options)
        assert result.exit_code == 1
        fixes = result.stdout.partition("Fix:")[2].partition("Seen:")[0]
        assert "--env production" in fixes
        assert all("--local" in line for line in fixes.splitlines() if "--env" in line)
        assert "cdk deploy" not in result.stdout
    finally:
        assert run(*scaling, "--reset").exit_code == 0

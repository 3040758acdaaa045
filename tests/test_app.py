"""app.py and the CDK CLI as a person runs them: offline, without credentials, the same bytes everywhere."""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.config.support import ending
from tradingbot_infra.node import node_executable, use_pinned_node

CDK = PROJECT_ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"

# No socket of the child leads anywhere: whoever needs the network for synthesis fails here.
CLOSED_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")

ON_A_DAY = "import sys\nfrom datetime import date\nimport app\nsys.exit(app.main(date.fromisoformat(sys.argv[1])))"


def run_app(directory: Path, environ: dict[str, str], day: date | None = None, /, **context: str) -> subprocess.CompletedProcess[str]:
    """`python app.py` with a context as the CDK CLI passes it, today or on another day."""
    return subprocess.run(
        [sys.executable, "app.py"] if day is None else [sys.executable, "-c", ON_A_DAY, day.isoformat()],
        cwd=directory,
        env={**environ, **CLOSED_NETWORK, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(directory / "cdk.out")},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of_the_project(target: Path) -> Path:
    """The files that synthesis reads, somewhere else."""
    target.mkdir()
    for name in ("app.py", "cdk.json"):
        shutil.copy(PROJECT_ROOT / name, target)
    shutil.copytree(PROJECT_ROOT / "tradingbot_infra", target / "tradingbot_infra", ignore=shutil.ignore_patterns("__pycache__"))
    return target


def files(directory: Path) -> set[str]:
    """Every file below a directory."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def warnings(day: date, environment: str = "production") -> list[str]:
    """What is told on stderr when an environment is synthesized on a day."""
    return [f"warning: {environment}: {end}" for end in ending(load_config(environment), day)]


def test_two_places_two_homes_two_hash_seeds_and_two_days_give_the_same_bytes(tmp_path: Path, bare_environment: dict[str, str]) -> None:
    quiet, late = date(2026, 1, 1), date(2030, 1, 1)
    assert (len(warnings(quiet)), len(warnings(late)) > 2) == (0, True), "a day before every end, and one after most"
    outs = []
    for number, day in enumerate((quiet, late), start=1):
        place = copy_of_the_project(tmp_path / f"place{number}")
        environ = {
            **bare_environment,
            "HOME": str(place),
            "PYTHONHASHSEED": str(number),
            "CDK_DEFAULT_ACCOUNT": str(number) * 12,
            "CDK_DEFAULT_REGION": f"us-east-{number}",
            "TZ": ("UTC", "Asia/Seoul")[number - 1],
            "TMPDIR": str(tmp_path / f"temporary{number}"),
        }
        Path(environ["TMPDIR"]).mkdir()
        result = run_app(place, environ, day, env="production")
        assert result.returncode == 0, result.stderr
        assert result.stderr.splitlines() == warnings(day), "the true warnings, and no end-of-life banner of the CDK"
        assert result.stdout == ""
        assert list(Path(environ["TMPDIR"]).iterdir()) == [], "jsii's kernel removes its temporary files before it is ended"
        outs.append(place / "cdk.out")
    assert files(outs[0]) == files(outs[1])
    assert len(files(outs[0])) > 12
    assert [name for name in files(outs[0]) if not filecmp.cmp(outs[0] / name, outs[1] / name, shallow=False)] == []


@pytest.mark.parametrize("script", ["tool.js", "program.js"])
def test_a_program_with_the_same_node_options_keeps_its_exit_code(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODE_OPTIONS", raising=False)
    use_pinned_node()
    (tmp_path / script).write_text("process.exit(3)")
    assert subprocess.run([str(node_executable()), script], cwd=tmp_path, check=False).returncode == 3


def test_the_cdk_cli_synthesizes_a_chosen_environment_with_a_changed_setting(tmp_path: Path, bare_environment: dict[str, str]) -> None:
    environ = {
        **bare_environment,
        **CLOSED_NETWORK,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), bare_environment["PATH"]]),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    words = [
        str(node_executable()),
        str(CDK),
        "synth",
        "--quiet",
        "--output",
        str(tmp_path / "out"),
        "-c",
        "env=staging",
        "-c",
        "nat_gateways=2",
    ]
    # Two days, for a run over midnight.
    days = [datetime.now(UTC).date()]
    result = subprocess.run(words, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)
    days.append(datetime.now(UTC).date())
    assert result.returncode == 0, result.stderr
    assert [line for line in result.stderr.splitlines() if "warning" in line] in [warnings(day, "staging") for day in days]
    assert "end-of-life" not in result.stderr + result.stdout
    template = json.loads((tmp_path / "out" / "NetworkStack.template.json").read_text())
    assert [resource["Type"] for resource in template["Resources"].values()].count("AWS::EC2::NatGateway") == 2
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["artifacts"]["NetworkStack"]["properties"]["stackName"] == "tradingbot-ai-staging-network"
    assert "missing" not in manifest, "synthesis looked something up"


@pytest.mark.parametrize(
    ("context", "lines"),
    [
        ({"env": "prod"}, ["env=prod: there is no such environment (did you mean production?); allowed: "]),
        ({"env": "production", "nat_gateways": "9"}, ["production: nat_gateways=9"]),
        (
            {"env": "staging", "nat-gateways": "2", "min_tasks": "7"},
            ["staging: nat-gateways: there is no such setting", "staging: min_tasks=7"],
        ),
    ],
)
def test_a_bad_setting_ends_in_its_lines_and_nothing_else(
    context: dict[str, str], lines: list[str], bare_environment: dict[str, str]
) -> None:
    result = run_app(PROJECT_ROOT, bare_environment, **context)
    assert result.returncode == 2
    told = result.stderr.splitlines()
    assert len(told) == len(lines)
    assert all(line.startswith(start) for line, start in zip(told, lines, strict=True))
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"CDK_CONTEXT_JSON": "{broken"}, "CDK_CONTEXT_JSON: is no JSON object; allowed: what the CDK CLI writes, or unset it\n"),
        ({"TRADINGBOT_ENV": "prod"}, "TRADINGBOT_ENV=prod: there is no such environment (did you mean production?); allowed: "),
    ],
    ids=["context", "environment"],
)
def test_a_wrong_variable_is_named_in_one_line(variables: dict[str, str], line: str, bare_environment: dict[str, str]) -> None:
    words, environ = [sys.executable, "app.py"], {**bare_environment, **variables}
    result = subprocess.run(words, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert result.stderr.startswith(line)


def test_a_bad_setting_is_told_without_loading_the_cdk(bare_environment: dict[str, str]) -> None:
    program = "import sys, datetime, app\nassert app.main(datetime.date.max) == 2\nassert 'aws_cdk' not in sys.modules"
    context = json.dumps({"env": "nowhere"})
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        env={**bare_environment, "CDK_CONTEXT_JSON": context},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_the_cdk_cli_is_a_pinned_second_version() -> None:
    package = json.loads((PROJECT_ROOT / "package.json").read_text())
    lock = json.loads((PROJECT_ROOT / "package-lock.json").read_text())
    pinned = package["devDependencies"]["aws-cdk"]
    assert pinned.startswith("2.")
    assert tuple(map(int, pinned.split("."))) >= (2, 1148, 1)
    assert lock["packages"]["node_modules/aws-cdk"]["version"] == pinned

"""`cost` and `cost diff`: their output and exit codes."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import PROJECT_ROOT, Synthesized
from tradingbot_infra.commands.cost import app
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config

NO_PROD = f"env=prod: there is no such environment (did you mean production?); allowed: {', '.join(ENVIRONMENTS)}"

in_this_process = pytest.mark.usefixtures("synthesized_once")

Assemblies = Callable[..., Path]


def run(*words: str) -> Result:
    """One command in this process: the CDK is loaded once for several."""
    return CliRunner().invoke(app, words, prog_name="cost")


@pytest.fixture
def cdk_out(synthesized: Synthesized, tmp_path: Path) -> Assemblies:
    """`cdk_out(environment, **overrides)`: a cloud assembly's directory, which a test may change."""
    made = itertools.count()

    def directory(environment: str, **overrides: object) -> Path:
        return shutil.copytree(synthesized(load_config(environment, overrides))[1], tmp_path / f"cdk.out{next(made)}")

    return directory


@pytest.mark.xdist_group("templates")
def test_the_documents_prices_give_the_documents_total() -> None:
    result = run("--prices", "document", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["parts"][0]["monthly"] == "252.47"
    assert document["parts"][0]["yearly"] == "3029.64"
    assert document["savings"] is None
    assert [line for line in result.stderr.splitlines() if line.startswith("==> ")] == ["==> Synthesizing production"]


@in_this_process
def test_list_prices_are_the_default() -> None:
    result = run("--env", "development")
    assert result.exit_code == 0, result.stderr
    first, second, *rows = result.stdout.splitlines()
    assert first.startswith("development: ")
    assert second.startswith("ap-southeast-2, 730 hours, without tax; ")
    assert any(row.startswith("  Total ") for row in rows)
    assert not any(row.startswith("  [") for row in rows)
    sources = run("--env", "development", "--sources").stdout.splitlines()
    assert not any(" document, " in row for row in sources if row.startswith("  ["))
    assert any(row.startswith("  [1] list, ") for row in sources)


@in_this_process
def test_a_setting_changes_the_estimate() -> None:
    document = json.loads(run("--env", "staging", "-c", "nat_gateways=2", "--compare", "staging", "--json").stdout)
    moved = {change["id"]: change["difference"] for change in document["compared"]["changes"]}
    assert moved["nat.hours"] == "-43.07"
    assert document["settings"] == [{"name": "nat_gateways", "value": "2", "declared": "1"}]


@pytest.mark.usefixtures("inspected_once")
def test_what_the_packs_refuse_is_no_advice() -> None:
    result = run("--savings", "--json")
    assert result.exit_code == 0, result.stderr
    savings = json.loads(result.stdout)["savings"]
    refused = {each["id"]: each["refused_by"] for each in savings["each"] if each["status"] == "refused"}
    assert set(refused) == {"single_nat", "nat_instance", "out_of_hours"}
    assert "SOC2-A1.2-a" in refused["single_nat"]
    assert all(refused.values())
    assert savings["combined"]["scenarios"] == ["rds_reserved_3y"]
    assert "==> Synthesizing and judging production with nat_gateways=1" in result.stderr.splitlines()


@pytest.mark.usefixtures("inspected_once")
def test_an_environment_that_is_refused_itself_is_said_to_be() -> None:
    savings = json.loads(run("-c", "nat_gateways=1", "--savings", "--json").stdout)["savings"]
    assert "SOC2-A1.2-a" in savings["refused_by"]
    assert [each["id"] for each in savings["each"] if each["status"] == "saves"] == ["rds_reserved_1y", "rds_reserved_3y"]


@in_this_process
def test_the_page_is_written_whole(tmp_path: Path) -> None:
    result = run("--env", "development", "--html", str(tmp_path / "cost.html"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("development: ")
    assert result.stdout.endswith(f"; written to {tmp_path / 'cost.html'}\n")
    assert "<h1>Monthly cost, development</h1>" in (tmp_path / "cost.html").read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 1


@in_this_process
def test_a_resource_without_a_price_is_a_warning_and_not_in_the_total() -> None:
    result = run("--env", "development", "-c", "db_instance_class=db.r6g.large", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert "rds.postgres.db.r6g.large.single_az_hour" in [each["price_key"] for each in document["unpriced"]]
    warning = "Not in the total: 1 x RDS: db.r6g.large, one zone, no known price for rds.postgres.db.r6g.large.single_az_hour."
    assert warning in result.stderr.splitlines()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--env", "prod"), 2, NO_PROD),
        (("--compare", "prod"), 2, NO_PROD),
        (
            ("--compare", "production"),
            1,
            "--compare production: is the environment itself; allowed: another environment, or -c for a setting of this one",
        ),
        (
            ("--env", "staging", "-c", "nat_gateways=1", "--compare", "staging"),
            1,
            "--compare staging: is the environment itself; allowed: another environment, or -c for a setting of this one",
        ),
        (("-c", "nat_gateways=9"), 2, "production: nat_gateways=9: is not allowed; allowed: a whole number from 0 to 3"),
        (("-c", "env=staging"), 2, "production: env=staging: --env chooses the environment; allowed: any other setting after -c"),
        (("--json", "--html", "x.html"), 1, "--json and --html: one or the other; allowed: --html FILE alone, or --json alone"),
        (
            ("--html", "absent/cost.html"),
            1,
            "absent/cost.html: cannot be written: No such file or directory; allowed: a file name in a directory that exists",
        ),
        (("--html", "."), 1, ".: cannot be written: Is a directory; allowed: a file name in a directory that exists"),
        (("--env", "staging", "diff", "a", "b"), 1, "cost diff: give options after diff, not before it"),
        (("diff", "absent", "absent"), 1, "absent: is not a readable cloud assembly; allowed: a directory that cdk synth wrote"),
        (("diff", "--env", "prod", "a", "b"), 2, NO_PROD),
        (
            ("diff", "-c", "nat_gateways=1", "a", "b"),
            1,
            "-c nat_gateways: the templates exist already, so it would change nothing; allowed: usage, such as expected_lcus",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_line_before_any_synthesis(
    words: tuple[str, ...], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{message}\n")


def test_a_table_that_does_not_exist_is_refused() -> None:
    result = run("--prices", "guess")
    assert result.exit_code == 2
    assert "'guess' is not one of" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_is_imported_without_the_cdk_boto3_or_jinja() -> None:
    heavy = {"aws_cdk", "boto3", "botocore", "jinja2", "jsii"}
    program = f"import sys, tradingbot_infra.commands.cost\nassert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_difference_is_a_comment_for_a_pull_request(cdk_out: Assemblies) -> None:
    base, head = cdk_out("production"), cdk_out("production", nat_gateways=1, enable_redis=False)
    result = run("diff", str(base), str(head))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("### Cost of production: -")
    assert "| changed | NAT | 1 NAT gateway | 86.14 | 43.07 | -43.07 |" in result.stdout
    assert "| removed | ElastiCache | 1 node of cache.t3.micro | 18.25 |  | -18.25 |" in result.stdout
    assert "| added | Data transfer | To NAT in another zone, 1 of 2 zones |  | 1.70 | +1.70 |" in result.stdout


def test_a_difference_at_the_documents_prices_and_another_usage(cdk_out: Assemblies) -> None:
    base, head = cdk_out("production"), cdk_out("production", enable_vpc_endpoints=True)
    words = (
        "diff",
        str(base),
        str(head),
        "--json",
        "--prices",
        "document",
        "-c",
        "expected_image_pull_gib=65",
        "--env",
        "high-availability",
    )
    document = json.loads(run(*words).stdout)
    assert document["environment"] == "high-availability"
    (data,) = [change for change in document["changes"] if change["id"] == "nat.data"]
    # 220 and 150 of the 170 GB that the document's lump stands for.
    assert (data["base"], data["head"]) == ("12.94", "8.82")


def test_an_assembly_against_itself_costs_nothing_more(cdk_out: Assemblies) -> None:
    same = cdk_out("staging")
    document = json.loads(run("diff", str(same), str(same), "--json").stdout)
    assert (document["environment"], document["difference"], document["changes"]) == ("staging", "0.00", [])


def test_an_unknown_type_is_named_in_the_difference(cdk_out: Assemblies) -> None:
    base, head = cdk_out("development"), cdk_out("development")
    path = head / "DataStack.template.json"
    template = json.loads(path.read_text(encoding="utf-8"))
    template["Resources"]["Planted"] = {"Type": "AWS::SageMaker::Endpoint"}
    path.write_text(json.dumps(template), encoding="utf-8")
    result = run("diff", str(base), str(head))
    assert "- added: 1 x AWS::SageMaker::Endpoint, neither a price nor a reason to be free is known" in result.stdout
    assert "Not in the total: 1 x AWS::SageMaker::Endpoint, neither a price nor a reason to be free is known." in result.stderr


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"artifacts": {"Stack": {"type": "aws:cloudformation:stack"}}}', '{"artifacts": {}}'])
def test_an_unreadable_assembly_is_one_line(tmp_path: Path, broken: str) -> None:
    (tmp_path / "manifest.json").write_text(broken, encoding="utf-8")
    result = run("diff", str(tmp_path), str(tmp_path))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{tmp_path}: ")
    assert "allowed: " in line


def test_an_unreadable_resource_is_one_line_with_its_reason(cdk_out: Assemblies) -> None:
    assembly = cdk_out("development")
    path = assembly / "DataStack.template.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"AllocatedStorage"', '"Allocated"'), encoding="utf-8")
    result = run("diff", str(assembly), str(assembly))
    assert result.exit_code == 1
    assert result.stderr == f"{assembly}: has a resource that the estimate cannot read: KeyError('AllocatedStorage')\n"


def test_an_assembly_without_an_environment_needs_the_option(cdk_out: Assemblies) -> None:
    assembly = cdk_out("development")
    manifest = assembly / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"Environment": "development"', '"Environment": "demo"'), encoding="utf-8"
    )
    refused = run("diff", str(assembly), str(assembly))
    assert refused.exit_code == 1
    assert "its tags do not name one environment; choose whose usage is priced by --env: production, " in refused.stderr
    assert run("diff", str(assembly), str(assembly), "--env", "development").exit_code == 0
    shutil.rmtree(assembly)

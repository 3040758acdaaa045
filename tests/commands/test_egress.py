"""`egress` on the deployed production: which addresses exchanges see."""

import json
from pathlib import Path

import pytest

from tests.deployed import Deployed, Run

pytestmark = pytest.mark.local_cloud


def test_each_address_is_shown_with_its_zone_and_gateway_and_as_a_setting(deployed: Deployed, run: Run) -> None:
    result = run("egress", *deployed.options)
    assert result.exit_code == 0, result.output
    first, second, empty, adopt = result.stdout.splitlines()
    published = run("outputs", *deployed.options, "--name", "EgressAddresses").stdout.strip()
    assert [line.split()[0] for line in (first, second)] == published.split(",")
    assert [line.split()[2] for line in (first, second)] == ["ap-southeast-2a", "ap-southeast-2b"]
    assert all(line.split()[3].startswith("nat-") for line in (first, second))
    ids = run("outputs", *deployed.options, "--name", "EgressAllocationIds").stdout.strip()
    assert (empty, adopt) == ("", f"To use them again after a destroy: -c nat_allocation_ids={ids}")


def test_an_address_that_nothing_uses_is_named_as_a_cost(deployed: Deployed, run: Run) -> None:
    ec2 = deployed.session.ec2
    made = ec2.allocate_address(Domain="vpc")
    ec2.create_tags(Resources=[made["AllocationId"]], Tags=[{"Key": key, "Value": value} for key, value in deployed.names.tags.items()])
    try:
        last = run("egress", *deployed.options).stdout.splitlines()[2]
    finally:
        ec2.release_address(AllocationId=made["AllocationId"])
    assert last.split()[:2] == [made["PublicIp"], made["AllocationId"]]
    assert "nobody: it is billed until it is adopted or released" in last


def test_the_file_is_the_json_document_and_the_same_each_time(deployed: Deployed, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "egress.json"
    result = run("egress", *deployed.options, "--json", "--write", str(file))
    written = file.read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(result.stdout)
    assert set(json.loads(written)) == {"environment", "region", "addresses", "nat_allocation_ids"}
    assert run("egress", *deployed.options, "--write", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8") == written


def test_a_file_that_cannot_be_written_is_one_line(deployed: Deployed, run: Run, tmp_path: Path) -> None:
    result = run("egress", *deployed.options, "--write", str(tmp_path / "missing" / "egress.json"))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be written" in result.stderr

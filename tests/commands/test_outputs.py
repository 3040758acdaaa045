"""`outputs` on the deployed production."""

import json

import pytest

from tests.deployed import Deployed, Run

pytestmark = pytest.mark.local_cloud


def test_outputs_are_those_of_terraform_output(deployed: Deployed, run: Run) -> None:
    document = json.loads(run("outputs", *deployed.options, "--json").stdout)
    assert {"VpcId", "EgressAddresses", "RepositoryUri", "DatabaseEndpoint", "LoadBalancerAddress"} <= set(document["outputs"])
    one = run("outputs", *deployed.options, "--name", "VpcId")
    assert one.stdout == f"{document['outputs']['VpcId']}\n"
    all_of_them = dict(line.split(maxsplit=1) for line in run("outputs", *deployed.options).stdout.splitlines())
    assert all_of_them == document["outputs"]


def test_an_unknown_output_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("outputs", *deployed.options, "--name", "Vpc")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Vpc: no stack has such an output; allowed: VpcId, ")

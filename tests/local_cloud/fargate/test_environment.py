"""What a container finds in its environment."""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.local_cloud.fargate.task import output, python, spec
from tradingbot_infra.local_cloud import authorities
from tradingbot_infra.local_cloud.fargate.dockerfile import ImageConfig
from tradingbot_infra.local_cloud.fargate.environment import CONTAINER_FILES, environment
from tradingbot_infra.local_cloud.fargate.images import StandIn
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack.callers import user_identity

pytestmark = pytest.mark.local_cloud

_LIBRARY_WITH_A_CACHE = """
import pathlib
for directory in (".cache/x", ".config"):
    try: (pathlib.Path.home() / directory).mkdir(parents=True)
    except OSError: print("fails")
    else: print("works")
"""
"""What a library meets that keeps a cache in the home directory."""


def variables(environment: dict[str, str] | None = None, **container: Any) -> dict[str, str]:
    entries = [{"name": name, "value": value} for name, value in (environment or {}).items()]
    (line,) = output(*python("import json, os; print(json.dumps(dict(os.environ)))"), environment=entries, **container)
    found: dict[str, str] = json.loads(line)
    return found


def test_a_container_has_what_its_definition_says_and_what_fargate_gives_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "_PEMS", [])
    found = variables({"LOG_LEVEL": "INFO"})
    found.pop("LC_CTYPE", None)  # Python sets it for itself (PEP 538)
    assert sorted(found) == sorted(
        [
            *("LOG_LEVEL", "HOME", "HOSTNAME", "PATH", "TMPDIR", "PYTHONPATH"),
            *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED"),
            *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "LOCAL_CLOUD_TASK_ADDRESS", "LOCAL_CLOUD_TASK_PORTS"),
        ]
    )
    assert (found["AWS_REGION"], found["AWS_EXECUTION_ENV"]) == ("us-east-1", "AWS_ECS_FARGATE")


def test_a_container_signs_with_the_role_of_its_task() -> None:
    name = uuid.uuid4().hex
    role = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    key = variables(task={"taskRoleArn": role})["AWS_ACCESS_KEY_ID"]
    signature = f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/ec2/aws4_request"
    identity = user_identity({"authorization": signature}, {})
    assert (identity["type"], identity["sessionContext"]["sessionIssuer"]["arn"]) == ("AssumedRole", role)
    assert variables()["AWS_ACCESS_KEY_ID"] == "local-cloud"


def test_an_authority_of_the_local_cloud_is_trusted_besides_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "_PEMS", [])
    authorities.add(trustme.CA(organization_name="Of the test").cert_pem.bytes().decode())
    code = """
import ssl
print("Of the test" in str(ssl.create_default_context().get_ca_certs()))
"""
    assert output(*python(code)) == ["True"]
    assert variables({"SSL_CERT_FILE": "/etc/own.pem"})["SSL_CERT_FILE"] == "/etc/own.pem"


def test_a_server_that_trusts_the_load_balancers_subnets_trusts_the_load_balancer_here() -> None:
    assert variables({"FORWARDED_ALLOW_IPS": "10.0.0.0/24"})["FORWARDED_ALLOW_IPS"] == "10.0.0.0/24,127.0.0.0/8"


def test_exporters_of_telemetry_send_to_the_local_cloud_in_the_place_of_aws_and_to_no_other_place() -> None:
    given = {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://xray.ap-southeast-2.amazonaws.com/v1/traces",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://monitoring.ap-southeast-2.amazonaws.com",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://amazonaws.com.example.com/v1/metrics",
        "OTHER_ENDPOINT": "https://xray.ap-southeast-2.amazonaws.com/v1/traces",
    }
    found = variables(given)
    assert found["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == f"{found['AWS_ENDPOINT_URL']}/v1/traces"
    assert found["OTEL_EXPORTER_OTLP_ENDPOINT"] == found["AWS_ENDPOINT_URL"]
    assert {name: found[name] for name in list(given)[2:]} == {name: given[name] for name in list(given)[2:]}


def test_what_the_task_definition_says_wins_over_what_fargate_gives() -> None:
    found = variables({"AWS_REGION": "eu-west-1", "HOSTNAME": "mine"})
    assert (found["AWS_REGION"], found["HOSTNAME"]) == ("eu-west-1", "mine")


def test_the_projects_python_is_found_first_whatever_path_the_definition_sets() -> None:
    assert variables({"PATH": "/opt/x:/usr/bin"})["PATH"] == f"{Path(sys.executable).parent}:/opt/x:/usr/bin"


def test_a_programs_own_pythonpath_follows_ours() -> None:
    assert variables({"PYTHONPATH": "/srv/app"})["PYTHONPATH"] == f"{CONTAINER_FILES}:/srv/app"


@pytest.mark.parametrize(("home", "below"), [("/tmp", ""), ("/tmp/home", "/home")])  # noqa: S108 - paths in the container
def test_tmp_of_the_container_is_a_private_directory_that_goes_with_it(home: str, below: str) -> None:
    found = variables({"HOME": home})
    assert found["HOME"] == found["TMPDIR"] + below
    assert found["TMPDIR"] != "/tmp"  # noqa: S108 - as above
    assert not Path(found["TMPDIR"]).exists()


def test_a_home_that_only_begins_like_tmp_stays() -> None:
    assert variables({"HOME": "/tmp-of-mine"})["HOME"] == "/tmp-of-mine"  # noqa: S108 - as above


def test_libraries_that_keep_a_cache_at_home_fail_without_home_and_work_with_tmp() -> None:
    before = set(Path("/").iterdir())
    assert output(*python(_LIBRARY_WITH_A_CACHE), user="1000:1000") == ["fails", "fails"]
    home = [{"name": "HOME", "value": "/tmp"}]  # noqa: S108 - as above
    assert output(*python(_LIBRARY_WITH_A_CACHE), user="1000:1000", environment=home) == ["works", "works"]
    assert set(Path("/").iterdir()) == before


def test_without_a_home_the_container_finds_the_root_directory_where_it_may_not_write(tmp_path: Path) -> None:
    found = environment(spec(), stand_in=StandIn(), config=ImageConfig(), secrets={}, private=tmp_path, drops_rights=True)
    assert found["HOME"] == "/"


def test_secrets_win_over_the_images_own_values(tmp_path: Path) -> None:
    config = ImageConfig(environment=(("A", "image"), ("B", "image"), ("C", "image")))
    described = spec(environment=[{"name": "B", "value": "definition"}])
    found = environment(described, stand_in=StandIn(), config=config, secrets={"C": "secret"}, private=tmp_path, drops_rights=False)
    assert (found["A"], found["B"], found["C"]) == ("image", "definition", "secret")

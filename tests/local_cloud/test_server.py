"""Starting, finding and ending the local cloud, and what its clients may know."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import psutil
import pytest

from tradingbot_infra.local_cloud import process, server
from tradingbot_infra.local_cloud.place import IMAGES_VARIABLE, PROJECT_ROOT, images_file
from tradingbot_infra.local_cloud.server import LocalCloudError

REGION = "eu-central-1"


@contextmanager
def foreign_process(*words: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    program = "import time; time.sleep(60)"
    started = subprocess.Popen([sys.executable, "-c", program, *words], env={**os.environ, **variables})
    try:
        _await_program(started.pid, program, variables)
        yield started
    finally:
        started.kill()
        started.wait()


def _await_program(pid: int, program: str, variables: dict[str, str]) -> None:
    """Until the process runs its program: the kernel shows another command and environment, or none, for a moment after the start."""
    child = psutil.Process(pid)
    while program not in child.cmdline() or not variables.items() <= child.environ().items():
        time.sleep(0.01)


def claim(state_directory: Path, pid: int, created: float, port: int = 1) -> None:
    (state_directory / "server.json").write_text(json.dumps({"pid": pid, "port": port, "created": created}))


@pytest.mark.local_cloud
def test_a_started_cloud_answers_is_found_is_started_only_once_and_ends(tmp_path: Path) -> None:
    cloud = server.start(tmp_path)
    try:
        connection = HTTPConnection("127.0.0.1", cloud.port, timeout=5)
        connection.request("GET", "/_ministack/health")
        assert connection.getresponse().status == 200
        connection.close()
        assert cloud.endpoint == f"http://127.0.0.1:{cloud.port}"
        assert server.find(tmp_path) == cloud
        assert server.start(tmp_path) == cloud
        assert os.getsid(cloud.pid) == cloud.pid != os.getsid(0)
    finally:
        assert server.stop(tmp_path) is True
    assert not psutil.pid_exists(cloud.pid)
    assert list((tmp_path / "tmp").glob("ministack-*.pid")) == [], "killed before it could clean up after itself"
    assert server.find(tmp_path) is None
    assert server.stop(tmp_path) is False
    assert not (tmp_path / "server.json").exists()


@pytest.mark.local_cloud
def test_a_cloud_handles_our_types_listens_on_this_machine_only_and_loses_everything_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SERVICES", "s3")
    template = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
    with server.running(tmp_path) as cloud:
        listening = psutil.Process(cloud.pid).net_connections(kind="inet")
        assert {connection.laddr[0] for connection in listening} == {"127.0.0.1"}
        cloudformation = server.client(cloud.endpoint, REGION, "cloudformation")
        cloudformation.create_stack(StackName="lab", TemplateBody=template)
        cloudformation.get_waiter("stack_create_complete").wait(StackName="lab", WaiterConfig={"Delay": 1})
        cloudformation.close()
        ec2 = server.client(cloud.endpoint, REGION, "ec2")
        assert len(ec2.describe_addresses()["Addresses"]) == 1
        ec2.close()
    with server.running(tmp_path) as again:
        ec2 = server.client(again.endpoint, REGION, "ec2")
        assert ec2.describe_addresses()["Addresses"] == []
        ec2.close()


@pytest.mark.local_cloud
def test_a_cloud_outlives_the_process_that_started_it(tmp_path: Path) -> None:
    start = f"from pathlib import Path; from tradingbot_infra.local_cloud import server; server.start(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", start], check=True, cwd=PROJECT_ROOT)
    try:
        assert server.find(tmp_path) is not None
    finally:
        assert server.stop(tmp_path) is True


@pytest.mark.local_cloud
def test_a_taken_port_is_one_line_of_advice_and_nothing_starts(tmp_path: Path) -> None:
    with socket(AF_INET, SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalCloudError, match=f"^Port {port} on 127.0.0.1 is taken: [^\n]+$"):
            server.start(tmp_path, port)
    assert not (tmp_path / "server.json").exists()


@pytest.mark.local_cloud
def test_a_given_port_is_used(tmp_path: Path) -> None:
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        assert server.start(tmp_path, port).port == port
    finally:
        server.stop(tmp_path)


@pytest.mark.local_cloud
def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such cloud\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(LocalCloudError, match=r"^The local cloud did not start: no such cloud \(see .*server\.log\)$"):
        server.start(tmp_path)
    assert not (tmp_path / "server.json").exists()


@pytest.mark.local_cloud
def test_a_running_process_that_does_not_answer_is_reported_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with foreign_process(**{IMAGES_VARIABLE: str(images_file(tmp_path))}) as silent:
        monkeypatch.setattr(server, "START_SECONDS", 0.0)
        claim(tmp_path, silent.pid, psutil.Process(silent.pid).create_time())
        with pytest.raises(LocalCloudError, match=f"process {silent.pid}\\) does not answer on port 1"):
            server.find(tmp_path)
        assert server.stop(tmp_path) is True
        assert silent.poll() is not None


def test_a_foreign_process_with_our_number_is_not_ended_and_the_file_goes(tmp_path: Path) -> None:
    with foreign_process() as foreign:
        claim(tmp_path, foreign.pid, psutil.Process(foreign.pid).create_time() - 60)
        assert server.stop(tmp_path) is False
        time.sleep(0.2)
        assert foreign.poll() is None
        assert not (tmp_path / "server.json").exists()


def test_a_file_of_a_process_that_is_gone_is_removed(tmp_path: Path) -> None:
    with foreign_process() as gone:
        created = psutil.Process(gone.pid).create_time()
    claim(tmp_path, gone.pid, created)
    assert server.find(tmp_path) is None
    assert not (tmp_path / "server.json").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"pid": "many"}', '{"pid": 1}'])
def test_a_damaged_file_counts_as_no_cloud(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content)
    assert server.find(tmp_path) is None
    assert server.stop(tmp_path) is False


@pytest.mark.parametrize("damage", ["missing", "{", '{"pid": 1, "port": 2, "created": 3}', "\0", "directory"])
def test_a_running_cloud_is_found_whatever_became_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    file = tmp_path / "server.json"
    file.mkdir() if damage == "directory" else file.write_text(damage) if damage != "missing" else None
    variables = {IMAGES_VARIABLE: str(images_file(tmp_path)), process.PORT_VARIABLE: "4567"}
    monkeypatch.setattr(process, "answers", lambda port: port == 4567)
    with foreign_process(process.MODULE, **variables) as cloud:
        found = server.find(tmp_path)
        assert found == server.LocalCloud("http://127.0.0.1:4567", cloud.pid, 4567, tmp_path)
        with pytest.raises(LocalCloudError, match=r"^The local cloud runs on port 4567, not 4566: stop it with `make down`"):
            server.start(tmp_path, 4566)
        assert server.stop(tmp_path) is True
        assert cloud.poll() is not None


def test_a_file_that_names_the_cloud_of_another_directory_is_not_believed(tmp_path: Path) -> None:
    with foreign_process(process.MODULE, **{IMAGES_VARIABLE: str(images_file(tmp_path / "other"))}) as other:
        claim(tmp_path, other.pid, psutil.Process(other.pid).create_time())
        assert server.find(tmp_path) is None
        assert server.stop(tmp_path) is False
        assert other.poll() is None


def test_a_file_that_is_a_directory_is_one_line_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "server.json").mkdir()
    with pytest.raises(LocalCloudError, match=r"server\.json: cannot be written: Is a directory; allowed: another --state-directory$"):
        server.start(tmp_path)


def test_a_cloud_that_just_started_is_said_to_start(tmp_path: Path) -> None:
    with foreign_process(**{IMAGES_VARIABLE: str(images_file(tmp_path))}) as silent:
        claim(tmp_path, silent.pid, psutil.Process(silent.pid).create_time())
        with pytest.raises(LocalCloudError, match=rf"^The local cloud \(process {silent.pid}\) is starting: try again in some seconds$"):
            server.find(tmp_path)


def test_a_directory_that_does_not_exist_has_no_cloud(tmp_path: Path) -> None:
    assert server.find(tmp_path / "none") is None
    assert server.stop(tmp_path / "none") is False


def test_the_environment_of_a_child_has_no_aws_setting_but_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    inherited = (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CA_BUNDLE",
        "aws_access_key_id",
        "HTTPS_PROXY",
        "http_proxy",
    )
    for name in (*inherited, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("UNRELATED", "kept")
    child = server.environment("http://127.0.0.1:4566", REGION)
    assert child["UNRELATED"] == "kept"
    assert not set(inherited) & set(child)
    assert {name: value for name, value in child.items() if name.upper().startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID": "local-cloud",
        "AWS_SECRET_ACCESS_KEY": "local-cloud",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    assert child["NO_PROXY"] == child["no_proxy"] == "127.0.0.1,localhost"
    assert child["CDK_DISABLE_CLI_TELEMETRY"] == child["CDK_DISABLE_VERSION_CHECK"] == "1"


def test_a_client_has_dummy_keys_and_the_local_endpoint_whatever_the_caller_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = tmp_path / "config"
    configuration.write_text("[default]\naws_access_key_id = real\naws_secret_access_key = real\nregion = us-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "https://ec2.amazonaws.com")
    made = server.client("http://127.0.0.1:4566", REGION, "ec2")
    assert made.meta.endpoint_url == "http://127.0.0.1:4566"
    assert made.meta.region_name == REGION
    assert made._request_signer._credentials.access_key == "local-cloud"  # noqa: SLF001 - boto3 shows it nowhere else
    made.close()


def test_the_server_knows_where_the_stand_ins_of_images_are_named(tmp_path: Path) -> None:
    variables = server.__dict__["_server_environment"](tmp_path, 4566, REGION)
    assert variables[IMAGES_VARIABLE] == str(images_file(tmp_path))

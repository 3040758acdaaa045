"""Releases of staging that shift traffic, by the verbs and the real templates, while people send requests.

The tests build on each other in order.
"""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployed import RunApart, session_of
from tests.local_cloud.deployment_controller.releases import Traffic, traffic_to
from tests.operations.images.stand_in_docker import put_image
from tests.operations.secrets.sample import values
from tests.verbs import Command, Finished, bootstrapped, done, verbs_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import LocalCloud
from tradingbot_infra.operations.live.repository import running_tag
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAMES = load_config("staging").names
SETTINGS = {
    "scale_down_out_of_hours": "false",
    "min_tasks": "1",
    "max_tasks": "2",
    "deployment_strategy": "blue-green",
    "deployment_check_paths": "/ready",
}
GATE = ("-c", "deployment_gate_minutes=60")
_PATIENCE_SECONDS = 240.0
_APP = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"{version}"
        self.send_response({ready} if self.path == "/ready" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("", 8001), Answer).serve_forever()
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped."""
    with bootstrapped(tmp_path_factory.mktemp("shifted"), time_scale=60) as started:
        yield started


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """A session of that cloud."""
    return session_of(cloud)


@pytest.fixture
def command(cloud: LocalCloud, run_apart: RunApart, tmp_path: Path) -> Command:
    """`command(*words)`: a verb for this environment."""
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return verbs_of("staging", cloud, run_apart, tmp_path / "bin", *settings)


def pushed(cloud: LocalCloud, tag: str, *, ready: int = 200, dies: bool = False) -> str:
    """The tag of an image in ECR that answers with it everywhere, and `ready` on /ready."""
    program = "raise SystemExit(1)" if dies else _APP.format(version=tag, ready=ready)
    put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, tag)
    images.add(images_file(cloud.state_directory), {tag: {"command": ["python3", "-c", program]}})
    return tag


def address(session: Session) -> str:
    """Where people reach the API."""
    (balancer,) = session.elbv2.describe_load_balancers()["LoadBalancers"]
    return balancer["DNSName"]


def live_group(session: Session) -> str:
    """The target group with all production traffic."""
    (service,) = session.ecs.describe_services(cluster=NAMES.cluster, services=[NAMES.service])["services"]
    rule = service["loadBalancers"][0]["advancedConfiguration"]["productionListenerRule"]
    (found,) = session.elbv2.describe_rules(RuleArns=[rule])["Rules"]
    weights = {each["TargetGroupArn"]: each["Weight"] for each in found["Actions"][0]["ForwardConfig"]["TargetGroups"]}
    assert sorted(weights.values()) == [0, 100]
    return max(weights, key=lambda group: weights[group])


def released(command: Command, session: Session, *words: str) -> tuple[Finished, Traffic]:
    """A deployment, and what people saw meanwhile."""
    with traffic_to(address(session)) as seen:
        finished = command("deploy", *words)
    return finished, seen


class TestShiftedReleases:
    """One life of a service."""

    def test_the_placeholder_passes_by_its_health_check(self, command: Command, session: Session) -> None:
        assert "The placeholder runs." in done(command("deploy"))
        for name, value in values().items():
            session.secretsmanager.put_secret_value(SecretId=NAMES.secret(name), SecretString=value)

    def test_a_good_release_takes_the_other_target_group_and_loses_no_request(
        self, command: Command, session: Session, cloud: LocalCloud
    ) -> None:
        done(command("deploy", "--tag", pushed(cloud, "v1")))
        before = live_group(session)
        finished, seen = released(command, session, "--tag", pushed(cloud, "v2"))
        done(finished)
        assert live_group(session) != before
        assert (seen.failed, running_tag(session, NAMES)) == (0, "v2")
        assert seen.of("v1")
        assert seen.of("v2")

    @pytest.mark.parametrize(("tag", "ready", "dies"), [("v3", 200, True), ("v4", 500, False)], ids=["dies", "is not ready"])
    def test_a_bad_release_gets_no_request_and_ends_on_the_version_before(
        self, command: Command, session: Session, cloud: LocalCloud, tag: str, ready: int, dies: bool
    ) -> None:
        before = live_group(session)
        finished, seen = released(command, session, "--tag", pushed(cloud, tag, ready=ready, dies=dies))
        assert finished.returncode == 1, finished.stdout
        assert f"v2 runs, and {tag} does not" in finished.stderr
        assert (seen.failed, seen.of(tag)) == (0, 0)
        assert (live_group(session), running_tag(session, NAMES)) == (before, "v2")

    def test_a_tested_version_waits_at_its_gate_until_somebody_lets_it_go_on(
        self, command: Command, session: Session, cloud: LocalCloud
    ) -> None:
        ended: list[subprocess.CompletedProcess[str]] = []
        deploying = threading.Thread(target=lambda: ended.append(command("deploy", "--tag", pushed(cloud, "v5"), *GATE)))
        with traffic_to(address(session)) as seen:
            deploying.start()
            shown = self._until_it_waits(command)
            assert (shown["stage"], shown["production_percent"]) == ("POST_TEST_TRAFFIC_SHIFT", 0)
            assert "waits for an answer" in command("status").stdout
            assert seen.of("v5") == 0
            assert "goes on" in done(command("gate", "continue", "--yes"))
            deploying.join()
        done(ended[0])
        assert (seen.failed, running_tag(session, NAMES)) == (0, "v5")

    def test_without_a_deployment_nothing_waits(self, command: Command) -> None:
        assert command("gate", "continue", "--yes").returncode == 1

    @staticmethod
    def _until_it_waits(command: Command) -> dict[str, object]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            shown: dict[str, object] | None = json.loads(done(command("gate", "show", "--json")))["deployment"]
            if shown and shown["gate"]:
                return shown
        raise AssertionError("it never waited")

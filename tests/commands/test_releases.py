"""`deploy --tag`, `deploy --image` and `rollback`: the releases of staging on a local cloud, by the real CDK CLI.

The tests build on each other in order.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import RunApart, session_of
from tests.operations.images.stand_in_docker import put_image
from tests.operations.secrets.sample import values
from tests.verbs import Command, Finished, done, verbs_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.live.repository import image_of_tag, running_tag
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
NAMES = load_config("staging").names
ONE_TASK = ("-c", "scale_down_out_of_hours=false", "-c", "min_tasks=1", "-c", "max_tasks=2")
"""Staging with a task at any hour."""
RUNS = placeholder_command(8001, "/api/v1/health")
DIES = ["python3", "-c", "raise SystemExit(1)"]
TWO_FACED = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if "X-Forwarded-For" in self.headers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("", 8001), Answer).serve_forever()
"""
"""Healthy for every health check, and of no use for what comes through the load balancer."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped."""
    with running(tmp_path_factory.mktemp("releases"), time_scale=60) as started:
        assert cdk(started).bootstrap(capture=True).returncode == 0
        yield started


def cdk(cloud: LocalCloud) -> CdkCli:
    """The CDK CLI as a person starts it."""
    return CdkCli(PROJECT_ROOT, cloud, (REGION,), cloud.state_directory / "cdk.out")


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """A session of that cloud."""
    return session_of(cloud)


@pytest.fixture
def command(cloud: LocalCloud, run_apart: RunApart, tmp_path: Path) -> Command:
    """`command(*words)`: a verb for this environment."""
    return verbs_of("staging", cloud, run_apart, tmp_path / "bin", *ONE_TASK)


def pushed(cloud: LocalCloud, tag: str, words: list[str]) -> None:
    """An image in ECR, and what the local cloud runs for it."""
    put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, tag)
    images.add(images_file(cloud.state_directory), {tag: {"command": words}})


def refused(finished: Finished) -> str:
    """The last line of a command that failed."""
    assert finished.returncode == 1, finished.stdout[-3000:] + finished.stderr[-3000:]
    return finished.stderr.splitlines()[-1]


def service_stack(session: Session) -> Any:
    """CloudFormation's answer on the service's stack."""
    return session.cloudformation.describe_stacks(StackName=NAMES.stack("service"))["Stacks"][0]


def template(session: Session, part: str) -> Any:
    """The deployed template of a stack."""
    return session.cloudformation.get_template(StackName=NAMES.stack(part))["TemplateBody"]


def tags_of(session: Session, tag: str) -> tuple[str, ...]:
    """Every tag of the image with a tag."""
    image = image_of_tag(session, NAMES, tag)
    return image.tags if image else ()


class TestReleases:
    """One life of a service."""

    def test_the_placeholder_comes_first_and_what_is_left_is_no_failure(self, command: Command, session: Session) -> None:
        told = done(command("deploy"))
        assert "\nImage: the placeholder\n" in told
        assert "The placeholder runs. Next: `tradingbot secrets push --from FILE --env staging" in told
        assert running_tag(session, NAMES) is None

    def test_an_image_that_ecr_does_not_have_stops_before_anything_changes(self, command: Command) -> None:
        finished = command("deploy", "--tag", "v9")
        assert refused(finished) == "Nothing was changed: the account cannot take this deployment"
        assert "tradingbot-ai-staging has no image v9, so no task could start" in finished.stderr

    def test_an_image_does_not_run_on_placeholder_secrets(self, command: Command, cloud: LocalCloud, session: Session) -> None:
        pushed(cloud, "v0", RUNS)
        finished = command("deploy", "--tag", "v0")
        assert refused(finished) == "Nothing was changed: the account cannot take this deployment"
        assert "still placeholders, which the application cannot use: " in finished.stderr
        assert "next: `tradingbot secrets push --from FILE --env staging" in finished.stderr
        assert tags_of(session, "v0") == ("v0",)
        for name, value in values().items():
            session.secretsmanager.put_secret_value(SecretId=NAMES.secret(name), SecretString=value)

    def test_a_directory_is_built_pushed_marked_and_run_in_one_command(self, command: Command, session: Session, tmp_path: Path) -> None:
        source = tmp_path / "app"
        source.mkdir()
        (source / "Dockerfile").write_text(f"FROM scratch\nCMD {json.dumps(RUNS)}\n", encoding="utf-8")
        told = done(command("deploy", "--image", str(source), "--tag", "v1"))
        assert "\nImage: v1, in place of the placeholder\n" in told
        assert tags_of(session, "v1") == ("deployed-v1", "v1")
        assert running_tag(session, NAMES) == "v1"
        assert told.rstrip().endswith("goes back to the image before")

    def test_a_pipeline_that_runs_again_changes_nothing(self, command: Command, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
        again = ("deploy", "--image", str(tmp_path), "--tag", "v1")
        assert "--tag v1: is sha256:" in refused(command(*again))
        told = done(command(*again, "--skip-existing"))
        assert "Nothing to deploy: every stack has these templates already.\nImage: v1, which runs\n" in told

    def test_a_tag_alone_deploys_the_service_though_no_template_differs(
        self, command: Command, cloud: LocalCloud, session: Session
    ) -> None:
        pushed(cloud, "v2", RUNS)
        told = done(command("deploy", "--tag", "v2", "--go-back"))
        assert "Order\n  1. ServiceStack\nImage: v2, in place of v1\n" in told
        assert running_tag(session, NAMES) == "v2"

    def test_an_image_of_another_digest_than_the_pipeline_built_is_refused(self, command: Command, session: Session) -> None:
        digest = getattr(image_of_tag(session, NAMES, "v2"), "digest", None)
        assert refused(command("deploy", "--tag", "v2", "--digest", "sha256:0")) == (
            f"Nothing was changed: v2 is {digest} in ECR, and --digest is sha256:0"
        )

    def test_a_deployment_without_a_tag_keeps_what_runs(self, command: Command, session: Session) -> None:
        assert "\nImage: v2, which runs\n" in done(command("deploy", "-c", "stop_timeout_seconds=60"))
        assert running_tag(session, NAMES) == "v2"

    def test_the_list_says_where_a_rollback_goes(self, command: Command) -> None:
        document = json.loads(done(command("rollback", "--list", "--json")))
        assert (document["environment"], document["runs"], document["before"], document["gone"]) == ("staging", "v2", "v1", [])
        assert [(each["tag"], each["runs"], each["last_run"] is None) for each in document["images"]] == [
            ("v2", True, True),
            ("v1", False, False),
        ]
        assert all(each["digest"].startswith("sha256:") and each["scan"]["status"] for each in document["images"])

    def test_a_rollback_asks_and_changes_nothing_but_the_image(self, command: Command, session: Session) -> None:
        before = {part: template(session, part) for part in ("network", "data", "service", "monitoring")}
        assert refused(command("rollback")) == "There is no terminal to confirm at; nothing was changed: --yes does it without asking"
        assert running_tag(session, NAMES) == "v2"
        told = done(command("rollback", "--yes"))
        assert "v1 runs, also after later deployments, until one names another tag." in told
        assert running_tag(session, NAMES) == "v1"
        assert {part: template(session, part) for part in before} == before
        assert service_stack(session)["StackStatus"] == "UPDATE_COMPLETE"

    def test_a_plain_cdk_deploy_never_moves_the_image(self, cloud: LocalCloud, session: Session) -> None:
        result = cdk(cloud).deploy("staging", (*ONE_TASK, "-c", "stop_timeout_seconds=90"), capture=True)
        assert result.returncode == 0, result.text[-3000:]
        assert running_tag(session, NAMES) == "v1"

    def test_a_release_that_dies_rolls_back_and_says_what_runs(self, command: Command, cloud: LocalCloud, session: Session) -> None:
        pushed(cloud, "v3", DIES)
        line = refused(command("deploy", "--tag", "v3"))
        assert "ServiceStack failed: v1 runs, and v3 does not. `tradingbot doctor --env staging" in line
        assert running_tag(session, NAMES) == "v1"
        assert tags_of(session, "v3") == ("v3",), "an image that never ran takes the place of one that did"
        assert service_stack(session)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"

    def test_what_never_ran_is_nowhere_to_go_back_to(self, command: Command) -> None:
        assert refused(command("rollback", "--to", "v3")).startswith("--to v3: never ran here: `deploy --tag` runs it; allowed: ")
        assert refused(command("rollback")).startswith("No image ran before v1; allowed: --to v2")

    def test_a_named_image_is_where_it_goes(self, command: Command, session: Session) -> None:
        done(command("rollback", "--to", "v2", "--yes"))
        assert running_tag(session, NAMES) == "v2"

    def test_a_release_that_verify_finds_bad_gives_way_to_the_image_before(
        self, command: Command, cloud: LocalCloud, session: Session
    ) -> None:
        pushed(cloud, "v4", ["python3", "-c", TWO_FACED])
        line = refused(command("deploy", "--tag", "v4", "--go-back"))
        assert line == "v4 was deployed and left again: API endpoint answers. v2 runs"
        assert running_tag(session, NAMES) == "v2"

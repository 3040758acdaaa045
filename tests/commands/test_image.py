"""`image`, with a docker command that pushes to the local cloud's registry."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import PROJECT_ROOT
from tests.deployed import session_of
from tests.operations.images.stand_in_docker import FIT, NO_ENGINE, StandIn, install, put_image
from tradingbot_infra.commands.image import app
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.images.registry import registry_login
from tradingbot_infra.operations.live.repository import image_of_tag
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAMES = load_config("production").names
URI = f"000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/{NAMES.repository}"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module."""
    with running(tmp_path_factory.mktemp("image")) as started:
        yield started


@pytest.fixture(scope="module")
def session(cloud: LocalCloud) -> Session:
    """A session of that cloud."""
    return session_of(cloud)


@pytest.fixture
def repository(cloud: LocalCloud, session: Session) -> Iterator[str]:
    """Production's repository, empty, as the template makes it; under the address that docker pushes to."""
    ecr = session.ecr
    ecr.create_repository(repositoryName=NAMES.repository, imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True})
    yield f"127.0.0.1:{cloud.port}/{NAMES.repository}"
    ecr.delete_repository(repositoryName=NAMES.repository, force=True)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The only docker on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return install(tmp_path / "bin")


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A directory that can be built; its name wants quoting in a shell."""
    directory = tmp_path / "the app"
    directory.mkdir()
    (directory / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    return str(directory)


def options(cloud: LocalCloud) -> tuple[str, ...]:
    """What makes a command reach the local cloud."""
    return ("--env", "production", "--local", "--state-directory", str(cloud.state_directory))


def image(cloud: LocalCloud, verb: str, *words: str) -> Result:
    """The command in this process; what docker itself prints is not in the result, but in capfd."""
    return CliRunner().invoke(app, [verb, *words, *options(cloud)])


def last_line(result: Result) -> str:
    """The last line on stderr."""
    return result.stderr.splitlines()[-1]


def digest_of(session: Session, tag: str) -> str | None:
    """The digest that ECR has for a tag."""
    found = image_of_tag(session, NAMES, tag)
    return found.digest if found else None


def test_a_directory_is_built_for_the_tasks_platform_and_pushed_under_its_tag(
    cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    result = image(cloud, "push", source, "--tag", "v1.0.0")
    assert result.exit_code == 0, result.output
    reference = f"{repository}:v1.0.0"
    assert docker.words == [
        ["version", "--format", "{{json .}}"],
        ["login", "--username", "AWS", "--password-stdin", f"127.0.0.1:{cloud.port}"],
        ["build", "--platform", "linux/amd64", "--tag", reference, source],
        ["image", "inspect", reference],
        ["push", "--platform", "linux/amd64", reference],
    ]
    digest = digest_of(session, "v1.0.0")
    assert digest is not None
    assert result.stdout.splitlines() == [
        f"tradingbot-ai-production:v1.0.0 is {digest}",
        "Next: `tradingbot deploy --tag v1.0.0 --env production --local`",
    ]
    assert "Warning" not in result.stderr
    out, err = capfd.readouterr()
    assert (out, err) == ("", f"Successfully built\nThe push refers to repository [{reference}]\n")


def test_the_login_reaches_docker_by_stdin_and_is_seen_nowhere(
    cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    password = registry_login(session).password
    token = session.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    install(docker.directory, echoes_stdin=True)
    for words in (("--tag", "v1"), ("--tag", "v2", "--json")):
        result = image(cloud, "push", source, *words)
        assert result.exit_code == 0, result.output
        assert "read (not shown)\nLogin Succeeded\n" in result.stderr, "docker's own words are lost"
        seen = "".join([result.output, *capfd.readouterr(), json.dumps(docker.words)])
        assert password not in seen
        assert token not in seen
    install(docker.directory, echoes_stdin=True, fails="login")
    refused = image(cloud, "push", source, "--tag", "v3")
    assert refused.exit_code == 1
    assert last_line(refused) == f"docker login 127.0.0.1:{cloud.port} failed: login cannot be done (not shown)"
    assert password not in "".join([refused.output, str(refused.exception), *capfd.readouterr()])
    assert [call["stdin"] for call in docker.calls if call["stdin"]] == [password] * 3


def test_a_local_image_is_pushed_as_it_is(cloud: LocalCloud, session: Session, repository: str, docker: StandIn) -> None:
    docker.hold("app:dev")
    result = image(cloud, "push", "app:dev", "--tag", "v1", "--json")
    assert result.exit_code == 0, result.output
    assert docker.verbs == ["version", "login", "image", "tag", "push"]
    assert docker.words[2:4] == [["image", "inspect", "app:dev"], ["tag", "app:dev", f"{repository}:v1"]]
    document = json.loads(result.stdout)
    assert {name: document[name] for name in document if name not in ("pushed_at", "size_bytes")} == {
        "environment": "production",
        "repository": "tradingbot-ai-production",
        "tag": "v1",
        "digest": digest_of(session, "v1"),
        "reference": f"{repository}:v1",
        "platform": "linux/amd64",
        "warnings": [],
    }


def test_an_arm_task_gets_an_arm_image(cloud: LocalCloud, repository: str, docker: StandIn, source: str) -> None:
    result = image(cloud, "push", source, "--tag", "v1", "-c", "cpu_architecture=ARM64")
    assert result.exit_code == 0, result.output
    assert docker.words[2][:3] == ["build", "--platform", "linux/arm64"]
    assert docker.words[4][:3] == ["push", "--platform", "linux/arm64"]


@pytest.mark.parametrize("built", [True, False])
def test_an_image_that_the_task_could_not_execute_is_not_pushed(
    cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str, built: bool
) -> None:
    install(docker.directory, architecture="arm64")
    docker.hold("app:dev")
    what = source if built else "app:dev"
    result = image(cloud, "push", what, "--tag", "v1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert last_line(result) == f"{what}: is for linux/arm64, and cpu_architecture is X86_64; allowed: linux/amd64"
    assert docker.verbs[-1] == "image"
    assert digest_of(session, "v1") is None


def test_shortcomings_of_an_image_are_warnings(cloud: LocalCloud, repository: str, docker: StandIn) -> None:
    docker.hold("app:dev", config={**FIT, "ExposedPorts": {"9000/tcp": {}}})
    result = image(cloud, "push", "app:dev", "--tag", "v1", "--json")
    assert result.exit_code == 0, result.output
    warning = "It EXPOSEs 9000/tcp, and container_port is 8001."
    assert f"Warning: {warning}" in result.stderr.splitlines()
    assert json.loads(result.stdout)["warnings"] == [warning]


def test_the_next_step_for_the_tag_of_the_settings_is_to_deploy(cloud: LocalCloud, repository: str, docker: StandIn) -> None:
    docker.hold("app:dev")
    result = image(cloud, "push", "app:dev", "--tag", "v1", "-c", "image_tag=v1")
    assert result.stdout.splitlines()[-1] == "Next: `tradingbot deploy --env production -c image_tag=v1 --local`"


def limit(session: Session, count: int, spared: str | None = None) -> None:
    """A lifecycle policy as the template writes it."""
    selections: list[dict[str, Any]] = [{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count}]
    if spared:
        selections.insert(0, {"tagStatus": "tagged", "tagPatternList": [spared], "countType": "imageCountMoreThan", "countNumber": 1})
    rules = [{"rulePriority": number, "selection": each, "action": {"type": "expire"}} for number, each in enumerate(selections, 1)]
    session.ecr.put_lifecycle_policy(repositoryName=NAMES.repository, lifecyclePolicyText=json.dumps({"rules": rules}))


def test_an_existing_tag_is_skipped_on_request_without_docker(
    cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str
) -> None:
    digest = put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, "v1")
    result = image(cloud, "push", source, "--tag", "v1", "--skip-existing")
    assert (result.exit_code, docker.calls) == (0, [])
    assert result.stdout.splitlines()[0] == f"tradingbot-ai-production:v1 is {digest}"
    assert "Nothing pushed: v1 exists since " in result.stderr
    assert json.loads(image(cloud, "push", source, "--tag", "v1", "--skip-existing", "--json").stdout)["digest"] == digest
    assert image(cloud, "push", source, "--tag", "v2", "--skip-existing").exit_code == 0
    assert digest_of(session, "v2") is not None


def test_with_the_credential_helper_for_ecr_there_is_no_login(
    cloud: LocalCloud, repository: str, docker: StandIn, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(docker.directory, fails="login")
    (tmp_path / "config.json").write_text('{"credsStore": "ecr-login"}', encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    result = image(cloud, "push", source, "--tag", "v1")
    assert result.exit_code == 0, result.output
    assert docker.verbs == ["version", "build", "image", "push"]


class TestJudgedBeforeDocker:
    """What is refused before docker is called."""

    def refused(self, cloud: LocalCloud, docker: StandIn, *words: str) -> str:
        """The one line of a refusal."""
        result = image(cloud, "push", *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert docker.calls == []
        (line,) = result.stderr.splitlines()
        return line

    def test_latest(self, cloud: LocalCloud, repository: str, docker: StandIn, source: str) -> None:
        assert self.refused(cloud, docker, source, "--tag", "latest").startswith("--tag latest: would name another image after each push")

    def test_a_tag_of_another_form(self, cloud: LocalCloud, repository: str, docker: StandIn, source: str) -> None:
        assert self.refused(cloud, docker, source, "--tag", "v1\n[red]").startswith(r"--tag 'v1\n[red]': is no tag of an image; allowed: ")

    def test_an_existing_tag_is_refused_with_its_digest_and_date(
        self, cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str
    ) -> None:
        digest = put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, "v1")
        taken = image_of_tag(session, NAMES, "v1")
        assert taken is not None
        since = f"{taken.pushed_at:%Y-%m-%d %H:%M} UTC"
        line = self.refused(cloud, docker, source, "--tag", "v1")
        assert (
            line == f"--tag v1: is {digest} since {since}, and tags are immutable; allowed: a new tag, or --skip-existing, which takes it"
        )

    def test_a_directory_without_a_dockerfile(self, cloud: LocalCloud, repository: str, docker: StandIn, tmp_path: Path) -> None:
        line = self.refused(cloud, docker, str(tmp_path), "--tag", "v1")
        assert line == f"{tmp_path}: has no Dockerfile; allowed: a directory that has one, or the name of a local image"

    @pytest.mark.parametrize("path", ["./nosuch", "/nosuch", "README.md"])
    def test_a_path_that_is_no_directory(self, cloud: LocalCloud, repository: str, docker: StandIn, path: str) -> None:
        line = self.refused(cloud, docker, path, "--tag", "v1")
        assert line == f"{path}: is not a directory; allowed: a directory with a Dockerfile, or the name of a local image"


def test_without_a_repository_the_next_step_is_to_deploy(cloud: LocalCloud, docker: StandIn, source: str) -> None:
    for words in (("push", source, "--tag", "v1"), ("status",)):
        result = image(cloud, *words)
        assert (result.exit_code, result.stdout) == (3, "")
        assert result.stderr == "tradingbot-ai-production: no such repository on the local cloud: `make up ENV=production` first\n"
    assert docker.calls == []


def test_an_unknown_image_is_reported_and_nothing_is_pushed(cloud: LocalCloud, repository: str, docker: StandIn) -> None:
    result = image(cloud, "push", "nosuch", "--tag", "v1")
    assert result.exit_code == 1
    assert last_line(result) == "nosuch: is neither a directory nor a local image; `docker image ls` lists local images"
    assert docker.verbs == ["version", "login", "image"]


@pytest.mark.parametrize(
    ("engine", "message"),
    [(False, f"The docker command reaches no engine: {NO_ENGINE}"), (None, "There is no docker command on PATH")],
)
def test_without_docker_the_commands_for_another_machine_are_printed(
    cloud: LocalCloud, repository: str, docker: StandIn, source: str, engine: bool | None, message: str
) -> None:
    install(docker.directory, no_engine=True)
    if engine is None:
        (docker.directory / "docker").unlink()
    result = image(cloud, "push", source, "--tag", "v1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        message,
        "On a machine with Docker, with the same credentials:",
        f"  BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/amd64 --tag {repository}:v1 '{source}'",
        f"  docker push {repository}:v1",
    ]
    assert image(cloud, "push", "app:dev", "--tag", "v1").stderr.splitlines()[2:] == [
        f"  docker tag app:dev {repository}:v1",
        f"  docker push {repository}:v1",
    ]


def test_errors_of_docker_are_printed_above_ours(
    cloud: LocalCloud, repository: str, docker: StandIn, source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    install(docker.directory, fails="push")
    result = image(cloud, "push", source, "--tag", "v1")
    assert (result.exit_code, last_line(result)) == (1, "docker push ended with exit code 1; its output is above")
    assert "push cannot be done" in capfd.readouterr().err


def test_ctrl_c_during_a_push_leaves_no_tag(cloud: LocalCloud, session: Session, repository: str, docker: StandIn, source: str) -> None:
    install(docker.directory, stops_before_manifest=True)
    program = "from tradingbot_infra.commands.image import app; app()"
    command = [sys.executable, "-c", program, "push", source, "--tag", "v1", *options(cloud)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 60
        while not docker.waits and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # a terminal interrupts docker as well
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-2:] == [
        "A push sends the tag last: either it exists and names the complete image, or it does not exist.",
        "Interrupted. Run the command again to continue.",
    ]
    assert digest_of(session, "v1") is None


class TestStatus:
    """What the repository holds."""

    @pytest.fixture
    def two(self, cloud: LocalCloud, repository: str) -> dict[str, str]:
        """Two images."""
        return {tag: put_image(f"127.0.0.1:{cloud.port}", NAMES.repository, tag) for tag in ("v1", "v2")}

    @pytest.fixture
    def service(self, cloud: LocalCloud, session: Session) -> Iterator[Any]:
        """`service(reference)`: a service that runs an image."""
        ecs = session.ecs

        def run(reference: str) -> None:
            container = {"name": "tradingbot-container", "image": reference, "essential": True}
            made: Any = ecs.register_task_definition(family=NAMES.prefix, containerDefinitions=[container])  # type: ignore[list-item]  # a dict of the right form
            ecs.create_cluster(clusterName=NAMES.cluster)
            definition = made["taskDefinition"]["taskDefinitionArn"]
            ecs.create_service(cluster=NAMES.cluster, serviceName=NAMES.service, taskDefinition=definition, desiredCount=0)

        yield run
        ecs.delete_service(cluster=NAMES.cluster, service=NAMES.service, force=True)
        ecs.get_waiter("services_inactive").wait(
            cluster=NAMES.cluster, services=[NAMES.service], WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        ecs.delete_cluster(cluster=NAMES.cluster)

    def test_images_are_listed_with_tag_digest_and_scan_and_the_running_one_is_marked(
        self, cloud: LocalCloud, two: dict[str, str], service: Any
    ) -> None:
        service(f"{URI}:v1")
        result = image(cloud, "status")
        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        assert lines[0] == f"{URI}, every image is kept"
        assert lines[1].split() == ["Tag", "Digest", "Pushed", "Size", "Scan"]
        rows = {row[0]: row for row in (line.split() for line in lines[2:-2])}
        assert {tag: row[1] for tag, row in rows.items()} == {tag: digest[:19] for tag, digest in two.items()}
        assert {tag: " ".join(row[-3:]) for tag, row in rows.items()} == {"v1": "not scanned runs", "v2": "MB not scanned"}
        assert lines[-2:] == [f"The service runs {URI}:v1.", "v1 does not expire."]

    def test_the_end_of_the_running_image_is_told_and_how_to_keep_it(
        self, cloud: LocalCloud, session: Session, two: dict[str, str], service: Any
    ) -> None:
        service(f"{URI}:v1")
        limit(session, 3)
        lines = image(cloud, "status").stdout.splitlines()
        assert lines[-2] == "v1 expires after 2 more pushes, and then no new task can start."
        assert lines[-1] == "Next: `tradingbot deploy --tag v1 --env production --local` marks it as deployed, which spares it"
        limit(session, 20)
        assert image(cloud, "status").stdout.splitlines()[-1] == "v1 expires after 19 more pushes, and then no new task can start."
        limit(session, 3, spared="v1")
        assert json.loads(image(cloud, "status", "--json").stdout)["running"]["pushes_until_expiry"] is None
        assert image(cloud, "status").stdout.splitlines()[-1] == "v1 does not expire."

    def test_a_push_says_how_many_are_left_before_the_running_image_goes(
        self, cloud: LocalCloud, session: Session, two: dict[str, str], service: Any, docker: StandIn, source: str
    ) -> None:
        service(f"{URI}:v1")
        limit(session, 4)
        result = image(cloud, "push", source, "--tag", "v3")
        assert result.exit_code == 0, result.output
        assert (
            "Warning: v1 expires after 2 more pushes, and then no new task can start. Next: `tradingbot deploy --tag v1 " in result.stderr
        )
        limit(session, 4, spared="v1")
        assert "Warning" not in image(cloud, "push", source, "--tag", "v4").stderr

    def test_json_has_every_digest_whole(self, cloud: LocalCloud, two: dict[str, str], service: Any) -> None:
        service(f"{URI}@{two['v2']}")
        document = json.loads(image(cloud, "status", "--json").stdout)
        assert document["environment"] == "production"
        assert document["repository"] == {
            "name": "tradingbot-ai-production",
            "uri": URI,
            "immutable_tags": True,
            "scan_on_push": True,
            "keeps": None,
            "spares": [],
        }
        running = {"reference": f"{URI}@{two['v2']}", "of_repository": True, "pushes_until_expiry": None, "digest": two["v2"]}
        assert document["running"] == running
        entries = {tuple(entry["tags"]): entry for entry in document["images"]}
        assert {tags: (entry["digest"], entry["runs"]) for tags, entry in entries.items()} == {
            ("v1",): (two["v1"], False),
            ("v2",): (two["v2"], True),
        }
        assert entries["v1",]["scan"] == {"status": "NOT_SCANNED", "reason": "", "findings": None}

    def test_an_empty_repository_without_a_service_is_reported(self, cloud: LocalCloud, repository: str) -> None:
        result = image(cloud, "status")
        assert (result.exit_code, result.stdout) == (0, f"{URI}, every image is kept\nThe service does not exist yet.\n")
        document = json.loads(image(cloud, "status", "--json").stdout)
        assert (document["running"], document["images"]) == (None, [])

    @pytest.mark.parametrize(
        ("reference", "message"),
        [
            ("public.ecr.aws/p:1", "The service runs public.ecr.aws/p:1, which is from another repository."),
            (f"{URI}:v9", f"The service uses {URI}:v9, which is not in the repository: no new task can start."),
        ],
    )
    def test_a_service_that_runs_another_image_is_reported(
        self, cloud: LocalCloud, two: dict[str, str], service: Any, reference: str, message: str
    ) -> None:
        service(reference)
        result = image(cloud, "status")
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, message)

    def test_fail_on_fails_after_the_result_if_the_image_is_not_scanned(self, cloud: LocalCloud, two: dict[str, str], service: Any) -> None:
        service(f"{URI}:v1")
        result = image(cloud, "status", "--fail-on", "critical", "--json")
        assert result.exit_code == 1
        assert len(json.loads(result.stdout)["images"]) == 2
        assert result.stderr == "v1: not scanned; whether it has findings of severity critical is not known\n"

    def test_an_unknown_severity_is_refused(self, cloud: LocalCloud) -> None:
        result = image(cloud, "status", "--fail-on", "severe")
        assert result.exit_code == 2
        assert "'critical', 'high', 'medium', 'low', 'informational', 'undefined'" in " ".join(result.stderr.split())

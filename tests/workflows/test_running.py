"""The workflows run: a push, an approval, a release, a bad one, a repeated one, a night and a pull request, against a local cloud.

The tests build on each other in order.
"""

from collections.abc import Iterator

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import session_of
from tests.operations.images.stand_in_docker import put_image
from tests.operations.secrets.sample import values
from tests.workflows import gh
from tests.workflows.running import Repository, Run
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import LocalCloud, environment, running
from tradingbot_infra.operations.live.repository import running_tag
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
STAGING, PRODUCTION = (load_config(name).names for name in ("staging", "production"))
AWAKE = {'"scale_down_out_of_hours": True,  # nobody': '"scale_down_out_of_hours": False,  # nobody'}
"""Staging with a task at any hour."""
RUNS = placeholder_command(8001, "/api/v1/health")
UNHEALTHY = ["python3", "-m", "http.server", "8001"]
"""It answers the health check with 404."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped."""
    with running(tmp_path_factory.mktemp("workflows"), time_scale=60) as started:
        assert CdkCli(PROJECT_ROOT, started, (REGION,), started.state_directory / "cdk.out").bootstrap(capture=True).returncode == 0
        yield started


@pytest.fixture(scope="module")
def repository(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The project as a team has it on GitHub, whose roles reach the local cloud."""
    made = Repository.create(tmp_path_factory.mktemp("github"), AWAKE)
    reaches = {name: value for name, value in environment(cloud.endpoint, REGION).items() if name.startswith("AWS_")}
    (made.folder / "credentials").write_text("".join(f"{name}={value}\n" for name, value in reaches.items()), encoding="utf-8")
    return made


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """A session of that cloud."""
    return session_of(cloud)


def statuses(session: Session, names: Names) -> set[str]:
    """The statuses of an environment's stacks; none before its first deployment."""
    stacks = session.cloudformation.describe_stacks()["Stacks"]
    return {stack["StackStatus"] for stack in stacks if stack["StackName"].startswith(names.stack(""))}


def pushed(cloud: LocalCloud, tag: str, words: list[str]) -> str:
    """An image in the repositories of both environments, and what the local cloud runs for it; its digest."""
    digests = {put_image(f"127.0.0.1:{cloud.port}", names.repository, tag) for names in (STAGING, PRODUCTION)}
    images.add(images_file(cloud.state_directory), {tag: {"command": words}})
    return digests.pop()


def pull_request(repository: Repository, base: str, owner: str = "owner") -> Run:
    """The workflow of pull request 7, from a branch of a repository of `owner`."""
    payload = {"pull_request": {"number": 7, "base": {"sha": base}, "head": {"repo": {"full_name": f"{owner}/repository"}}}}
    return repository.run("pull_request", "test.yml", payload=payload)


class TestDelivery:
    """One life of a repository."""

    def test_a_push_deploys_staging_and_stops_where_nobody_approves(self, repository: Repository, session: Session) -> None:
        run = repository.run("push", "deploy.yml")
        assert run.ended("Release to staging") == ["succeeded"], run.text[-5000:]
        assert statuses(session, STAGING) == {"CREATE_COMPLETE"}
        assert run.ended("Preview of production") == ["succeeded"], run.text[-5000:]
        assert run.ended("Release to production") == ["failed"]
        assert "Approval" in run.failed_steps()
        assert statuses(session, PRODUCTION) == set()
        assert run.text.count("| ### What would change") == run.text.count("| ### What drifted") == 2, run.text[-5000:]
        assert repository.lines("waited") == ["staging", "production"]
        assert repository.lines("roles") == [f"read-role  {REGION}", f"deploy-role 10800 {REGION}", f"read-role  {REGION}"]

    def test_the_run_that_is_repeated_leaves_staging_and_deploys_production(self, repository: Repository, session: Session) -> None:
        (repository.folder / "approved").touch()
        (repository.folder / "shows-nothing").touch()
        run = repository.run("push", "deploy.yml")
        assert run.returncode == 0, run.text[-5000:]
        assert run.text.count("Nothing to deploy: every stack has these templates already.") == 1
        assert statuses(session, PRODUCTION) == {"CREATE_COMPLETE"}

    def test_an_image_runs_in_staging_and_then_in_production(self, repository: Repository, cloud: LocalCloud, session: Session) -> None:
        digest = pushed(cloud, "v1", RUNS)
        for names in (STAGING, PRODUCTION):
            for name, value in values().items():
                session.secretsmanager.put_secret_value(SecretId=names.secret(name), SecretString=value)
        run = repository.run("workflow_dispatch", "deploy.yml", inputs={"tag": "v1", "digest": digest})
        assert run.returncode == 0, run.text[-5000:]
        assert [running_tag(session, names) for names in (STAGING, PRODUCTION)] == ["v1", "v1"]

    def test_an_image_that_is_not_healthy_ends_in_staging_and_somebody_is_told(
        self, repository: Repository, cloud: LocalCloud, session: Session
    ) -> None:
        told = len(gh.state_of(repository.folder / "bin")["issues"])
        pushed(cloud, "v2", UNHEALTHY)
        run = repository.run("workflow_dispatch", "deploy.yml", inputs={"tag": "v2"})
        assert (run.ended("Release to staging"), run.ended("Preview of production")) == (["failed"], []), run.text[-5000:]
        assert "ServiceStack failed: v1 runs, and v2 does not." in run.text
        assert [running_tag(session, names) for names in (STAGING, PRODUCTION)] == ["v1", "v1"]
        issues = gh.state_of(repository.folder / "bin")["issues"]
        assert len(issues) == told + 1
        assert (issues[-1]["label"], issues[-1]["title"]) == ("deployment-staging", "The deployment of staging failed")

    def test_a_night_looks_at_production_and_reports_what_it_finds(self, repository: Repository) -> None:
        (repository.folder / "shows-nothing").unlink()
        run = repository.run("schedule", "nightly.yml")
        assert "tradingbot verify" not in "".join(run.failed_steps()), run.text[-5000:]
        assert "compliance live" not in "".join(run.failed_steps()), run.text[-5000:]
        assert repository.lines("artifacts/nightly-production/compliance-production/summary.md")

    def test_a_pull_request_gets_one_comment_and_no_role(self, repository: Repository) -> None:
        roles = repository.lines("roles")
        base = repository.git("rev-parse", "HEAD")
        path = repository.path / "tradingbot_infra" / "config" / "environments.py"
        text = path.read_text(encoding="utf-8").replace('"stop_timeout_seconds": 120', '"stop_timeout_seconds": 100')
        path.write_text(text, encoding="utf-8")
        repository.commit()
        run = pull_request(repository, base)
        assert run.returncode == 0, run.text[-5000:]
        (comment,) = gh.state_of(repository.folder / "bin")["comments"].values()
        assert "\n### staging\n\n**1 replaced, 1 changed in place; " in comment
        assert comment == "\n".join(repository.lines("artifacts/pull-request/pull-request/comment.md")) + "\n"
        assert repository.lines("roles") == roles

    def test_a_fork_gets_the_summary_and_no_comment(self, repository: Repository) -> None:
        before = gh.state_of(repository.folder / "bin")["comments"]
        # The report is that of the test before: only who may read it differs.
        reports = repository.folder / "artifacts" / "pull-request"
        program = repository.folder / "bin" / "tradingbot"
        program.write_text(f"#!/bin/sh\nmkdir -p reports && cp -r {reports}/. reports\n", encoding="utf-8")
        run = pull_request(repository, repository.git("rev-parse", "HEAD~1"), owner="stranger")
        assert run.returncode == 0, run.text[-5000:]
        assert (run.ended("What it changes"), run.ended("Comment")) == (["succeeded"], [])
        assert gh.state_of(repository.folder / "bin")["comments"] == before

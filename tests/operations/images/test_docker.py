"""The docker command: found or not, asked in docker's own words, the password by stdin only."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.images.stand_in_docker import FIT, NO_ENGINE, StandIn, install
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.images.docker import (
    Docker,
    LocalImage,
    NoDocker,
    api_spoken,
    check_platform,
    commands_of_a_push,
    local_image,
    shortcomings,
)

PASSWORD = "not-a-real-password-but-a-planted-one"  # noqa: S105 - planted, to be searched for


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The only docker on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return install(tmp_path)


def image(*, platform: str = "linux/amd64", user: str = "1000", ports: tuple[str, ...] = ()) -> LocalImage:
    """An image that is fit unless said."""
    return LocalImage(platform, user, frozenset(ports))


def test_no_command_on_path_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoDocker, match=r"^There is no docker command on PATH$"):
        Docker.find()


def test_the_docker_of_this_machine_says_itself_that_no_engine_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-engine.sock")
    told = f"reaches no engine: .*{tmp_path}/no-engine.sock" if shutil.which("docker") else "There is no docker command"
    with pytest.raises(NoDocker, match=told):
        Docker.find()


def test_a_command_without_an_engine_is_told_in_dockers_words(tmp_path: Path, stand_in: StandIn) -> None:
    install(tmp_path, no_engine=True)
    with pytest.raises(NoDocker) as refused:
        Docker.find()
    assert str(refused.value) == f"The docker command reaches no engine: {NO_ENGINE}"


@pytest.mark.parametrize(
    ("api", "flags"),
    [("1.50", ["--platform", "linux/amd64"]), ("1.46", ["--platform", "linux/amd64"]), ("1.45", []), ("5.4.0-podman", []), (None, [])],
)
def test_a_push_chooses_one_platform_where_docker_can(tmp_path: Path, stand_in: StandIn, api: str | None, flags: list[str]) -> None:
    install(tmp_path, api=api, fails="push")
    with pytest.raises(UserError, match="docker push ended with exit code 1; its output is above"):
        Docker.find().push("registry.invalid/app:v1", platform="linux/amd64", profile=None)
    assert stand_in.words[-1] == ["push", *flags, "registry.invalid/app:v1"]


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text("ab.1"), lambda inner: st.dictionaries(st.sampled_from(["Client", "ApiVersion"]), inner)
    ).map(json.dumps)
)
def test_what_another_make_answers_is_no_version(answer: str) -> None:
    assert api_spoken(answer) == ()


@given(major=st.integers(0, 99), minor=st.integers(0, 999))
def test_a_version_is_two_numbers_and_compares_as_such(major: int, minor: int) -> None:
    assert api_spoken(json.dumps({"Client": {"ApiVersion": f"{major}.{minor}"}, "Server": None})) == (major, minor)


def test_the_password_goes_by_stdin_and_nowhere_else(tmp_path: Path, stand_in: StandIn, capfd: pytest.CaptureFixture[str]) -> None:
    install(tmp_path, echoes_stdin=True)
    said = Docker.find().login("registry.invalid", username="AWS", password=PASSWORD)
    call = stand_in.calls[-1]
    assert call["words"] == ["login", "--username", "AWS", "--password-stdin", "registry.invalid"]
    assert call["stdin"] == PASSWORD
    assert said == "read (not shown)\nLogin Succeeded"
    assert PASSWORD not in "".join(capfd.readouterr())


def test_a_refused_login_tells_dockers_reason_without_the_password(tmp_path: Path, stand_in: StandIn) -> None:
    install(tmp_path, echoes_stdin=True, fails="login")
    with pytest.raises(UserError) as refused:
        Docker.find().login("registry.invalid", username="AWS", password=PASSWORD)
    assert str(refused.value) == "docker login registry.invalid failed: login cannot be done (not shown)"
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_a_build_is_for_one_platform_without_attestations_and_speaks_on_stderr(
    tmp_path: Path, stand_in: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    Docker.find().build(tmp_path, "registry.invalid/app:v1", platform="linux/arm64")
    call = stand_in.calls[-1]
    assert call["words"] == ["build", "--platform", "linux/arm64", "--tag", "registry.invalid/app:v1", str(tmp_path)]
    assert call["no_attestations"] == "1"
    assert capfd.readouterr() == ("", "Successfully built\n")


def test_a_failed_build_is_one_line_below_dockers_own(tmp_path: Path, stand_in: StandIn, capfd: pytest.CaptureFixture[str]) -> None:
    install(tmp_path, fails="build")
    with pytest.raises(UserError, match=r"^docker build ended with exit code 1; its output is above$"):
        Docker.find().build(tmp_path, "registry.invalid/app:v1", platform="linux/amd64")
    assert capfd.readouterr() == ("", "build cannot be done\n")


def test_an_image_is_inspected_by_either_of_its_names(stand_in: StandIn) -> None:
    docker = Docker.find()
    stand_in.hold("app:dev")
    docker.tag("app:dev", "registry.invalid/app:v1")
    fit = LocalImage("linux/amd64", "1000:1000", frozenset({"8001/tcp"}))
    assert docker.inspect("app:dev") == docker.inspect("registry.invalid/app:v1") == fit


def test_a_missing_image_is_none_and_every_other_failure_is_told(tmp_path: Path, stand_in: StandIn) -> None:
    assert Docker.find().inspect("nosuch") is None
    install(tmp_path, fails="image")
    with pytest.raises(UserError, match=r"^docker image inspect nosuch failed: image cannot be done$"):
        Docker.find().inspect("nosuch")


declared: st.SearchStrategy[dict[str, dict[str, str]] | None] = st.none() | st.dictionaries(st.text(min_size=1), st.just({}))


@given(config=st.none() | st.fixed_dictionaries({}, optional={"User": st.none() | st.text(), "ExposedPorts": declared}))
def test_an_image_may_declare_nothing_at_all(config: dict[str, object] | None) -> None:
    found = local_image({"Os": "linux", "Architecture": "arm64", "Config": config})
    assert found.platform == "linux/arm64"
    assert found.ports == frozenset((config or {}).get("ExposedPorts") or ())  # type: ignore[call-overload]  # a dict or None by its strategy
    assert found.runs_as_root or found.user == (config or {}).get("User")


@pytest.mark.parametrize(
    ("user", "root"),
    [("", True), ("0", True), ("root", True), ("0:0", True), ("root:app", True), ("1000", False), ("app", False), ("rooted", False)],
)
def test_no_user_is_root_as_well(user: str, root: bool) -> None:
    assert image(user=user).runs_as_root is root


@pytest.mark.parametrize(("architecture", "platform"), [("X86_64", "linux/amd64"), ("ARM64", "linux/arm64")])
def test_an_image_of_the_tasks_architecture_is_taken_and_of_another_refused(architecture: str, platform: str) -> None:
    task = load_config("production", {"cpu_architecture": architecture}).task
    check_platform(image(platform=platform), "app:dev", task)
    for other in {"linux/amd64", "linux/arm64", "windows/amd64"} - {platform}:
        with pytest.raises(UserError) as refused:
            check_platform(image(platform=other), "app:dev", task)
        assert str(refused.value) == f"app:dev: is for {other}, and cpu_architecture is {architecture}; allowed: {platform}"


def test_an_image_that_brings_what_the_design_asks_has_no_shortcoming() -> None:
    task = load_config("production").task
    assert shortcomings(local_image({"Os": "linux", "Architecture": "amd64", "Config": FIT}), task) == ()
    assert shortcomings(image(), task) == (), "an image need not EXPOSE anything"
    assert shortcomings(image(user=""), task) == (), "container_user decides, whatever the image says"
    assert shortcomings(image(), load_config("production", {"container_user": "none"}).task) == ()


@pytest.mark.parametrize(
    ("unfit", "settings", "told"),
    [
        (
            image(user=""),
            {"container_user": "none"},
            "Its USER is root, and container_user is none: whoever breaks into the application is root.",
        ),
        (image(ports=("9000/tcp", "8000/tcp")), {}, "It EXPOSEs 8000/tcp, 9000/tcp, and container_port is 8001."),
        (image(ports=("8001/udp",)), {}, "It EXPOSEs 8001/udp, and container_port is 8001."),
    ],
)
def test_a_shortcoming_is_told_with_its_consequence(unfit: LocalImage, settings: dict[str, object], told: str) -> None:
    assert shortcomings(unfit, load_config("production", settings).task) == (told,)


def test_in_an_account_the_commands_for_another_shell_begin_with_a_login() -> None:
    uri = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/app"
    login, build, push = commands_of_a_push("the app", f"{uri}:v1", "linux/arm64", build=True, region="ap-southeast-2", profile="a desk")
    assert login == (
        "aws ecr get-login-password --region ap-southeast-2 --profile 'a desk' "
        "| docker login --username AWS --password-stdin 123456789012.dkr.ecr.ap-southeast-2.amazonaws.com"
    )
    assert build == f"BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/arm64 --tag {uri}:v1 'the app'"
    assert push == f"docker push {uri}:v1"
    without = commands_of_a_push("app:dev", f"{uri}:v1", "linux/arm64", build=False, region=None, profile=None)
    assert without == (f"docker tag app:dev {uri}:v1", push)

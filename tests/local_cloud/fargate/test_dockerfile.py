"""What a Dockerfile says about running its image."""

import signal
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud.fargate.dockerfile import ImageConfig, read


def config(directory: Path, *lines: str) -> ImageConfig:
    (directory / "Dockerfile").write_text("\n".join(["FROM python:3.13", *lines]) + "\n", encoding="utf-8")
    return read(directory)


def test_entry_point_and_command_in_exec_form_are_words(tmp_path: Path) -> None:
    found = config(tmp_path, 'ENTRYPOINT ["tini", "--"]', "CMD [\\", '  "uvicorn", \\', "# why", '  "app:app"]')
    assert (found.entrypoint, found.command) == (("tini", "--"), ("uvicorn", "app:app"))


def test_the_shell_form_runs_in_the_shell(tmp_path: Path) -> None:
    assert config(tmp_path, "CMD exec uvicorn app:app --port $PORT").command == ("/bin/sh", "-c", "exec uvicorn app:app --port $PORT")
    assert config(tmp_path, 'SHELL ["/bin/bash", "-ec"]', "CMD run").command == ("/bin/bash", "-ec", "run")


def test_single_quotes_make_the_shell_form_as_with_docker(tmp_path: Path) -> None:
    assert config(tmp_path, "CMD ['uvicorn', 'app:app']").command == ("/bin/sh", "-c", "['uvicorn', 'app:app']")


def test_the_command_after_an_entry_point_in_shell_form_reaches_only_the_shell_as_with_docker(tmp_path: Path) -> None:
    found = config(tmp_path, "ENTRYPOINT exec serve", 'CMD ["--port", "1"]')
    assert (found.entrypoint, found.command) == (("/bin/sh", "-c", "exec serve"), ("--port", "1"))


def test_variables_are_expanded_as_docker_does(tmp_path: Path) -> None:
    found = config(tmp_path, "ARG PORT=8001", 'ENV A=1 B="two words" PORT=$PORT', "ENV OLD form of it", "ENV C=${A}x PATH=/opt/bin:$PATH")
    variables = dict(found.environment)
    assert (variables["A"], variables["B"], variables["PORT"], variables["OLD"]) == ("1", "two words", "8001", "form of it")
    assert variables["C"] == "1x"
    assert variables["PATH"].startswith("/opt/bin:/usr/local/sbin:")


def test_only_the_last_stage_counts_with_what_it_is_built_from(tmp_path: Path) -> None:
    found = config(
        tmp_path, "ENV A=1", 'CMD ["old"]', "FROM python:3.13 AS base", "ENV B=2", "FROM --platform=linux/arm64 base", 'CMD ["new"]'
    )
    assert (dict(found.environment), found.command) == ({"B": "2"}, ("new",))


def test_the_directory_stands_for_the_working_directory_wherever_it_is_named(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        "WORKDIR /srv",
        "WORKDIR app",
        "ENV PYTHONPATH=/srv/app/src:/opt OTHER=/srv/application",
        'CMD ["python3", "/srv/app/main.py"]',
    )
    assert found.command == ("python3", f"{tmp_path}/main.py")
    assert dict(found.environment) == {"PYTHONPATH": f"{tmp_path}/src:/opt", "OTHER": "/srv/application"}


def test_user_and_stop_signal_are_read(tmp_path: Path) -> None:
    found = config(tmp_path, "USER 1000:1000", "STOPSIGNAL SIGQUIT")
    assert (found.user, found.stop_signal) == ("1000:1000", signal.SIGQUIT)
    assert config(tmp_path, "STOPSIGNAL 2").stop_signal == signal.SIGINT
    assert config(tmp_path).stop_signal == signal.SIGTERM


@pytest.mark.parametrize("line", ["STOPSIGNAL NOPE", "SHELL bash", "ENV A=1 B"])
def test_a_line_that_docker_refuses_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        config(tmp_path, line)

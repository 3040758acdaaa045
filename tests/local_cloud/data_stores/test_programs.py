"""Where PostgreSQL and Redis are looked for, and what is said where they are missing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud import server
from tradingbot_infra.local_cloud.data_stores import programs

CACHED = (programs.postgres_directory, programs.redis_server, programs.major_version, programs.redis_has_tls)


@pytest.fixture(autouse=True)
def look_again() -> Iterator[None]:
    """Programs are looked for once a process; each test looks again, and the next one too."""
    for one in CACHED:
        one.cache_clear()
    yield
    for one in CACHED:
        one.cache_clear()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in the place of the whole machine, with nothing in PATH."""
    monkeypatch.setattr(programs, "_POSTGRES_PLACES", (f"{tmp_path}/postgresql/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def install(directory: Path, version: str, *, names: tuple[str, ...] = ("postgres", "initdb")) -> Path:
    """Programs that say this version of PostgreSQL."""
    directory.mkdir(parents=True)
    for name in names:
        program = directory / name
        program.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version}"\n', encoding="utf-8")
        program.chmod(0o755)
    return directory


def test_version_15_comes_before_newer_ones_and_newer_before_older(machine: Path) -> None:
    directories = {version: install(machine / "postgresql" / version / "bin", f"{version}.4") for version in ("14", "16", "17")}
    assert programs.postgres_directory() == directories["17"]
    programs.postgres_directory.cache_clear()
    assert install(machine / "postgresql" / "15" / "bin", "15.18 (Debian 15.18-0)") == programs.postgres_directory()


def test_what_is_in_path_is_found_and_a_link_leads_to_its_neighbours(machine: Path) -> None:
    real = install(machine / "elsewhere", "15.1")
    (machine / "bin").mkdir()
    (machine / "bin" / "postgres").symlink_to(real / "postgres")
    assert programs.postgres_directory() == real


def test_a_client_without_a_server_is_not_taken(machine: Path) -> None:
    complete = install(machine / "postgresql" / "14" / "bin", "14.1")
    install(machine / "postgresql" / "15" / "bin", "15.1", names=("psql",))
    assert programs.postgres_directory() == complete


@pytest.mark.usefixtures("machine")
def test_one_line_names_what_to_install_on_debian_and_macos() -> None:
    missing = programs.missing()
    assert "\n" not in missing
    for words in ("apt-get install postgresql", "brew install postgresql@15", "apt-get install redis-server", "brew install redis"):
        assert words in missing


def test_only_what_is_missing_is_named(machine: Path) -> None:
    install(machine / "postgresql" / "15" / "bin", "15.1")
    assert "PostgreSQL" not in programs.missing()
    assert "Redis" in programs.missing()


def test_a_local_cloud_with_data_stores_does_not_start_without_them(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find", lambda _: None)
    with pytest.raises(server.LocalCloudError, match=r"^Data stores need PostgreSQL .* and Redis "):
        server.start(machine / "state", data_stores=True)
    assert not (machine / "state").exists()


def test_a_redis_that_does_not_know_tls_is_told_from_one_that_does(machine: Path) -> None:
    without = machine / "redis-server"
    without.write_text("#!/bin/sh\necho 'Bad directive or wrong number of arguments' >&2\nexit 1\n", encoding="utf-8")
    without.chmod(0o755)
    assert not programs.redis_has_tls(without)


def test_the_redis_of_this_machine_knows_tls() -> None:
    found = shutil.which("redis-server")
    if found is None:
        pytest.fail("The tests of the container contract need Redis: run `apt-get install redis-server`.", pytrace=False)
    assert programs.redis_has_tls(Path(found))

"""Settings of the section task."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.refusals import assert_refused, is_accepted
from tradingbot_infra.config.sections.task import FARGATE_MEMORY_MIB


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"task_cpu": "500"}, "task_cpu=500", "allowed: 256, 512, 1024, 2048, 4096, 8192, 16384"),
        ({"task_memory_mib": "8192"}, "task_memory_mib=8192", "allowed: 1024, 2048, 3072, 4096"),
        ({"enable_execute_command": "true"}, "enable_execute_command=true", "allowed: true with readonly_root_filesystem=false, or false"),
        ({"container_user": "root"}, "container_user=root", "allowed: UID or UID:GID"),
        ({"container_user": "0:1000"}, "container_user=0:1000", "neither of them 0"),
        ({"container_user": "1000:0"}, "container_user=1000:0", "neither of them 0"),
        ({"tmp_size_mib": "488"}, "tmp_size_mib=488", "with 25 MiB for log lines it may take more than half of task_memory_mib=1024"),
        ({"tmp_size_mib": "513", "log_mode": "blocking"}, "tmp_size_mib=513", "allowed: up to 512"),
        ({"log_mode": "fast"}, "log_mode=fast", "allowed: blocking or non-blocking"),
        ({"image_tag": "latest"}, "image_tag=latest", "allowed: an image tag other than latest, or none"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


def test_half_of_the_memory_may_be_tmp_and_waiting_log_lines() -> None:
    assert is_accepted(tmp_size_mib=487)
    assert is_accepted(tmp_size_mib=512, log_mode="blocking")


@given(cpu=st.integers(1, 20000), memory=st.integers(1, 130000))
def test_a_task_size_is_accepted_exactly_when_fargate_offers_it(cpu: int, memory: int) -> None:
    assert is_accepted(task_cpu=cpu, task_memory_mib=memory) == (memory in FARGATE_MEMORY_MIB.get(cpu, ()))


@given(cpu=st.sampled_from(sorted(FARGATE_MEMORY_MIB)), data=st.data())
def test_every_size_that_fargate_offers_is_accepted(cpu: int, data: st.DataObject) -> None:
    assert is_accepted(task_cpu=cpu, task_memory_mib=data.draw(st.sampled_from(FARGATE_MEMORY_MIB[cpu])))

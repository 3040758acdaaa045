"""What the registration of handlers demands of ministack, and the form of each entry."""

from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tradingbot_infra.local_cloud.handlers import RESOURCES, register
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError


def test_registering_adds_every_type_to_ministacks_own_registry() -> None:
    registry = dict(provisioners.__dict__["_RESOURCE_HANDLERS"])
    before = set(registry)
    register(registry)
    assert set(registry) - before == set(RESOURCES)


def test_registering_refuses_a_type_that_ministack_handles_and_adds_nothing() -> None:
    registry: dict[str, dict[str, Any]] = {"AWS::EC2::EIP": {}}
    with pytest.raises(UnexpectedMinistackError, match=r"it handles AWS::EC2::EIP itself"):
        register(registry)
    assert list(registry) == ["AWS::EC2::EIP"]


def test_registering_refuses_a_ministack_without_the_handler_to_complete() -> None:
    registry: dict[str, dict[str, Any]] = {}
    with pytest.raises(
        UnexpectedMinistackError,
        match=r"it does not handle AWS::Backup::BackupVault, AWS::CloudWatch::Alarm, .*, AWS::RDS::DBInstance",
    ):
        register(registry)
    assert registry == {}


@pytest.mark.parametrize("resource_type", sorted(RESOURCES))
def test_an_unchanged_handler_entry_fits_ministacks_protocol(resource_type: str) -> None:
    entry = RESOURCES[resource_type].handler()
    assert all(callable(entry[part]) for part in ("create", "update", "delete"))
    assert entry["update_with_logical_id"] is True

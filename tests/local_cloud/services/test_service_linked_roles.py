"""Service-linked roles have AWS's names, and each can be created once."""

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.design.service_linked_roles import ROLES
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.principal)
def test_a_role_is_created_once(role: object) -> None:
    (row,) = (row for row in ROLES if row is role)
    created = call("iam", "CreateServiceLinkedRole", AWSServiceName=row.principal)["Role"]
    assert (created["RoleName"], created["Path"]) == (row.name, f"/aws-service-role/{row.principal}/")
    with pytest.raises(LocalApiError, match=f"Service role name {row.name} has been taken") as raised:
        call("iam", "CreateServiceLinkedRole", AWSServiceName=row.principal)
    assert raised.value.code == "InvalidInput"
    call("iam", "DeleteRole", RoleName=row.name)


def test_a_service_that_the_design_does_not_use_is_refused() -> None:
    with pytest.raises(LocalApiError) as raised:
        call("iam", "CreateServiceLinkedRole", AWSServiceName="spot.amazonaws.com")
    assert raised.value.code == "InvalidInput"


def test_ministack_still_makes_up_names() -> None:
    made = own("iam", "CreateServiceLinkedRole", AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]
    call("iam", "DeleteRole", RoleName=made)
    assert made == "AWSServiceRoleForEcs", "ministack names these roles as AWS does now"

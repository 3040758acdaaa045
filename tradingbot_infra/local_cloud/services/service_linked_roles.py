"""CreateServiceLinkedRole, with the names that AWS gives these roles and the error of AWS for one that exists."""

import json
from typing import Any

from tradingbot_infra.design.service_linked_roles import ROLES
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call


async def create(call: Call) -> dict[str, Any]:
    """CreateServiceLinkedRole, for the services of design/service_linked_roles.py."""
    principal = call.parameters["AWSServiceName"]
    name = next((role.name for role in ROLES if role.principal == principal), None)
    if name is None:
        raise LocalApiError("InvalidInput", f"The local cloud has no service-linked role of {principal}")
    trust = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    try:
        return await call.ask(
            "iam",
            "CreateRole",
            RoleName=name,
            Path=f"/aws-service-role/{principal}/",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
    except LocalApiError as error:
        if error.code != "EntityAlreadyExists":
            raise
        taken = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise LocalApiError("InvalidInput", taken) from None

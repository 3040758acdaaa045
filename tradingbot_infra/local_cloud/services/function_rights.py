"""What the role of a Lambda function may call: its policies and its boundary decide, as for a task's execution role.

Asked of the services that `services.OPERATIONS` names. Policies of resources are not asked. Source of actions, resources and condition
keys: Service Authorization Reference, by service.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api import server
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.ministack import functions, scopes

_PREFIXES: Mapping[str, str] = {"accessanalyzer": "access-analyzer", "elbv2": "elasticloadbalancing", "s3control": "s3"}
"""Services whose actions have another prefix than their name in boto3."""
_ACTIONS: Mapping[tuple[str, str], str] = {
    ("s3control", "DeletePublicAccessBlock"): "s3:PutAccountPublicAccessBlock",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
    ("s3control", "PutPublicAccessBlock"): "s3:PutAccountPublicAccessBlock",
}
"""Operations whose action has another name."""
_CHANGED: Mapping[str, str] = {"InternetGatewayId": "internet-gateway", "SubnetId": "subnet", "VpcId": "vpc"}
"""Parameter of a call of EC2 that deletes or detaches -> the resource that IAM compares."""
_CODES: Mapping[str, str] = {"ec2": "UnauthorizedOperation", "iam": "AccessDenied", "s3control": "AccessDenied"}
_PREFIX_OF_WORDS = "AccessDeniedException: "
_FORBIDDEN = 403


async def check(service: str, operation: str, request: HttpRequest, ask: Ask) -> None:
    """Raises LocalApiError in AWS's words if a function made the request and its role may not; others may do everything."""
    caller = functions.role_of(request.headers)
    if caller is None or not operation:
        return
    role = ExecutionRole(*caller, ask)
    action = _ACTIONS.get((service, operation), f"{_PREFIXES.get(service, service)}:{operation}")
    parameters = server.parameters_of(service, operation, request)
    for resource in await _resources(service, operation, parameters, ask):
        try:
            await role.check(action, resource, await _context(parameters, resource, ask))
        except DeniedError as error:
            words = str(error).removeprefix(_PREFIX_OF_WORDS)
            raise LocalApiError(_CODES.get(service, "AccessDeniedException"), words, _FORBIDDEN) from error


async def _resources(service: str, operation: str, parameters: Mapping[str, Any], ask: Ask) -> list[str]:
    """The ARNs that IAM compares; `*` for an action without any."""
    if service == "account":
        return [scopes.arn("account", "account", regional=False)]
    if service == "ec2" and operation.startswith(("Delete", "Detach")):
        return [scopes.arn("ec2", f"{_CHANGED[name]}/{value}") for name, value in parameters.items() if name in _CHANGED]
    if service == "logs" and "logGroupName" in parameters:
        return [scopes.arn("logs", f"log-group:{parameters['logGroupName']}:*")]
    if service == "secretsmanager" and "SecretId" in parameters:
        return [(await ask("secretsmanager", "DescribeSecret", SecretId=parameters["SecretId"]))["ARN"]]
    return ["*"]


async def _context(parameters: Mapping[str, Any], resource: str, ask: Ask) -> dict[str, str]:
    """Condition keys and their values: the region, the type of a contact, and the tags of what a call changes."""
    _, region = scopes.current()
    found = {"aws:RequestedRegion": region}
    if "AlternateContactType" in parameters:
        found["account:AlternateContactTypes"] = parameters["AlternateContactType"]
    if resource.startswith("arn:aws:ec2:"):
        identifier = resource.rpartition("/")[2]
        tags = (await ask("ec2", "DescribeTags", Filters=[{"Name": "resource-id", "Values": [identifier]}]))["Tags"]
        found |= {f"aws:ResourceTag/{tag['Key']}": tag["Value"] for tag in tags}
    return found

"""Who may call an address that is no operation of an API: it is signed, and the role of the signer allows it.

The words of refusals are those of AWS's other services.
"""

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.ministack import callers, scopes, signatures

_FORBIDDEN = 403
_PREFIX_OF_WORDS = "AccessDeniedException: "


async def require(request: HttpRequest, service: str, actions: tuple[str, ...], ask: Ask) -> None:
    """Raises LocalApiError unless the request is signed for the service, by somebody who may do all of this on every resource.

    Roles are asked: their policies and their boundary decide. Users and the root user may do everything, as elsewhere.
    """
    signatures.require(request, service)
    identity = callers.user_identity(request.headers, request.query)
    issuer = identity.get("sessionContext", {}).get("sessionIssuer")
    if issuer is None:
        return
    role = ExecutionRole(issuer["arn"], identity["arn"].rpartition("/")[2], ask)
    _, region = scopes.current()
    for action in actions:
        try:
            await role.check(action, "*", {"aws:RequestedRegion": region})
        except DeniedError as error:
            raise LocalApiError("AccessDeniedException", str(error).removeprefix(_PREFIX_OF_WORDS), _FORBIDDEN) from error

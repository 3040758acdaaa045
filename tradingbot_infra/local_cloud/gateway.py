"""Chooses who answers a request: our operations first, ministack for everything else."""

from collections.abc import Awaitable, Mapping, MutableMapping
from functools import cache
from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api import client, server
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import Handler, HttpRequest, Response
from tradingbot_infra.local_cloud.ministack import services as ministack_services
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError
from tradingbot_infra.local_cloud.services import ADDED, OPERATIONS, TARGETS, function_rights
from tradingbot_infra.local_cloud.services.operation import Call, Operation
from tradingbot_infra.local_cloud.services.trails.seen import recorded


def install(handlers: MutableMapping[str, Any], patterns: MutableMapping[str, Any]) -> None:
    """Adds our operations to ministack's registries: `handlers` of services, and `patterns` by which its router recognises them.

    Raises:
        UnexpectedMinistackError: this ministack has a service that we add, or does not have one that we complete; nothing has been changed.
    """
    names = {service: ministack_services.REGISTRY_NAMES.get(service, service) for service in OPERATIONS}
    known = sorted({names[service] for service in ADDED} & (handlers.keys() | patterns.keys()))
    if known:
        raise UnexpectedMinistackError(f"it has a service {', '.join(known)} itself, which services/ adds")
    missing = sorted(names[service] for service in OPERATIONS.keys() - ADDED if names[service] not in handlers)
    if missing:
        raise UnexpectedMinistackError(f"it has no service {', '.join(missing)}, which services/ extends")
    prefixes = {service: {"target_prefixes": [f"{target}."]} for service, target in TARGETS.items()}
    patterns.update({names[service]: {**prefixes.get(service, {}), "credential_scope": names[service]} for service in ADDED})
    handlers.update({names[service]: handler(service) for service in OPERATIONS})


def record(handlers: MutableMapping[str, Any]) -> None:
    """Lets trails see the requests of every service of ministack's registry."""
    handlers.update({name: recorded(name, answer, ask) for name, answer in handlers.items()})


def recorded_handler(service: str) -> Handler:
    """What answers a service that is in no registry, seen by trails."""
    return recorded(service, handler(service), ask)


async def ask(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
    """The answer to one API call of the local cloud, as boto3's client would return it.

    `service` and `operation` are boto3's and the API's names ("ec2", "AllocateAddress"); `parameters` are validated
    against botocore's model. Account and region are those of the request being served.

    Raises:
        LocalApiError: the API answered with an error.
        botocore.exceptions.ParamValidationError: the parameters do not fit the model.
        KeyError: the service is neither ours nor one of `ministack.services`.
    """
    response = await client.written(service, operation, parameters).sent_to(handler(service))
    return client.read(service, operation, response)


@cache
def handler(service: str) -> Handler:
    """The function that answers a service: our operations, and ministack's module for all others. Raises KeyError as `ask` does."""
    ministack = _unknown(service) if service in ADDED else ministack_services.handler(service)
    operations = OPERATIONS.get(service, {})

    async def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Response:
        background.remember_server()
        request = HttpRequest(method, path, headers, body, query)
        name = server.operation_of(service, request) if operations else ""
        try:
            await function_rights.check(service, name, request, ask)
            if name not in operations:
                return await request.sent_to(ministack)
            return server.answered(service, name, await _answer(service, name, operations[name], request, ministack))
        except LocalApiError as error:
            return server.refused(service, error)

    return answer


def _answer(service: str, name: str, operation: Operation, request: HttpRequest, ministack: Handler) -> Awaitable[dict[str, Any]]:
    async def ministacks(**parameters: object) -> dict[str, Any]:
        written = client.written(service, name, parameters)
        # ministack reads the caller's account and region from the headers that boto3 signed.
        forwarded = HttpRequest(written.method, written.path, {**request.headers, **written.headers}, written.body, written.query)
        return client.read(service, name, await forwarded.sent_to(ministack))

    return operation(Call(server.parameters_of(service, name, request), ministacks, ask))


def _unknown(service: str) -> Handler:
    async def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Response:
        name = server.operation_of(service, HttpRequest(method, path, headers, body, query))
        return server.refused(service, LocalApiError("UnknownOperationException", f"The local cloud's {service} has no {name}"))

    return answer

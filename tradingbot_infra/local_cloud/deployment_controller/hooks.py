"""Lifecycle hooks: Lambda functions that are called at a stage, and pauses that wait for ContinueServiceDeployment.

All hooks of a stage run at once, and the first that fails rolls the deployment back. Sources: "Lambda hooks for Amazon ECS service
deployments", "Pause hooks for Amazon ECS service deployments", "Troubleshooting Amazon ECS blue/green deployments" (ECS Developer Guide).
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller import event_bus
from tradingbot_infra.local_cloud.deployment_controller.records import Hook, ServiceDeployment, Stage, revision_arn
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.service_scheduler.records import now

PAUSE = "PAUSE"
_LAMBDA = "AWS_LAMBDA"
_SESSION = "ECS-Lambda-Execution"
_TIMEOUT_MINUTES = 1440
_DELAY_SECONDS = 30.0
_AGAIN = "IN_PROGRESS"
_KIND = {_LAMBDA: "lambda", PAUSE: "pause"}


class HookFailedError(Exception):
    """Why a hook rolls the deployment back, in ECS's words after "because"."""


@dataclass(frozen=True)
class Weights:
    """What a hook is told of the traffic: percentages by the ARN of the service revision."""

    test: Mapping[str, float] = field(default_factory=dict)
    production: Mapping[str, float] = field(default_factory=dict)


def at(found: ServiceDeployment, stage: Stage, weights: Weights, ask: Ask) -> Sequence["asyncio.Task[None]"]:
    """Begins the hooks of a stage; each task raises HookFailedError when its hook fails."""
    begun = [(_begun(found, stage, definition), definition) for definition in _defined(found, stage)]
    if begun:
        found.hooks = [hook for hook, _ in begun]
    return [asyncio.create_task(_run(found, hook, definition, weights, ask)) for hook, definition in begun]


def _defined(found: ServiceDeployment, stage: Stage) -> Iterator[Mapping[str, Any]]:
    return (each for each in found.configuration.get("lifecycleHooks") or () if stage.value in each.get("lifecycleStages", ()))


def _begun(found: ServiceDeployment, stage: Stage, definition: Mapping[str, Any]) -> Hook:
    kind, timeout = definition.get("targetType", _LAMBDA), definition.get("timeoutConfiguration", {})
    seconds = clock.scaled(60.0 * int(timeout.get("timeoutInMinutes", _TIMEOUT_MINUTES)))
    hook = Hook(
        id=f"ecs-{_KIND[kind]}-{secrets.token_urlsafe(32)}",
        stage=stage,
        target_type=kind,
        target_arn=definition.get("hookTargetArn", ""),
        status="AWAITING_ACTION" if kind == PAUSE else _AGAIN,
        expires_at=now() + timedelta(seconds=seconds),
        timeout_action=timeout.get("action", "ROLLBACK"),
    )
    event_bus.hook(found, hook)
    return hook


async def _run(found: ServiceDeployment, hook: Hook, definition: Mapping[str, Any], weights: Weights, ask: Ask) -> None:
    work = _answered(hook) if hook.target_type == PAUSE else _called(found, hook, definition, weights, ask)
    try:
        async with asyncio.timeout((hook.expires_at - now()).total_seconds()):
            await work
    except TimeoutError as error:
        _end(found, hook, "TIMED_OUT")
        if hook.timeout_action == "ROLLBACK":
            words = "pause hook timed out." if hook.target_type == PAUSE else "lifecycle hook(s) timed out."
            raise HookFailedError(f"{hook.stage.value} {words}") from error
    except HookFailedError:
        _end(found, hook, "FAILED")
        raise
    else:
        _end(found, hook, "SUCCEEDED")


def _end(found: ServiceDeployment, hook: Hook, status: str) -> None:
    hook.status = status
    event_bus.hook(found, hook)


async def _answered(hook: Hook) -> None:
    if await hook.answer == "ROLLBACK":
        raise HookFailedError(f"{hook.stage.value} pause hook was rolled back by ContinueServiceDeployment.")


async def _called(found: ServiceDeployment, hook: Hook, definition: Mapping[str, Any], weights: Weights, ask: Ask) -> None:
    details = definition.get("hookDetails")
    while True:
        answer = await _call(hook, definition["roleArn"], _payload(found, hook, details, weights), ask)
        match answer.get("hookStatus"):
            case "SUCCEEDED":
                return
            case "FAILED":
                raise _failed(hook, f"Lifecycle hook target {hook.target_arn} returned FAILED status.")
            case "IN_PROGRESS":
                details = {**(details or {}), **answer["hookDetails"]} if answer.get("hookDetails") else details
                await clock.sleep(float(answer.get("callBackDelay") or _DELAY_SECONDS))
            case None:
                raise _failed(hook, f"ECS was unable to parse the response from {hook.target_arn} due to: HookStatus must not be null.")
            case other:
                raise _failed(hook, f"ECS was unable to parse the response from {hook.target_arn} due to: {other} is no HookStatus.")


async def _call(hook: Hook, role: str, payload: Mapping[str, Any], ask: Ask) -> Mapping[str, Any]:
    try:
        await ExecutionRole(role, _SESSION, ask).check("lambda:InvokeFunction", hook.target_arn)
        answer = await ask("lambda", "Invoke", FunctionName=hook.target_arn, Payload=json.dumps(payload).encode())
    except DeniedError as error:
        words = str(error).removeprefix("AccessDeniedException: ")
        if words.startswith("ECS was unable to assume"):
            raise _failed(hook, f"ECS was unable to assume role {role}") from error
        raise _failed(hook, f"ECS was unable to invoke hook target {hook.target_arn} due to {words}") from error
    except LocalApiError as error:
        raise _failed(hook, f"ECS was unable to invoke hook target {hook.target_arn} due to {error.message}") from error
    try:
        answered = json.loads(answer["Payload"])
    except ValueError:
        return {}
    return answered if isinstance(answered, dict) else {}


def _payload(found: ServiceDeployment, hook: Hook, details: object, weights: Weights) -> dict[str, Any]:
    return {
        "executionId": str(uuid.uuid4()),
        "lifecycleStage": hook.stage.value,
        "resourceArn": found.arn,
        "executionDetails": {
            "serviceArn": found.service.arn,
            "targetServiceRevisionArn": revision_arn(found.service, found.target),
            "testTrafficWeights": weights.test,
            "productionTrafficWeights": weights.production,
        },
        **({"hookDetails": details} if details else {}),
    }


def _failed(hook: Hook, words: str) -> HookFailedError:
    return HookFailedError(f"{hook.stage.value} lifecycle hook(s) failed. {words}")

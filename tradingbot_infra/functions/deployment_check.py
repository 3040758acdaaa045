"""A lifecycle hook of ECS: asks the new version through the test rule before production traffic moves to it.

ECS calls the handler and acts on `hookStatus` (ECS Developer Guide, "Lambda hooks for Amazon ECS service deployments"). The template adds
the line that says whom and what to ask. Nothing is needed besides Python and the boto3 of Lambda's runtime.
"""

import http.client
import json
import ssl
import sys
from typing import Any

TRIES, DELAY_SECONDS = 4, 15
"""A minute: a rule of the load balancer takes some seconds to hold everywhere."""

ROUNDS = 2
"""Each path is asked more than once, so that more than one task answers."""

TIMEOUT_SECONDS = 5
"""Of one answer. All rounds over eleven paths end within the function's own timeout."""

MOST_BYTES = 65_536
"""Of an answer that are read."""

_calls: dict[str, int] = {}
"""Calls by deployment, in case ECS does not hand back hookDetails."""


class DeploymentCheck:
    """The handler.

    `address` is the load balancer's name, with a port only where it is not `port`. `name` is the certificate's, empty for plain HTTP.
    `header` is what the test rule matches. The first of `paths` is the health check's; `placeholder` is what the placeholder answers
    there, which has no other path.
    """

    def __init__(self, *, address: str, port: int, name: str, header: tuple[str, str], paths: list[str], placeholder: str) -> None:
        self._host, _, own_port = address.partition(":")
        self._port = int(own_port or port)
        self._name = name
        self._headers = {header[0]: header[1], "Host": name or address, "User-Agent": "tradingbot-deployment-check", "Connection": "close"}
        self._paths = paths
        self._placeholder = placeholder

    def __call__(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        """What ECS does next: SUCCEEDED goes on, FAILED rolls back, IN_PROGRESS calls again."""
        wrong = self._wrong()
        if not wrong:
            return _said("SUCCEEDED", "every path answers 200")
        if _runs_no_task(event):
            return _said("SUCCEEDED", "the service runs no task, so nothing can answer")
        tries = _tries(event)
        if tries >= TRIES:
            return _said("FAILED", wrong)
        return {**_said("IN_PROGRESS", wrong), "callBackDelay": DELAY_SECONDS, "hookDetails": {"tries": tries}}

    def _wrong(self) -> str:
        """The first answer that is not as it should be, in words; empty if all are."""
        for path in self._paths * ROUNDS:
            try:
                status, body = self._answer(path)
            except (OSError, http.client.HTTPException) as error:
                return f"{path}: no answer: {error or type(error).__name__}"
            if status != http.client.OK:
                return f"{path}: {status}{' (does AWS WAF block it?)' if status == http.client.FORBIDDEN else ''}"
            if path == self._paths[0] and body == self._placeholder:
                return ""
        return ""

    def _answer(self, path: str) -> tuple[int, str]:
        """Status and body of one request."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.connect()
            if self._name:
                connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=self._name)
            connection.request("GET", path, headers=self._headers)
            response = connection.getresponse()
            return response.status, response.read(MOST_BYTES).decode("utf-8", "replace")
        finally:
            connection.close()


def _tries(event: dict[str, Any]) -> int:
    """How often this deployment was asked without success, this time included."""
    deployment, handed_back = str(event.get("resourceArn")), event.get("hookDetails")
    before = handed_back.get("tries", 0) if isinstance(handed_back, dict) else 0
    _calls[deployment] = max(int(before), _calls.get(deployment, 0)) + 1
    return _calls[deployment]


def _runs_no_task(event: dict[str, Any]) -> bool:
    """Whether the service was stopped on purpose: at night, or by `scale --tasks 0`. Where ECS does not say so, it runs."""
    try:
        import boto3

        arn = event["executionDetails"]["serviceArn"]
        found = boto3.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])
        return bool(found["services"][0]["desiredCount"] == 0)
    except Exception as error:
        sys.stdout.write(f"the number of tasks is not known: {error!r}\n")
        return False


def _said(status: str, reason: str) -> dict[str, Any]:
    """A status, which the log explains."""
    sys.stdout.write(json.dumps({"hookStatus": status, "reason": reason}) + "\n")
    return {"hookStatus": status}

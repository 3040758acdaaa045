"""Who signed a request, by its access key. Nothing is verified: the local cloud asks for no rights."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id
from ministack.services import lambda_svc, sts
from ministack.services.iam import _access_keys, _roles, _users

from tradingbot_infra.local_cloud.ministack.state_machines import acting_role

_OF_STATE_MACHINES = "test"
"""The key with which ministack signs the calls of every state machine."""
_ACCOUNT = re.compile(r"\d{12}")


def user_identity(headers: Mapping[str, str], query: Mapping[str, list[str]]) -> dict[str, Any]:
    """CloudTrail's `userIdentity` of a request.

    A key that STS issued is that of an assumed role, one of IAM that of a user, and the number of the account that of the root user. Any
    other stands for a user of that name, which the key of `make up` is.
    """
    key, account = _key(headers, query), get_account_id()
    if not key:
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    usual = {"accountId": account, "accessKeyId": key}
    session = sts._sessions.get(key)  # noqa: SLF001 - it has no other table of sessions
    if session is not None:
        return {**_role(account, session), **usual}
    if _ACCOUNT.fullmatch(key):
        return {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root", **usual}
    name = (_access_keys.get(key) or {}).get("UserName", key)
    user = _users.get(name) or {}
    arn = user.get("Arn", f"arn:aws:iam::{account}:user/{name}")
    return {"type": "IAMUser", "principalId": user.get("UserId", key), "arn": arn, **usual, "userName": name}


def _key(headers: Mapping[str, str], query: Mapping[str, list[str]]) -> str:
    key: str = extract_access_key_id(dict(headers), dict(query))
    role = acting_role() if key == _OF_STATE_MACHINES else ""
    return session_key(role, "state-machine") if role else key


def _role(account: str, session: Mapping[str, Any]) -> dict[str, Any]:
    arn = str(session.get("Arn", ""))
    name = arn.split("/")[1] if arn.count("/") > 1 else ""
    role = _roles.get(name) or {}
    issuer = {
        "type": "Role",
        "principalId": role.get("RoleId", name),
        "arn": role.get("Arn", f"arn:aws:iam::{account}:role/{name}"),
        "accountId": account,
        "userName": name,
    }
    issued = datetime.fromtimestamp(session.get("IssuedAt", 0.0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    context = {"sessionIssuer": issuer, "attributes": {"creationDate": issued, "mfaAuthenticated": "false"}}
    return {"type": "AssumedRole", "principalId": session.get("UserId", name), "arn": arn, "sessionContext": context}


def session_key(role_arn: str, session: str) -> str:
    """The access key of a session of a role: the same for the same role and session."""
    account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    key = f"ASIA{hashlib.sha256(f'{role_arn} {session}'.encode()).hexdigest()[:16].upper()}"
    arn, identifier = f"arn:aws:sts::{account}:assumed-role/{role}/{session}", (_roles.get(role) or {}).get("RoleId", role)
    sts.register_session(key, {"Arn": arn, "UserId": f"{identifier}:{session}", "AccountId": account})
    return key


def let_functions_sign_with_their_role() -> None:
    """Gives each Lambda function a key of its role; ministack gives it the account's number, which is the key of the root user."""
    given = lambda_runtime.execution_credentials

    def credentials(config: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = given(config)
        role = config.get("Role")
        return {**found, "AWS_ACCESS_KEY_ID": session_key(role, config["FunctionName"])} if role else found

    for module in (lambda_runtime, lambda_svc):
        module.execution_credentials = credentials

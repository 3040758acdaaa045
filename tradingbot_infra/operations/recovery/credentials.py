"""A password for the copy. Each command that connects draws a new one, which lasts in a secret as long as its task."""

import secrets
from typing import Any

from pydantic import SecretStr

from tradingbot_infra.operations.recovery.beside import Copy
from tradingbot_infra.operations.session import Session

_BYTES = 24


def set_password(session: Session, copy: Copy) -> SecretStr:
    """A new password of the copy's master user. RDS applies it within a minute; `until_ready` waits for that.

    The copy has the password of the moment that it shows, which RDS may have rotated since. A password that RDS manages is in a
    secret that the service's roles may not read, so the copy has none.
    """
    password = secrets.token_urlsafe(_BYTES)
    unmanaged: dict[str, Any] = {"ManageMasterUserPassword": False} if copy.managed_password else {}
    session.rds.modify_db_instance(DBInstanceIdentifier=copy.identifier, MasterUserPassword=password, ApplyImmediately=True, **unmanaged)
    return SecretStr(password)

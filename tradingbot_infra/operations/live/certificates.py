"""Certificates in AWS Certificate Manager."""

from dataclasses import dataclass
from datetime import datetime

from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Certificate:
    """One certificate. `status` is ISSUED once it serves; `expires` is None until then."""

    domain: str
    status: str
    expires: datetime | None


def read_certificate(session: Session, arn: str) -> Certificate | None:
    """The certificate; None when there is none of this ARN."""
    try:
        found = session.acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except session.acm.exceptions.ResourceNotFoundException:
        return None
    return Certificate(found.get("DomainName", ""), found.get("Status", ""), found.get("NotAfter"))

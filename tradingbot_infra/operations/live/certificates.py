"""Certificates in AWS Certificate Manager."""

from dataclasses import dataclass
from datetime import datetime

from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Certificate:
    """One certificate. `status` is ISSUED once it serves; `expires` is None until then. `names` are all that it is good for."""

    domain: str
    status: str
    expires: datetime | None
    names: tuple[str, ...] = ()

    def covers(self, host: str) -> bool:
        """Whether it is good for a host: a wildcard takes exactly one label (ACM User Guide, "ACM certificate characteristics")."""
        return any(host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:]) for name in self.names)


def read_certificate(session: Session, arn: str) -> Certificate | None:
    """The certificate; None when there is none of this ARN."""
    try:
        found = session.acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except session.acm.exceptions.ResourceNotFoundException:
        return None
    domain = found.get("DomainName", "")
    names = tuple(dict.fromkeys((domain, *found.get("SubjectAlternativeNames", ()))))
    return Certificate(domain, found.get("Status", ""), found.get("NotAfter"), names)

"""The ledger: every exception that this project accepts, a file for each subject. Nothing else accepts a finding.

Inside a file, entries are in the order of the settings that cause them; entries that no setting causes come first.
"""

from types import ModuleType

from tradingbot_infra.compliance.exception import ComplianceException
from tradingbot_infra.compliance.ledger import (
    access_logs,
    account_parts,
    account_security,
    backup,
    cache,
    chat,
    daily_summary,
    database,
    default_security_group,
    deletion,
    delivery,
    deployment,
    grafana,
    load_balancer,
    logs,
    monitoring,
    network,
    secrets,
    service,
    web_acl,
)

SUBJECTS: tuple[ModuleType, ...] = (
    network,
    load_balancer,
    access_logs,
    web_acl,
    service,
    deployment,
    grafana,
    secrets,
    database,
    default_security_group,
    backup,
    cache,
    logs,
    monitoring,
    chat,
    daily_summary,
    account_security,
    account_parts,
    delivery,
    deletion,
)

LEDGER: tuple[ComplianceException, ...] = tuple(entry for subject in SUBJECTS for entry in subject.ENTRIES)

"""Exceptions of the role of Amazon Managed Grafana."""

from tradingbot_infra.compliance.exception import ComplianceException, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, YEARLY_REVIEW

ENTRIES = (
    ComplianceException(
        id="grafana-reads",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("MonitoringStack/GrafanaWorkspace/Role/Policy/Resource",),
        when=(on("managed_grafana"),),
        mechanism="Reading metrics and traces knows no resource",
        consequence="Who may edit a dashboard reads every metric and every trace of this account in this region",
        compensation=(
            "No action writes, and none reads logs or data. People get in by IAM Identity Center; a service account's token gets in from "
            "anywhere, until it expires"
        ),
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

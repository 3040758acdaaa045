"""Exceptions of the RDS instance."""

from tradingbot_infra.compliance.exception import ComplianceException, above, equal, off
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import DATABASE

ENTRIES = (
    ComplianceException(
        id="default-database-port",
        rules=("AwsSolutions-RDS11",),
        paths=(DATABASE,),
        mechanism="The database listens on 5432, as the design document says",
        consequence="Its port can be guessed",
        compensation="Only the tasks can reach it; another port hides nothing from a scan",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="enhanced-monitoring-streams",
        rules=(
            "AwsSolutions-IAM5[Resource::arn:aws:logs:{region}:<AWS::AccountId>:log-group:RDSOSMetrics:*]",
            "AwsSolutions-IAM5[Resource::arn:aws:logs:{region}:<AWS::AccountId>:log-group:RDSOSMetrics:log-stream:*]",
        ),
        paths=("DataStack/MonitoringRole/Policy/Resource",),
        when=(above("db_monitoring_interval_seconds", 0),),
        mechanism="RDS names the log streams of enhanced monitoring itself",
        consequence="The role may write any stream of that one log group",
        compensation="The group holds operating system metrics and nothing else",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="no-enhanced-monitoring",
        rules=("rds.monitoring", "NIST.800.53.R5-RDSEnhancedMonitoringEnabled"),
        paths=(DATABASE,),
        when=(equal("db_monitoring_interval_seconds", 0), TEST_DATA_ONLY),
        mechanism="Enhanced monitoring is off, because nobody reads its metrics here",
        consequence="There are no metrics of the operating system below the database",
        compensation="CloudWatch's own metrics and alarms remain",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="no-standby-database",
        rules=("rds.multi_az", "AwsSolutions-RDS3", "NIST.800.53.R5-RDSMultiAZSupport"),
        paths=(DATABASE,),
        when=(off("db_multi_az"), TEST_DATA_ONLY),
        mechanism="The database has no standby, which would double its price",
        consequence="If its zone fails, the database is unavailable until it is restored",
        compensation="Its data can be created again",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

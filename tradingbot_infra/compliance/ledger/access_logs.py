"""Exceptions of the load balancer's access logs and their bucket."""

from tradingbot_infra.compliance.exception import ComplianceException, off, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import ACCESS_LOGS_BUCKET, LOAD_BALANCER

ENTRIES = (
    ComplianceException(
        id="access-log-bucket-is-the-last",
        rules=("s3.access_logs", "AwsSolutions-S1", "PCI.DSS.321-S3BucketLoggingEnabled", "NIST.800.53.R5-S3BucketLoggingEnabled"),
        paths=(ACCESS_LOGS_BUCKET,),
        when=(on("alb_access_logs"),),
        mechanism="This bucket is where logs end; a bucket that logs into itself never ends, and a second one would have the same finding",
        consequence="No S3 access log records who reads the access logs",
        compensation="A trail with S3 data events records it (acct.trail_s3_read); only the load balancer may write",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="access-log-bucket-in-one-region",
        rules=("PCI.DSS.321-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
        paths=(ACCESS_LOGS_BUCKET,),
        when=(on("alb_access_logs"),),
        mechanism="Logs are not copied to a second region, so that personal data stay in Sydney (cfn.region)",
        consequence="If the whole region is lost, the logs are lost with it",
        compensation="S3 keeps every object in three zones, and versioning keeps what is deleted",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="access-log-bucket-sse-s3",
        rules=("s3.encrypted", "PCI.DSS.321-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
        paths=(ACCESS_LOGS_BUCKET,),
        when=(on("alb_access_logs"),),
        mechanism="Elastic Load Balancing writes access logs only to buckets encrypted with S3 managed keys",
        consequence="S3 permissions alone are enough to read the logs; no key policy is asked",
        compensation="The bucket is private, refuses plain HTTP and holds no secrets; cfn.allowed takes no other encryption here",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="no-access-logs",
        rules=("alb.access_logs", "AwsSolutions-ELB2", "PCI.DSS.321-ELBLoggingEnabled", "NIST.800.53.R5-ELBLoggingEnabled"),
        paths=(LOAD_BALANCER,),
        when=(off("alb_access_logs"), TEST_DATA_ONLY),
        mechanism="The load balancer writes no access logs, because a bucket with objects would block a destroy",
        consequence="Single requests cannot be looked up",
        compensation="No customer uses this environment; the application's own log has its requests",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

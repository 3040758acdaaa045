"""Exceptions of AccountSecurityStack's own resources: its buckets and their key, the function, the topic and the roles."""

from tradingbot_infra.compliance.exception import ComplianceException, empty, on
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.account_parts import OURS

_BUCKET = "AccountSecurityStack/AuditBucket/Resource"
_ACCESS_LOGS = "AccountSecurityStack/AuditAccessLogsBucket/Resource"
_FUNCTION = ("AccountSecurityStack/{defaults}/Function",)


def _wildcard(service: str, rest: str, region: str) -> str:
    return f"AwsSolutions-IAM5[Resource::arn:aws:{service}:{region}:<AWS::AccountId>:{rest}]"


ENTRIES = (
    ComplianceException(
        id="audit-access-logs-are-the-last",
        rules=("s3.access_logs",),
        paths=(_ACCESS_LOGS,),
        when=OURS,
        mechanism="This bucket is where the audit bucket's access logs end; a bucket that logs into itself never ends",
        consequence="No S3 access log records who reads the access logs",
        compensation="The trail records it by S3 data events (acct.trail_s3_read); S3 alone may write, and nobody deletes",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="audit-access-logs-sse-s3",
        rules=("s3.encrypted", "PCI.DSS.321-S3DefaultEncryptionKMS", "NIST.800.53.R5-S3DefaultEncryptionKMS"),
        paths=(_ACCESS_LOGS,),
        when=OURS,
        mechanism="S3 writes server access logs only to buckets encrypted with its own keys",
        consequence="S3 permissions alone are enough to read who read the audit logs; no key policy is asked",
        compensation="The bucket is private, refuses plain HTTP, and holds no audit log itself; those are under the audit key",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="audit-logs-in-one-region",
        rules=("PCI.DSS.321-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
        paths=(_BUCKET, _ACCESS_LOGS),
        when=OURS,
        mechanism="Audit logs are not copied to a second region, so that personal data stay in Sydney (cfn.region)",
        consequence="If the whole region is lost, the audit logs are lost with it",
        compensation="S3 keeps every object in three zones, nobody can delete one, and CloudTrail's event history has 90 days in any case",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="one-key-for-what-the-account-records",
        rules=("kms.separation",),
        paths=("AccountSecurityStack/AuditKey/Resource",),
        when=OURS,
        mechanism="One key encrypts the trail's files, its log, AWS Config's history and messages about them: they tell of the same events",
        consequence="Whoever may decrypt messages with the key may decrypt audit logs, if the bucket lets them read",
        compensation="Each service is admitted for its own use by a condition (access.resource_policies), people only by IAM",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="account-function-outside-the-vpc",
        rules=("lambda.inside_vpc", "PCI.DSS.321-LambdaInsideVPC", "NIST.800.53.R5-LambdaInsideVPC"),
        paths=_FUNCTION,
        when=OURS,
        mechanism="The function calls APIs of AWS in every region, and the account's stack has no VPC",
        consequence="Its traffic is in no flow log and behind no security group of a VPC",
        compensation="It takes no input but CloudFormation's, its whole source is in the template, and the trail records each of its calls",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="account-function-without-a-queue",
        rules=("lambda.dead_letter", "NIST.800.53.R5-LambdaDLQ"),
        paths=_FUNCTION,
        when=OURS,
        mechanism="CloudFormation waits for the answer of each call, and the address to which it goes is void afterwards",
        consequence="A failed call is not kept",
        compensation="The deployment fails and says so; the log group has the error; the next deployment calls again",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="account-function-without-a-limit",
        rules=("lambda.concurrency", "NIST.800.53.R5-LambdaConcurrency"),
        paths=_FUNCTION,
        when=OURS,
        mechanism="A function may reserve only what an account's quota leaves beyond 100 executions, and new accounts have fewer",
        consequence="Nothing but the account's quota limits how often it runs at once",
        compensation="No permission lets anybody else call it (lambda.private); a deployment calls it once for each setting",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="account-function-sets-the-account",
        rules=("access.boundaries",),
        paths=("AccountSecurityStack/{defaults_change}/Role/Policy/Resource",),
        when=OURS,
        mechanism="CloudFormation has no type for the password policy, the role of Inspector and the account's contacts, so a function has "
        "the permissions to set them",
        consequence="Whoever changes the function's source can loosen the password policy, or change who is told of incidents",
        compensation="The permissions are named one by one, and no other role has them; its source is compared word for word "
        "(cfn.allowed), and the alarm of CIS 4.4 and the trail see what people change",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="account-function-reads-the-account",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("AccountSecurityStack/{defaults_read}/Role/Policy/Resource",),
        when=OURS,
        mechanism="Settings of the account and lists of networks apply to an account or a region; AWS offers no narrower resource",
        consequence="The function sees the networks of the whole account, and sets what it sets for the whole account",
        compensation="Actions are listed one by one; where they change a region, a condition names the regions of the stacks",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="trail-log-streams",
        rules=(_wildcard("logs", "log-group:<TrailLog>:log-stream:<AWS::AccountId>_CloudTrail_{region}*", "{region}"),),
        paths=("AccountSecurityStack/Trail/Role/Policy/Resource",),
        when=OURS,
        mechanism="CloudTrail chooses the ends of the names of its log streams",
        consequence="CloudTrail could write to another stream whose name begins alike",
        compensation="It is one log group, for the trail alone",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="nobody-hears-of-the-account",
        rules=("cw.alarm_recipients",),
        paths=("AccountSecurityStack/SecurityTopic/Resource",),
        when=(*OURS, empty("alarm_emails"), empty("security_emails")),
        mechanism="Neither security_emails nor alarm_emails names anybody, so no address subscribes to the security topic",
        consequence="A sign-in as root, a deleted trail or a finding of GuardDuty is a message that nobody hears of",
        compensation="Nothing compensates for it; an address in either setting ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="default-vpcs-by-region",
        rules=tuple(_wildcard("ec2", f"{kind}/*", "*") for kind in ("internet-gateway", "subnet", "vpc")),
        paths=("AccountSecurityStack/Defaults/Role/Policy/Resource",),
        when=(*OURS, on("remove_default_vpcs")),
        mechanism="A default VPC and what is in it have ids that AWS chose, in each region of the account",
        consequence="The function could delete another empty network of the account",
        compensation="It deletes only what has no tag Project, and only VPCs that are default and have no network interface",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="support-role-has-aws-policy",
        rules=("AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AWSSupportAccess]",),
        paths=("AccountSecurityStack/SupportRole/Resource",),
        when=(*OURS, on("support_role")),
        mechanism="The role has AWS's own policy AWSSupportAccess: CIS 1.16, AWS Config and Security Hub look for exactly that one",
        consequence="AWS may add actions to the policy",
        compensation="It is for cases at AWS Support; people of this account assume it with MFA, where their own permissions say so",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

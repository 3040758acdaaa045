"""Exceptions of the CDK's function that empties the VPC's default security group. cdk-nag does not look at it: it is a bare CfnResource."""

from tradingbot_infra.compliance.allowed.lambda_functions import FUNCTION
from tradingbot_infra.compliance.exception import ComplianceException
from tradingbot_infra.compliance.ledger.acceptance import OWNER, YEARLY_REVIEW

ENTRIES = (
    ComplianceException(
        id="default-security-group-outside-the-vpc",
        rules=("lambda.inside_vpc",),
        paths=(FUNCTION,),
        mechanism="The function runs while the VPC is made, before it has a way to the API of EC2, which is all that it calls",
        consequence="Its traffic is in no flow log and behind no security group of the VPC",
        compensation="It takes no input but that of CloudFormation, and its role can change the rules of the one group and write its log",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="default-security-group-without-a-queue",
        rules=("lambda.dead_letter",),
        paths=(FUNCTION,),
        mechanism="CloudFormation waits for the answer of each call, and the address to which it goes is void afterwards",
        consequence="A failed call is not kept",
        compensation="The deployment fails and says so; the log group has the error; the next deployment calls again",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="default-security-group-without-a-limit",
        rules=("lambda.concurrency",),
        paths=(FUNCTION,),
        mechanism="A function may reserve only what an account's quota leaves beyond 100 executions, and new accounts have fewer",
        consequence="Nothing but the account's quota limits how often it runs at once",
        compensation="No permission lets anybody else call it (lambda.private); a deployment calls it once for the one VPC",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

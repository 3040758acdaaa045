"""Exceptions of deployments that shift traffic: the role of ECS, and the function that tests a new version."""

from tradingbot_infra.compliance.allowed.lambda_functions import CHECK
from tradingbot_infra.compliance.exception import ComplianceException, below, off, one_of
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW

_SHIFTS = one_of("deployment_strategy", "blue-green", "canary", "linear")
_LOG = ("ServiceStack/DeploymentCheckLog/Resource",)
_YEAR = 365

ENTRIES = (
    ComplianceException(
        id="traffic-role-reads-load-balancers",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("ServiceStack/Traffic/Role/Policy/Resource",),
        when=(_SHIFTS,),
        mechanism="Elastic Load Balancing offers no narrower resource for what ECS reads of listeners, rules and target groups",
        consequence="ECS can read how every load balancer of the account is set up, and which targets are healthy",
        compensation="It can change the weights of the two rules only, and the targets of the two groups only",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="deployment-check-outside-the-vpc",
        rules=("lambda.inside_vpc", "PCI.DSS.321-LambdaInsideVPC", "NIST.800.53.R5-LambdaInsideVPC"),
        paths=(CHECK,),
        when=(_SHIFTS,),
        mechanism="It asks the load balancer from the internet, as clients do; inside the VPC it would leave by NAT and come back",
        consequence="Its traffic is in no flow log and behind no security group of the VPC",
        compensation="It calls the public API only, and its role can read one service's number of tasks and write its log",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="deployment-check-without-a-queue",
        rules=("lambda.dead_letter", "NIST.800.53.R5-LambdaDLQ"),
        paths=(CHECK,),
        when=(_SHIFTS,),
        mechanism="ECS waits for the answer of each call",
        consequence="A failed call is not kept",
        compensation="ECS rolls the deployment back and says so; the log group has the reason",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="deployment-check-without-a-limit",
        rules=("lambda.concurrency", "NIST.800.53.R5-LambdaConcurrency"),
        paths=(CHECK,),
        when=(_SHIFTS,),
        mechanism="A function may reserve only what an account's quota leaves beyond 100 executions, and new accounts have fewer",
        consequence="Nothing but the account's quota limits how often it runs at once",
        compensation="No permission lets anybody else call it (lambda.private); ECS calls it once at a time in a deployment",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="short-deployment-check-log",
        rules=("logs.retention",),
        paths=_LOG,
        when=(_SHIFTS, below("log_retention_days", _YEAR), TEST_DATA_ONLY),
        mechanism="Logs are kept as long as developers look at them",
        consequence="An older test of a release cannot be traced",
        compensation="Nothing happens here that an auditor asks for",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="deployment-check-log-goes-with-the-stack",
        rules=("cfn.protected",),
        paths=_LOG,
        when=(_SHIFTS, off("retain_data"), TEST_DATA_ONLY),
        mechanism="The log is deleted with its stack",
        consequence="Tests of releases cannot be looked up afterwards",
        compensation="No customer uses this environment",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

"""What `cdk diff` prints, as data. The text is that of CLI 2.1148, with --ci --method=template --no-color."""

from tradingbot_infra.operations.differences.cli_output import CliDifference, Effect, Row, read

PRINTED = """\
Stack NetworkStack (tradingbot-ai-staging-network) (aws://000000000000/ap-southeast-2)
Security Group Changes
┌───┬──────────────────────────────────┬─────┬─────────────┬──────────────────────────────┐
│   │ Group                            │ Dir │ Protocol    │ Peer                         │
├───┼──────────────────────────────────┼─────┼─────────────┼──────────────────────────────┤
│ - │ ${Groups/Ecs.GroupId}            │ Out │ TCP 9443    │ Everyone (IPv4)              │
├───┼──────────────────────────────────┼─────┼─────────────┼──────────────────────────────┤
│ + │ ${Groups/Endpoints.GroupId}      │ In  │ TCP 443     │ ${Groups/Ecs.GroupId}        │
│ + │ ${Groups/Endpoints.GroupId}      │ Out │ ICMP 252-86 │ 255.255.255.255/32           │
└───┴──────────────────────────────────┴─────┴─────────────┴──────────────────────────────┘
(NOTE: There may be security-related changes not in this list. See https://github.com/aws/aws-cdk/issues/1299)

Resources
[-] AWS::EC2::SecurityGroupEgress Groups/Ecs/to NetworkStackRedis:6379 EcsToRedis637956A1CE10 destroy
[-] AWS::Logs::LogGroup Log Log orphan
[+] AWS::EC2::VPCEndpoint VpcEndpoints/S3 VpcEndpointsS30075381B
[~] AWS::Logs::LogGroup FlowLogGroup FlowLogGroup
 └─ [~] RetentionInDays
     ├─ [-] 30
     └─ [+] 3

Outputs
[-] Output PublishOutputRefVpcCacheSubnet1Subnet8DB100DF403F72BD: {"Value":{"Ref":"VpcCacheSubnet1Subnet8DB100DF"}}
[-] Output RedisEndpoint: {"Value":"a"}


Stack DataStack (tradingbot-ai-staging-data) (aws://000000000000/ap-southeast-2)
Resources
[~] AWS::RDS::DBInstance Database Postgres replace
 └─ [~] DBName (requires replacement)
[~] AWS::ElastiCache::ReplicationGroup Cache Redis may be replaced


Stack ServiceStack (tradingbot-ai-staging-service) (aws://000000000000/ap-southeast-2)
There were no differences


✨  Number of stacks with differences: 2
"""

STATEMENTS = """\
Stack DataStack (tradingbot-ai-staging-data) (aws://000000000000/ap-southeast-2)
IAM Statement Changes
┌───┬─────────────────┬────────┬──────────────────────┬───────────────────────────┬──────────────────────────────────┐
│   │ Resource        │ Effect │ Action               │ Principal                 │ Condition                        │
├───┼─────────────────┼────────┼──────────────────────┼───────────────────────────┼──────────────────────────────────┤
ROWS
└───┴─────────────────┴────────┴──────────────────────┴───────────────────────────┴──────────────────────────────────┘
"""


def statements(*rows: str) -> list[tuple[bool, list[str]]]:
    """Of each statement that lets more through, whether it denied, and its new actions."""
    found = read(STATEMENTS.replace("ROWS", "\n".join(rows))).widened
    return [(one.denied, sorted(atom[0] for atom in one.new)) for one in found]


def test_every_resource_has_its_effect() -> None:
    assert read(PRINTED).rows == [
        Row("NetworkStack", "EcsToRedis637956A1CE10", "AWS::EC2::SecurityGroupEgress", Effect.REMOVED),
        Row("NetworkStack", "Log", "AWS::Logs::LogGroup", Effect.LEFT),
        Row("NetworkStack", "VpcEndpointsS30075381B", "AWS::EC2::VPCEndpoint", Effect.CREATED),
        Row("NetworkStack", "FlowLogGroup", "AWS::Logs::LogGroup", Effect.UPDATED),
        Row("DataStack", "Postgres", "AWS::RDS::DBInstance", Effect.REPLACED),
        Row("DataStack", "Redis", "AWS::ElastiCache::ReplicationGroup", Effect.PERHAPS_REPLACED),
    ]


def test_only_rules_that_let_more_through_are_openings() -> None:
    (one,) = read(PRINTED).opened
    assert (one.stack, one.words) == ("NetworkStack", "${Groups/Endpoints.GroupId} lets TCP 443 in from ${Groups/Ecs.GroupId}")


def test_outputs_for_other_stacks_are_left_out() -> None:
    assert read(PRINTED).others == ["NetworkStack: output RedisEndpoint"]


def test_a_statement_of_several_lines_is_one() -> None:
    found = statements(
        "│ + │ ${Images.Arn}   │ Allow  │ ecr:BatchGetImage    │ AWS:111111111111          │                                  │",
        "│   │                 │        │ ecr:GetDownloadUrl   │                           │                                  │",
    )
    assert found == [(False, ["ecr:BatchGetImage", "ecr:GetDownloadUrl"])]


def test_a_statement_that_becomes_narrower_widens_nothing() -> None:
    assert not statements(
        "│ - │ ${Logs.Arn}/*   │ Allow  │ s3:GetObject         │ Service:a                 │                                  │",
        "│   │                 │        │ s3:PutObject         │                           │                                  │",
        "│ + │ ${Logs.Arn}/*   │ Allow  │ s3:PutObject         │ Service:a                 │                                  │",
    )


def test_a_condition_that_goes_widens() -> None:
    assert statements(
        '│ - │ ${Logs.Arn}/*   │ Allow  │ s3:PutObject         │ Service:a                 │ "Bool": {                        │',
        '│   │                 │        │                      │                           │   "aws:SecureTransport": "true"  │',
        "│   │                 │        │                      │                           │ }                                │",
        "│ + │ ${Logs.Arn}/*   │ Allow  │ s3:PutObject         │ Service:a                 │                                  │",
    ) == [(False, ["s3:PutObject"])]


def test_a_denial_that_goes_widens_and_one_that_comes_does_not() -> None:
    denial = "│ {} │ ${{Logs.Arn}}/*   │ Deny   │ s3:*                 │ AWS:*                     │                                  │"
    assert statements(denial.format("-")) == [(True, ["s3:*"])]
    assert not statements(denial.format("+"))


def test_no_output_is_no_difference() -> None:
    assert read("") == CliDifference()

"""Every policy of an assembly, wherever a property holds one, with its resources as ARNs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.templates import Assembly, Resource

ACCOUNT, REGION = "111122223333", "ap-southeast-2"

PSEUDO_PARAMETERS = {
    "${AWS::AccountId}": ACCOUNT,
    "${AWS::Region}": REGION,
    "${AWS::Partition}": "aws",
    "${AWS::URLSuffix}": "amazonaws.com",
}

ARNS = {
    ("AWS::Backup::BackupVault", "BackupVaultArn"): "backup:{}:backup-vault:name",
    ("AWS::EC2::VPC", "DefaultSecurityGroup"): "sg-1",
    ("AWS::ECR::Repository", "Arn"): "ecr:{}:repository/name",
    ("AWS::ECS::Cluster", "Arn"): "ecs:{}:cluster/name",
    ("AWS::ECS::Service", ""): "ecs:{}:service/name/name",
    ("AWS::ElasticLoadBalancingV2::ListenerRule", ""): "elasticloadbalancing:{}:listener-rule/app/name/0/1/2",
    ("AWS::ElasticLoadBalancingV2::TargetGroup", ""): "elasticloadbalancing:{}:targetgroup/name/0",
    ("AWS::Events::Rule", "Arn"): "events:{}:rule/name",
    ("AWS::IAM::OIDCProvider", ""): f"iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
    ("AWS::IAM::Role", "Arn"): f"iam::{ACCOUNT}:role/name",
    ("AWS::KMS::Key", "Arn"): "kms:{}:key/id",
    ("AWS::Lambda::Function", "Arn"): "lambda:{}:function:name",
    ("AWS::Logs::LogGroup", "Arn"): "logs:{}:log-group:name:*",
    ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn"): "secretsmanager:{}:secret:name-suffix",
    ("AWS::S3::Bucket", "Arn"): "s3:::name",
    ("AWS::SecretsManager::Secret", ""): "secretsmanager:{}:secret:name-suffix",
    ("AWS::SNS::Topic", ""): "sns:{}:name",
    ("AWS::SNS::Topic", "TopicArn"): "sns:{}:name",
    ("AWS::StepFunctions::StateMachine", ""): "states:{}:stateMachine:name",
    ("AWS::StepFunctions::StateMachine", "Arn"): "states:{}:stateMachine:name",
}
"""What an attribute of a type is, without `arn:aws:`; `{}` is region and account. A log group's Arn ends with `:*` (CloudFormation,
"AWS::Logs::LogGroup")."""

_REFERENCE = re.compile(r"\$\{(?P<stack>\w+)\.(?P<id>\w+)(?:\.(?P<attribute>[\w.]+))?\}")


@dataclass(frozen=True)
class Policy:
    """One policy of one resource; `where` is its property."""

    owner: Resource
    where: str
    statements: tuple[Mapping[str, Any], ...]

    @property
    def is_attached_to_its_resource(self) -> bool:
        """Whether it says who may use its owner, and not what an identity may do."""
        return any("Principal" in statement or "NotPrincipal" in statement for statement in self.statements)

    def __str__(self) -> str:
        return f"{self.owner.path} {self.where}"


def policies(assembly: Assembly) -> Iterator[Policy]:
    """Every policy of every resource: whatever has a Statement with an Effect, as an object or as JSON text."""
    for resource in assembly.resources:
        for where, document in _documents("", dict(resource.properties)):
            yield Policy(resource, where, tuple(_concrete(statement, assembly) for statement in listed(document["Statement"])))


def listed(value: Any) -> list[Any]:
    """A value that may be alone or a list, as a list; empty for None."""
    return [] if value is None else value if isinstance(value, list) else [value]


def _documents(where: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, str) and '"Statement"' in value:
        yield from _documents(where, json.loads(value))
    elif isinstance(value, list):
        for item in value:
            yield from _documents(where, item)
    elif isinstance(value, Mapping):
        if any(isinstance(each, Mapping) and "Effect" in each for each in listed(value.get("Statement"))):
            yield where, value
        else:
            for name, item in value.items():
                yield from _documents(f"{where}.{name}".removeprefix("."), item)


def _concrete(value: Any, assembly: Assembly) -> Any:
    """A statement with ARNs in place of references. Raises KeyError for an attribute that ARNS does not have."""
    if isinstance(value, Mapping):
        return {key: _concrete(item, assembly) for key, item in value.items()}
    if isinstance(value, list):
        return [_concrete(item, assembly) for item in value]
    if not isinstance(value, str):
        return value
    for name, text in PSEUDO_PARAMETERS.items():
        value = value.replace(name, text)
    return _REFERENCE.sub(lambda match: _meant(match, assembly), value)


def _meant(match: re.Match[str], assembly: Assembly) -> str:
    """A reference alone, or at the beginning of a longer text, is an ARN; inside an ARN it is a name."""
    if match.start() > 0:
        return "name"
    target = assembly.referred(match.group())
    if target is None:
        raise KeyError(f"{match.group()} is no resource of these templates")
    rest = ARNS[target.type, match["attribute"] or ""]
    return f"arn:aws:{rest.format(f'{REGION}:{ACCOUNT}')}"

"""What templates may hold of Lambda: the CDK's function that empties the default security group, the one that tests new versions, and the
one that sets what CloudFormation has no type for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.access.account_security import is_deployed, sets_defaults
from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, computed, exactly, one, refers_to_the, required, tags
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.account_defaults import defaults_source
from tradingbot_infra.design.deployment_check import check_source
from tradingbot_infra.templates import Assembly, Resource

FUNCTION = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"
"""The construct path of the CDK's function."""

CHECK = "ServiceStack/DeploymentCheck/Function"
"""The construct path of the function that ECS asks in a deployment."""

_CODE = "02b51ab524e7bcf8f477de3e71e5f9a72e448301b26ba62e9e75a14f9c55a093.zip"
"""Its code in aws-cdk-lib 2.275.0, named by its hash. Read the code of a newer version before naming its hash here."""

_BUCKET = "cdk-hnb659fds-assets"


def _is_bootstrap_bucket(value: Any, resource: Resource, assembly: Assembly) -> bool:
    """A bucket of that name in another account may hold other code under the same hash."""
    stack = assembly.stacks[resource.stack]
    return any(value == f"{_BUCKET}-{account}-{stack.region}" for account in ("${AWS::AccountId}", stack.account))


def _asks_the_balancer(value: Any, _: Resource, assembly: Assembly) -> TriState:
    """Whether the source is this project's own, word for word, and asks what the settings say."""
    config, name = assembly.config, assembly.reference_to("ServiceStack/LoadBalancer/Resource", "DNSName")
    if config is None or name is None:
        return None
    secure = bool(config.load_balancer.certificate_arn)
    source = check_source(
        address=name,
        port=443 if secure else 80,
        name=config.load_balancer.domain_name if secure else None,
        paths=(config.load_balancer.health_check_path, *config.deployment.deployment_check_paths),
    )
    return True if value == source else None if is_unknown(value) and not isinstance(value, str) else False


def _absent(path: str) -> Row:
    return exactly(path, None)


def _each(of_network: Row, of_service: Row, of_account: Row) -> Row:
    """One row for the function of NetworkStack, one for that of ServiceStack, and one for the account's, under the first one's path."""
    others = {"ServiceStack": of_service, "AccountSecurityStack": of_account}

    def check(value: Any, resource: Resource, assembly: Assembly) -> TriState:
        return others.get(resource.stack, of_network).check(value, resource, assembly)

    besides = "".join(f"; in {stack} {row.expected}" for stack, row in others.items())
    return replace(of_network, check=check, expected=f"{of_network.expected}{besides}")


def _sets_defaults(value: Any, *_: object) -> TriState:
    """Whether the source is this project's own, word for word."""
    return True if value == defaults_source() else None if is_unknown(value) and not isinstance(value, str) else False


def _account_functions(config: EnvironmentConfig) -> int:
    return int(is_deployed(config) and sets_defaults(config))


def _tests_versions(config: EnvironmentConfig) -> int:
    return int(config.deployment.shifts_traffic)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Lambda::Function": allowed(
        *required(
            _each(
                computed("Code.S3Bucket", _is_bootstrap_bucket, "the bucket of cdk bootstrap in this account"),
                _absent("Code.S3Bucket"),
                _absent("Code.S3Bucket"),
            ),
            _each(exactly("Code.S3Key", _CODE), _absent("Code.S3Key"), _absent("Code.S3Key")),
            _each(
                _absent("Code.ZipFile"),
                computed("Code.ZipFile", _asks_the_balancer, "the source of functions/deployment_check.py and what it asks"),
                computed("Code.ZipFile", _sets_defaults, "the source of functions/account_defaults.py"),
            ),
            _each(
                exactly("Description", "Lambda function for removing all inbound/outbound rules from the VPC default security group"),
                exactly("Description", "Asks the new version of the API before production traffic moves to it"),
                exactly("Description", "Sets what CloudFormation has no type for in the account"),
            ),
            _each(exactly("Handler", "__entrypoint__.handler"), *[exactly("Handler", "index.handler")] * 2),
            _each(
                refers_to_the("LoggingConfig.LogGroup", "NetworkStack/DefaultSecurityGroupLog/Resource"),
                refers_to_the("LoggingConfig.LogGroup", "ServiceStack/DeploymentCheckLog/Resource"),
                refers_to_the("LoggingConfig.LogGroup", "AccountSecurityStack/DefaultsLog/Resource"),
            ),
            exactly("MemorySize", 128),
            _each(
                refers_to_the("Role", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Role"),
                refers_to_the("Role", "ServiceStack/DeploymentCheck/Role/Role/Resource"),
                refers_to_the("Role", "AccountSecurityStack/Defaults/Role/Role/Resource"),
            ),
            _each(exactly("Runtime", "nodejs24.x"), *[exactly("Runtime", "python3.14")] * 2),
            _each(exactly("Timeout", 900), exactly("Timeout", 150), exactly("Timeout", 600)),
            _each(replace(_absent("Tags"), whole=True), tags(), tags()),
        ),
        exact=True,
        NetworkStack=one,
        ServiceStack=_tests_versions,
        AccountSecurityStack=_account_functions,
    ),
}

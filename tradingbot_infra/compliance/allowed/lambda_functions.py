"""What templates may hold of Lambda: the CDK's function that empties the default security group, the one that tests new versions, the
one that sets what CloudFormation has no type for, and the one that sends alarms to Telegram."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.access.account_security import is_deployed, sets_defaults
from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, computed, exactly, one, refers_to_the, required, tags
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.account_defaults import DEFAULTS
from tradingbot_infra.design.deployment_check import check_source
from tradingbot_infra.design.telegram import TOKEN_SECRET, notifier_source
from tradingbot_infra.templates import Assembly, Resource

FUNCTION = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"
"""The construct path of the CDK's function."""

CHECK = "ServiceStack/DeploymentCheck/Function"
"""The construct path of the function that ECS asks in a deployment."""

TELEGRAM = "MonitoringStack/TelegramNotifier/Function"
"""The construct path of the function that sends alarms to Telegram."""

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


def _sends_to_telegram(value: Any, _: Resource, assembly: Assembly) -> TriState:
    """Whether the source is this project's own, word for word, and sends to the chat of the settings."""
    config = assembly.config
    if config is None:
        return None
    secret = config.adopted_secret_arn(TOKEN_SECRET) or assembly.reference_to("DataStack/TelegramBotToken/Resource")
    pages = assembly.reference_to("MonitoringStack/PagingTopic/Resource") or ""
    if secret is None:
        return None
    chat, language = str(config.notifications.telegram_chat_id), config.notifications.alarm_language
    source = notifier_source(secret=secret, chat=chat, language=language, pages=pages)
    return True if value == source else None if is_unknown(value) and not isinstance(value, str) else False


def _calls_for_its_topic(value: Any, permission: Resource, assembly: Assembly) -> TriState:
    target = assembly.referred(value)
    if target is None:
        return None if is_unknown(value) else False
    return target.type == "AWS::SNS::Topic" and permission.path == f"MonitoringStack/TelegramNotifier/{target.path.split('/')[1]}Calls"


def _tells_telegram(config: EnvironmentConfig) -> int:
    return int(config.notifications.chat == "telegram")


def _absent(path: str) -> Row:
    return exactly(path, None)


def _each(of_network: Row, of_service: Row, of_account: Row, of_monitoring: Row) -> Row:
    """One row for the function of NetworkStack, and one for each of the other stacks, under the first one's path."""
    others = {"ServiceStack": of_service, "AccountSecurityStack": of_account, "MonitoringStack": of_monitoring}

    def check(value: Any, resource: Resource, assembly: Assembly) -> TriState:
        return others.get(resource.stack, of_network).check(value, resource, assembly)

    besides = "".join(f"; in {stack} {row.expected}" for stack, row in others.items())
    return replace(of_network, check=check, expected=f"{of_network.expected}{besides}")


def _sets_defaults(value: Any, *_: object) -> TriState:
    """Whether the source is this project's own, word for word."""
    return True if value == DEFAULTS.source() else None if is_unknown(value) and not isinstance(value, str) else False


def _account_functions(config: EnvironmentConfig) -> int:
    return int(is_deployed(config) and sets_defaults(config))


def _tests_versions(config: EnvironmentConfig) -> int:
    return int(config.deployment.shifts_traffic)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Lambda::Function": allowed(
        *required(
            _each(
                computed("Code.S3Bucket", _is_bootstrap_bucket, "the bucket of cdk bootstrap in this account"),
                *[_absent("Code.S3Bucket")] * 3,
            ),
            _each(exactly("Code.S3Key", _CODE), *[_absent("Code.S3Key")] * 3),
            _each(
                _absent("Code.ZipFile"),
                computed("Code.ZipFile", _asks_the_balancer, "the source of functions/deployment_check.py and what it asks"),
                computed("Code.ZipFile", _sets_defaults, "the source of functions/account_defaults.py"),
                computed("Code.ZipFile", _sends_to_telegram, "the source of functions/telegram_notifier.py and where it sends to"),
            ),
            _each(
                exactly("Description", "Lambda function for removing all inbound/outbound rules from the VPC default security group"),
                exactly("Description", "Asks the new version of the API before production traffic moves to it"),
                exactly("Description", "Sets what CloudFormation has no type for in the account"),
                exactly("Description", "Sends alarms to a Telegram chat"),
            ),
            _each(exactly("Handler", "__entrypoint__.handler"), *[exactly("Handler", "index.handler")] * 3),
            _each(
                refers_to_the("LoggingConfig.LogGroup", "NetworkStack/DefaultSecurityGroupLog/Resource"),
                refers_to_the("LoggingConfig.LogGroup", "ServiceStack/DeploymentCheckLog/Resource"),
                refers_to_the("LoggingConfig.LogGroup", "AccountSecurityStack/DefaultsLog/Resource"),
                refers_to_the("LoggingConfig.LogGroup", "MonitoringStack/TelegramLog/Resource"),
            ),
            exactly("MemorySize", 128),
            _each(
                refers_to_the("Role", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Role"),
                refers_to_the("Role", "ServiceStack/DeploymentCheck/Role/Role/Resource"),
                refers_to_the("Role", "AccountSecurityStack/Defaults/Role/Role/Resource"),
                refers_to_the("Role", f"{TELEGRAM.rpartition('/')[0]}/Role/Role/Resource"),
            ),
            _each(exactly("Runtime", "nodejs24.x"), *[exactly("Runtime", "python3.14")] * 3),
            _each(exactly("Timeout", 900), exactly("Timeout", 150), exactly("Timeout", 600), exactly("Timeout", 90)),
            _each(replace(_absent("Tags"), whole=True), *[tags()] * 3),
        ),
        exact=True,
        NetworkStack=one,
        ServiceStack=_tests_versions,
        AccountSecurityStack=_account_functions,
        MonitoringStack=_tells_telegram,
    ),
    "AWS::Lambda::Permission": allowed(
        *required(
            exactly("Action", "lambda:InvokeFunction"),
            refers_to_the("FunctionName", TELEGRAM),
            exactly("Principal", "sns.amazonaws.com"),
            computed("SourceArn", _calls_for_its_topic, "the topic that the permission is named after"),
        ),
        exact=True,
        MonitoringStack=lambda config: _tells_telegram(config) * (1 + config.trading.trading_alarms),
    ),
}

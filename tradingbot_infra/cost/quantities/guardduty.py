"""GuardDuty: the events and logs that it analyzes, and the vCPUs of databases and tasks that it watches."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.portions import everywhere
from tradingbot_infra.cost.quantities import fargate
from tradingbot_infra.design.sizes import instance_vcpus
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::GuardDuty::Detector",)

SERVICE = "GuardDuty"

_TRIAL = "The first thirty days are free."
_RDS = "The primary of each database of the environments; whether a standby counts too, AWS does not say."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """What every detector analyzes, then what its features add."""
    for detector in assembly.of_type(*TYPES):
        for quantity, note in (*_always(usage), *_features(detector, everywhere(assembly), usage)):
            yield counted(Part.NOT_IN_DOCUMENT, SERVICE, quantity, of=(detector,), note=note)


def _always(usage: UsageConfig) -> Iterator[tuple[Quantity, str]]:
    events = Decimal(usage.expected_management_events)
    yield _quantity("management_events", "Management events", "management_events_1m", events), _TRIAL
    yield _quantity("logs", "VPC flow and DNS logs", "log_gb", usage.expected_threat_log_gib), _TRIAL


def _features(detector: Resource, account: Assembly, usage: UsageConfig) -> Iterator[tuple[Quantity, str]]:
    enabled = {each["Name"] for each in detector.properties.get("Features", []) if each["Status"] == "ENABLED"}
    if "S3_DATA_EVENTS" in enabled:
        yield _quantity("s3_events", "Requests for objects", "s3_events_1m", Decimal(usage.expected_s3_data_events)), ""
    if "RDS_LOGIN_EVENTS" in enabled:
        vcpus = sum((Decimal(instance_vcpus(each)) for each in _classes(account)), Decimal(0)) * usage.expected_account_environments
        yield _quantity("rds", f"Logins to databases of {shown(vcpus)} vCPUs", "rds_vcpu_month", vcpus), _RDS
    if "LAMBDA_NETWORK_LOGS" in enabled:
        yield _quantity("lambda", "Network logs of functions", "lambda_gb", usage.expected_lambda_network_gib), ""
    if enabled & {"RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"}:
        vcpus = fargate.vcpu_hours(account, usage) / HOURS * usage.expected_account_environments
        yield _quantity("runtime", f"Processes of tasks of {shown(vcpus)} vCPUs", "fargate_vcpu_month", vcpus), ""


def _classes(account: Assembly) -> Iterator[str]:
    for instance in account.of_type("AWS::RDS::DBInstance"):
        yield instance.properties["DBInstanceClass"]


def _quantity(line: str, what: str, price: str, amount: Decimal) -> Quantity:
    return Quantity(id=f"guardduty.{line}", what=what, price=f"guardduty.{price}", amount=amount)

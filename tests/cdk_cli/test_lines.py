"""Lines that the CDK CLI 2.1148 printed, for an account and the local cloud, and what they say."""

import pytest

from tradingbot_infra.cdk_cli.lines import Began, Ended, Event, Meaning, Warned, meaning_of

NETWORK, SERVICE = "tradingbot-ai-production-network", "tradingbot-ai-production-service"

SAID: dict[str, Meaning] = {
    f"NetworkStack ({NETWORK}): deploying... [1/4]": Began(NETWORK),
    f"MonitoringStack ({NETWORK}): destroying... [1/4]": Began(NETWORK),
    "tradingbot-ai-account-baseline: deploying... [1/3]": Began("tradingbot-ai-account-baseline"),
    f"✅  NetworkStack ({NETWORK})": Ended(NETWORK),
    f" ✅  NetworkStack ({NETWORK}) (no changes)": Ended(NETWORK, "no changes"),
    f"✅  NetworkStack ({NETWORK}): destroyed": Ended(NETWORK, "destroyed"),
    "✅  Environment aws://000000000000/ap-southeast-2 bootstrapped.": Ended("CDKToolkit"),
    "warning: production: PostgreSQL 15 reaches its end": Warned("warning: production: PostgreSQL 15 reaches its end"),
    "[Warning at /NetworkStack/Vpc] fewer zones": Warned("[Warning at /NetworkStack/Vpc] fewer zones"),
    f"{NETWORK} |   0/116 | 4:19:16 PM | CREATE_IN_PROGRESS      | AWS::CloudFormation::Stack            | {NETWORK} ": Event(
        NETWORK, "CREATE_IN_PROGRESS", "AWS::CloudFormation::Stack", NETWORK, "", 0, 116
    ),
    f"{NETWORK} | 115/116 | 4:19:16 PM | CREATE_COMPLETE         | AWS::KMS::Key | NetworkStack/LogsKey (LogsKey9E34C9F8) ": Event(
        NETWORK, "CREATE_COMPLETE", "AWS::KMS::Key", "NetworkStack/LogsKey", "", 115, 116
    ),
    f"{SERVICE} |   3 | 10:19:16 AM | DELETE_COMPLETE | AWS::ECS::Cluster | ClusterEB0386A7 ": Event(
        SERVICE, "DELETE_COMPLETE", "AWS::ECS::Cluster", "ClusterEB0386A7", "", 3
    ),
    f"{SERVICE} | 12/30 | 14:19:16 | CREATE_FAILED | AWS::ECS::Service | ServiceStack/Api/Service (ApiService) Stopped (by AWS)": Event(
        SERVICE, "CREATE_FAILED", "AWS::ECS::Service", "ServiceStack/Api/Service", "Stopped (by AWS)", 12, 30
    ),
    f"{SERVICE} | 14:19:16 | CREATE_FAILED | AWS::ECS::Service | ApiService Stopped | twice (by AWS) too": Event(
        SERVICE, "CREATE_FAILED", "AWS::ECS::Service", "ApiService", "Stopped | twice (by AWS) too"
    ),
    f"{SERVICE} | 3/30 | 14:19:16 | CREATE_FAILED (skipped) | AWS::RDS::DBInstance | Postgres (this will take a while)": Event(
        SERVICE, "CREATE", "AWS::RDS::DBInstance", "Postgres", "(this will take a while)", 3, 30
    ),
}

SAYS_NOTHING = (
    "",
    "✨  Synthesis time: 19.77s",
    f"NetworkStack ({NETWORK})",
    f"{NETWORK}: creating CloudFormation changeset...",
    f"{NETWORK}: start: Building {NETWORK} Template",
    "NetworkStack.VpcId = vpc-3503dcc10ec7620c3",
    "a | b | c",
    "\t\\_ new Postgres (postgres.py:12)",
)


@pytest.mark.parametrize(("line", "meaning"), SAID.items(), ids=range(len(SAID)))
def test_a_line_says(line: str, meaning: Meaning) -> None:
    assert meaning_of(f"{line}\n") == meaning


@pytest.mark.parametrize("line", SAYS_NOTHING, ids=range(len(SAYS_NOTHING)))
def test_every_other_line_says_nothing(line: str) -> None:
    assert meaning_of(line) is None


def test_what_cloudformation_cancels_beside_a_fault_is_no_fault() -> None:
    cancelled = Event(SERVICE, "CREATE_FAILED", "AWS::ECS::Cluster", "Cluster", "Resource creation cancelled")
    assert not cancelled.failed
    assert Event(SERVICE, "CREATE_FAILED", "AWS::ECS::Cluster", "Cluster", "Limit exceeded").failed

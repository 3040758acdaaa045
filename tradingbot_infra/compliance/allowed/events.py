"""What templates may hold of EventBridge: the rule that writes results of image scans to their log group."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, one, required, tags, whole
from tradingbot_infra.config.model import EnvironmentConfig

_PATTERN = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Scan"],
    "detail": {"repository-name": ["${DataStack.Repository}"]},
}


def _targets(config: EnvironmentConfig) -> list[dict[str, str]]:
    region = config.network.region
    return [{"Arn": f"arn:aws:logs:{region}:${{AWS::AccountId}}:log-group:${{DataStack.ScanResultsLog}}", "Id": "LogGroup"}]


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Events::Rule": allowed(
        *required(
            exactly("Description", "Image scan results to a log group"),
            whole("EventPattern", lambda _: _PATTERN, "results of scans of the own repository"),
            whole("Targets", _targets, "the log group of scan results"),
            tags(),
        ),
        exactly("State", "ENABLED"),
        exact=True,
        DataStack=one,
    ),
}

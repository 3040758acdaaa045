"""Commands reach what was looked at: an account by the CDK CLI, the local cloud by make."""

from tests.operations.verification.standing import LOCAL_STEPS, STEPS


def test_commands_of_an_account() -> None:
    assert STEPS.verb("scale --reset") == "python -m tradingbot_infra scale --reset --env production"
    assert STEPS.deploy() == "cdk deploy --all -c env=production"
    assert STEPS.deploy("image_tag=1.4.2") == "cdk deploy --all -c env=production -c image_tag=1.4.2"
    assert STEPS.revert("data") == "cdk deploy DataStack --revert-drift -c env=production"
    assert STEPS.revert() == "cdk deploy --all --revert-drift -c env=production"


def test_commands_of_the_local_cloud_never_reach_an_account() -> None:
    assert LOCAL_STEPS.verb("scale --reset") == "python -m tradingbot_infra scale --reset --env production --local"
    assert LOCAL_STEPS.deploy() == "make up ENV=production"
    assert LOCAL_STEPS.deploy("image_tag=1.4.2") == "make up ENV=production ARGS='-c image_tag=1.4.2'"
    assert LOCAL_STEPS.revert("data") == LOCAL_STEPS.revert() == "make down ENV=production && make up ENV=production"

"""A small app for the CDK CLI: a stack of the account and two stacks of an environment, each in another region.

Its stacks are placed as the project's are, from rows like those of design/stacks.py. Each has one topic, whose display name
is the name of the topic in the stack before.
"""

import os

from tradingbot_infra.config.context import environment_of, read_context
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design import stacks
from tradingbot_infra.design.stacks import StackRow, StackScope

ROWS = (
    StackRow(id="BaselineStack", part="baseline", scope=StackScope.ACCOUNT, module=__name__),
    StackRow(id="EdgeStack", part="edge", scope=StackScope.ENVIRONMENT, module=__name__, region="us-east-1"),
    StackRow(id="RecoveryStack", part="recovery", scope=StackScope.ENVIRONMENT, module=__name__, region="ap-southeast-4"),
)


def main() -> None:
    """Synthesizes the stacks of the environment that the context names."""
    # Not for those who import the rows: it starts Node.js.
    import aws_cdk as cdk
    import aws_cdk.aws_sns as sns

    stacks.STACKS = ROWS
    app = cdk.App()
    before: str | None = None
    for place in load_config(environment_of(read_context(os.environ), os.environ)).stacks:
        region = cdk.Environment(region=place.region)
        stack = cdk.Stack(app, place.id, stack_name=place.name, env=region, termination_protection=place.part != "edge")
        before = sns.CfnTopic(stack, "Topic", display_name=before).attr_topic_name
        cdk.CfnOutput(stack, "TopicName", value=before, description="Name of the topic")
    app.synth()


if __name__ == "__main__":
    main()

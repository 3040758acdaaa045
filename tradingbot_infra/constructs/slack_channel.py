"""A Slack channel that gets alarms, by Amazon Q Developer in chat applications (formerly AWS Chatbot)."""

from collections.abc import Sequence

from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

_DESCRIPTION = "What people may do from the Slack channel of alarms: nothing"


class SlackChannel(Construct):
    """A channel that shows messages of topics, and from which nobody can do anything.

    Without a guardrail AWS sets AdministratorAccess as the most that people may do (AWS Chatbot Administrator Guide, "Guardrail
    policies"), and the role would decide alone. Both are the same policy here, which denies everything: showing a message needs no
    permission of the channel's role, and what the service itself needs is in its service-linked role. Somebody must have authorized the
    workspace in the console once.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, workspace: str, channel: str, topics: Sequence[sns.ITopic]
    ) -> None:
        super().__init__(scope, construct_id)
        nothing = iam.ManagedPolicy(
            self,
            "Policy",
            description=_DESCRIPTION,
            statements=[iam.PolicyStatement(effect=iam.Effect.DENY, actions=["*"], resources=["*"])],
        )
        role = iam.Role(
            self,
            "Role",
            description=_DESCRIPTION,
            # The service's documentation has no condition for a role that it assumes.
            assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com"),
            managed_policies=[nothing],
        )
        chatbot.CfnSlackChannelConfiguration(
            self,
            "Channel",
            configuration_name=name,
            slack_workspace_id=workspace,
            slack_channel_id=channel,
            iam_role_arn=role.role_arn,
            guardrail_policies=[nothing.managed_policy_arn],
            logging_level="ERROR",
            user_role_required=False,
            sns_topic_arns=[topic.topic_arn for topic in topics],
        )

"""The state machine that replaces tasks which started before the database password changed, in Amazon States Language."""

from typing import Any

SETTLE_SECONDS = 60
"""How long after a change no task is replaced: the secret can be seconds behind the server, and a rotation takes about a minute
(Secrets Manager User Guide, "Managed rotation for AWS Secrets Manager secrets"). Tasks created meanwhile count as old."""

OVERDUE_MINUTES = 60
"""How long after that old tasks may still run before an execution fails. A rolling deployment takes some ten minutes."""


def definition(*, cluster: str, service: str, secret: str) -> dict[str, Any]:
    """The state machine in Amazon States Language, with expressions in JSONata.

    `$settled` is the time, in milliseconds, before which a task was created too early to be sure of the new password. A change of
    anything else of the secret, such as its rotation schedule, counts too. While nothing is deployed, all tasks are in the first
    hundred that ECS lists: max_tasks is no higher.
    """
    return {
        "Comment": "Replaces tasks that started before the database password changed",
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": 60,
        "StartAt": "DescribeSecret",
        "States": {
            "DescribeSecret": _call(
                "secretsmanager:describeSecret",
                {"SecretId": secret},
                "ListTasks",
                settled=f"$toMillis($states.result.LastChangedDate) + {SETTLE_SECONDS * 1000}",
            ),
            "ListTasks": _call(
                "ecs:listTasks",
                {"Cluster": cluster, "ServiceName": service},
                "IsAnythingToLookAt",
                tasks="[$states.result.TaskArns]",
            ),
            "IsAnythingToLookAt": _choice("$count($tasks) = 0 or $millis() < $settled", "NothingIsDue", "DescribeTasks"),
            "DescribeTasks": _call(
                "ecs:describeTasks",
                {"Cluster": cluster, "Tasks": "{% $tasks %}"},
                "IsATaskTooOld",
                old="$count($states.result.Tasks[$toMillis(CreatedAt) < $settled])",
            ),
            "IsATaskTooOld": _choice("$old = 0", "NothingIsDue", "DescribeService"),
            "DescribeService": _call(
                "ecs:describeServices",
                {"Cluster": cluster, "Services": [service]},
                "IsADeploymentGoingOn",
                rollouts="$states.result.Services[0].Deployments.RolloutState",
            ),
            "IsADeploymentGoingOn": _choice("'IN_PROGRESS' in $rollouts", "IsItOverdue", "ReplaceTasks"),
            "ReplaceTasks": _call("ecs:updateService", {"Cluster": cluster, "Service": service, "ForceNewDeployment": True}, "IsItOverdue"),
            "IsItOverdue": _choice(f"$millis() > $settled + {OVERDUE_MINUTES * 60_000}", "OldTasksRun", "NothingIsDue"),
            "NothingIsDue": {"Type": "Succeed"},
            "OldTasksRun": {
                "Type": "Fail",
                "Error": "OldTasksRun",
                "Cause": f"Tasks that started before the database password changed still run {OVERDUE_MINUTES} minutes later",
            },
        },
    }


def _call(action: str, arguments: dict[str, Any], then: str, **assigned: str) -> dict[str, Any]:
    expressions = {name: f"{{% {expression} %}}" for name, expression in assigned.items()}
    assign = {"Assign": expressions} if expressions else {}
    return {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{action}", "Arguments": arguments, **assign, "Next": then}


def _choice(condition: str, then: str, otherwise: str) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Condition": f"{{% {condition} %}}", "Next": then}], "Default": otherwise}

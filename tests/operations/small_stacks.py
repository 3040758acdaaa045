"""What small stacks under the names of an environment hold."""

from typing import Any

Resources = dict[str, Any]
KEPT = {"DeletionPolicy": "RetainExceptOnCreate"}


def group(name: str, **attributes: object) -> Resources:
    """A log group in a template."""
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}, **attributes}

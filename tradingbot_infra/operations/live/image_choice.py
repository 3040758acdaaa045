"""The image that CloudFormation keeps: the value of a parameter of the service's stack (design/image_choice.py)."""

from collections.abc import Iterable

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.image_choice import NO_IMAGE, PARAMETER
from tradingbot_infra.operations.live.repository import running_tag
from tradingbot_infra.operations.live.stacks import LiveStack
from tradingbot_infra.operations.session import Session


def service_stack(stacks: Iterable[LiveStack]) -> LiveStack | None:
    """The stack of the service; None before its first deployment."""
    return next((stack for stack in stacks if stack.part == "service"), None)


def kept_tag(stacks: Iterable[LiveStack]) -> str | None:
    """The tag that a deployment runs which gives none; None for the placeholder, and where the template names the image."""
    stack = service_stack(stacks)
    value = stack.parameters.get(PARAMETER, NO_IMAGE) if stack else NO_IMAGE
    return None if value == NO_IMAGE else value


def given_tag(session: Session, config: EnvironmentConfig, stacks: Iterable[LiveStack], chosen: str | None) -> str | None:
    """The tag to give the parameter; None where CloudFormation keeps its value, or the settings name the image.

    A stack that was deployed with an image named by the settings has no parameter yet. Its first value is what runs: without one, the
    parameter's default would bring the placeholder back.
    """
    if config.task.image_tag:
        return None
    stack = service_stack(stacks)
    if chosen or stack is None or PARAMETER in stack.parameters:
        return chosen
    return running_tag(session, config.names)

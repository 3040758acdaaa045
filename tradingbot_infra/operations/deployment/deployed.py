"""The deployed templates, as an assembly that a replay starts from."""

from collections.abc import Iterator

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.live.stacks import LiveStack, existing_stacks
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly, Stack, Template

_NEVER_COMPLETED = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
"""States of a stack that has no template in force (CloudFormation User Guide, "Stack status codes")."""


def deployed_assembly(session: Session, config: EnvironmentConfig, target: Assembly) -> Assembly:
    """The templates in force of those stacks that exist, in the order of the target. Each resource has the target's path, if any."""
    standing = {stack.id: stack for stack in existing_stacks(session, config) if stack.status not in _NEVER_COMPLETED}
    templates = {name: _template(session, standing[name]) for name in target.templates if name in standing}
    return Assembly(templates=templates, stacks={name: _stack(target, name, templates[name]) for name in templates})


def _template(session: Session, stack: LiveStack) -> Template:
    found: Template = session.in_region(stack.region).cloudformation.get_template(StackName=stack.name)["TemplateBody"]
    return found


def _stack(target: Assembly, name: str, template: Template) -> Stack:
    placed = target.stacks[name]
    own = dict(_own_paths(template))
    return Stack(
        deployed_name=placed.deployed_name,
        template_file=placed.template_file,
        region=placed.region,
        termination_protection=placed.termination_protection,
        tags=placed.tags,
        paths={**own, **placed.paths},
    )


def _own_paths(template: Template) -> Iterator[tuple[str, str]]:
    """The paths that the CDK writes into a template, where it does."""
    for logical_id, resource in template.get("Resources", {}).items():
        path = resource.get("Metadata", {}).get("aws:cdk:path")
        if path:
            yield logical_id, path

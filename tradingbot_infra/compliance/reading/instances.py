"""EC2 instances: what they inherit from their launch template, and which of them are NAT."""

from typing import Any

from tradingbot_infra.compliance.observe import at, is_false, listed
from tradingbot_infra.compliance.reading.networks import INSTANCE
from tradingbot_infra.templates import Assembly, Resource

LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"


def is_nat(instance: Resource) -> bool:
    """Whether an instance forwards traffic of others, which EC2 allows only without the source/destination check."""
    return instance.type == INSTANCE and is_false(instance.properties.get("SourceDestCheck"))


def subnets_of(instance: Resource) -> list[Any]:
    """The subnets of an instance, as its properties refer to them."""
    interfaces = listed(instance.properties.get("NetworkInterfaces"))
    stated = [instance.properties.get("SubnetId"), *(at(interface, "SubnetId") for interface in interfaces)]
    return [subnet for subnet in stated if subnet is not None]


def template_of(instance: Resource, assembly: Assembly) -> Resource | None:
    """The launch template that an instance names by id or by name; None when it names none of these stacks."""
    by_id = assembly.referred(at(instance.properties, "LaunchTemplate.LaunchTemplateId"))
    name = at(instance.properties, "LaunchTemplate.LaunchTemplateName")
    by_name = (each for each in assembly.of_type(LAUNCH_TEMPLATE) if name is not None and each.properties.get("LaunchTemplateName") == name)
    return by_id or next(by_name, None)


def setting(resource: Resource, path: str, assembly: Assembly) -> tuple[str, Any]:
    """Where an instance or launch template sets a property, and its value: an instance overrides its template.

    A launch template of other stacks is unknown, so the reference to it is the value.
    """
    inside_template = f"LaunchTemplateData.{path}"
    if resource.type == LAUNCH_TEMPLATE:
        return f"Properties.{inside_template}", at(resource.properties, inside_template)
    own, reference = at(resource.properties, path), at(resource.properties, "LaunchTemplate")
    if own is not None or reference is None:
        return f"Properties.{path}", own
    template = template_of(resource, assembly)
    if template is None:
        return "Properties.LaunchTemplate", {"Fn::GetAtt": reference}
    return f"{template.logical_id}.Properties.{inside_template}", at(template.properties, inside_template)

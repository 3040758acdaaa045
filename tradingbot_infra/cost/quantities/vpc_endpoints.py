"""VPC endpoints: the hours of interface endpoints in each zone, and the data that they process."""

from collections.abc import Iterator

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::EC2::VPCEndpoint",)

SERVICE = "VPC endpoints"

TELEMETRY_SERVICES = ("xray", "monitoring")
"""Endpoints that carry traces and metrics only; quantities/observability.py prices them."""

_GATEWAY = "The gateway endpoint of S3 is free, and image layers use it."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Interface endpoints but those of telemetry; gateway endpoints are free."""
    of_telemetry = interface_endpoints(assembly, *TELEMETRY_SERVICES)
    every = (endpoint for endpoint in assembly.of_type("AWS::EC2::VPCEndpoint") if _is_interface(endpoint))
    interfaces = tuple(endpoint for endpoint in every if endpoint not in of_telemetry)
    if not interfaces:
        return
    zones = sum(len(endpoint.properties["SubnetIds"]) for endpoint in interfaces)
    hours = Quantity(
        id="endpoints.hours",
        what=f"{plural(len(interfaces), 'interface endpoint')}, {zones} with their zones",
        price="vpc_endpoint.interface_hour",
        amount=zones * HOURS,
    )
    yield counted(Part.NOT_IN_DOCUMENT, SERVICE, hours, of=interfaces, note=_GATEWAY)
    if has_endpoint(assembly, "logs"):
        data = Quantity(
            id="endpoints.data",
            what="The application's log",
            price="vpc_endpoint.gb",
            amount=usage.expected_log_gib,
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, data, of=interfaces)


def interface_endpoints(assembly: Assembly, *services: str) -> tuple[Resource, ...]:
    """The interface endpoints of services such as `xray`."""
    found = (endpoint for endpoint in assembly.of_type("AWS::EC2::VPCEndpoint") if _is_interface(endpoint))
    return tuple(endpoint for endpoint in found if _service(endpoint) in services)


def has_endpoint(assembly: Assembly, service: str) -> bool:
    """Whether the VPC has an endpoint of a service such as `s3`."""
    return any(_service(endpoint) == service for endpoint in assembly.of_type("AWS::EC2::VPCEndpoint"))


def _service(endpoint: Resource) -> str:
    """`xray` of `com.amazonaws.ap-southeast-2.xray`, `api` of ECR's."""
    return str(endpoint.properties["ServiceName"]).rpartition(".")[2]


def _is_interface(endpoint: Resource) -> bool:
    return bool(endpoint.properties.get("VpcEndpointType") == "Interface")

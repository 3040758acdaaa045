"""The service: which task definition it runs, and how."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader


def _service(one: One) -> Live:
    cluster = one.assembly.referred(one.resource.properties.get("Cluster"))
    name = one.ids.of(cluster.stack, cluster.logical_id) if cluster else None
    found = one.session.ecs.describe_services(cluster=name or "default", services=[one.physical_id])["services"]
    if not found or found[0].get("status") == "INACTIVE":
        return Live(deleted=(one.resource.logical_id,))
    network = found[0].get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    return Live(
        properties={
            "EnableExecuteCommand": found[0].get("enableExecuteCommand"),
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "AssignPublicIp": network.get("assignPublicIp"),
                    "SecurityGroups": network.get("securityGroups"),
                    "Subnets": network.get("subnets"),
                }
            },
            "TaskDefinition": found[0].get("taskDefinition"),
        }
    )


READERS: Mapping[str, Reader] = {"AWS::ECS::Service": _service}

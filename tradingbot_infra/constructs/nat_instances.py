"""NAT instances: made ready by their own script, which tells CloudFormation how it ended, and replaced one after the other."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from tradingbot_infra.design.nat_script import nat_script

_PATIENCE = "PT10M"
"""How long CloudFormation waits for the signal: the script takes one or two minutes."""


def set_up_nat_instances(vpc: ec2.Vpc, instances: Sequence[ec2.Instance], allocation_ids: Sequence[str]) -> None:
    """Gives each instance its script, its fixed address and an encrypted disk. The next one waits until the zone before is served.

    An instance starts with a passing public address, by which the script reaches its packages, and gets its own after the signal.
    Routes lead to an instance only once it has its own, so no exchange sees another address.
    """
    routes = [route for subnet in vpc.private_subnets if isinstance(route := subnet.node.try_find_child("DefaultRoute"), ec2.CfnRoute)]
    before: list[cdk.CfnResource] = []
    for number, (instance, allocation_id) in enumerate(zip(instances, allocation_ids, strict=False), start=1):
        _harden(instance.instance)
        _signal(instance)
        association = ec2.CfnEIPAssociation(vpc, f"NatAddress{number}", allocation_id=allocation_id, instance_id=instance.instance_id)
        led = [route for route in routes if route.instance_id == instance.instance_id]
        for route in led:
            route.add_resource_dependency(association)
        for earlier in before:
            instance.instance.add_resource_dependency(earlier)
        before = [association, *led]


def _signal(instance: ec2.Instance) -> None:
    stack = cdk.Stack.of(instance)
    script = nat_script(stack=stack.stack_name, resource=stack.get_logical_id(instance.instance), region=stack.region)
    instance.instance.user_data = cdk.Fn.base64(script)
    instance.instance.cfn_options.creation_policy = cdk.CfnCreationPolicy(resource_signal=cdk.CfnResourceSignal(count=1, timeout=_PATIENCE))


def _harden(instance: ec2.CfnInstance) -> None:
    """Requires IMDSv2 and encrypts the root volume; the NAT provider has no option for either."""
    instance.metadata_options = ec2.CfnInstance.MetadataOptionsProperty(http_tokens="required")
    volume = ec2.CfnInstance.EbsProperty(encrypted=True, volume_type="gp3")
    # The root device of Amazon Linux 2023 (EC2 User Guide, "Device names").
    instance.block_device_mappings = [ec2.CfnInstance.BlockDeviceMappingProperty(device_name="/dev/xvda", ebs=volume)]

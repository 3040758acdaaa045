"""NAT instances: made ready by their own script, which tells CloudFormation how it ended, and replaced one after the other."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

_PATIENCE = "PT10M"
"""How long CloudFormation waits for the signal: the script takes one or two minutes."""

_COMMANDS = (
    "set -euxo pipefail",
    # Installing packages needs more memory than a small instance has (amazonlinux/amazon-linux-2023#404).
    "dd if=/dev/zero of=/swapfile bs=1M count=1024",
    "chmod 600 /swapfile",
    "mkswap /swapfile",
    "swapon /swapfile",
    # Amazon Linux 2023 has no iptables of its own (VPC User Guide, "Work with NAT instances", from here on).
    "dnf install -y iptables-services",
    "systemctl enable --now iptables",
    "echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-nat.conf",
    "sysctl -p /etc/sysctl.d/90-nat.conf",
    "device=$(ip -o -4 route show default | awk '{print $5; exit}')",
    'iptables -t nat -A POSTROUTING -o "$device" -j MASQUERADE',
    "iptables -F FORWARD",
    "service iptables save",
)


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
    name = stack.get_logical_id(instance.instance)
    signal = f"/opt/aws/bin/cfn-signal -e $? --stack {stack.stack_name} --resource {name} --region {stack.region}"
    script = "\n".join(("#!/bin/bash", f"trap '{signal}' EXIT", *_COMMANDS))
    instance.instance.user_data = cdk.Fn.base64(script)
    instance.instance.cfn_options.creation_policy = cdk.CfnCreationPolicy(resource_signal=cdk.CfnResourceSignal(count=1, timeout=_PATIENCE))


def _harden(instance: ec2.CfnInstance) -> None:
    """Requires IMDSv2 and encrypts the root volume; the NAT provider has no option for either."""
    instance.metadata_options = ec2.CfnInstance.MetadataOptionsProperty(http_tokens="required")
    volume = ec2.CfnInstance.EbsProperty(encrypted=True, volume_type="gp3")
    # The root device of Amazon Linux 2023 (EC2 User Guide, "Device names").
    instance.block_device_mappings = [ec2.CfnInstance.BlockDeviceMappingProperty(device_name="/dev/xvda", ebs=volume)]

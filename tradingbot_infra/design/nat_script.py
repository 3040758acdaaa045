"""What a NAT instance runs when it starts for the first time. The packs refuse any other text."""

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


def nat_script(*, stack: str, resource: str, region: str) -> str:
    """The script of one instance; its end, good or bad, is the signal that its stack waits for. Names are those of CloudFormation."""
    signal = f"/opt/aws/bin/cfn-signal -e $? --stack {stack} --resource {resource} --region {region}"
    return "\n".join(("#!/bin/bash", f"trap '{signal}' EXIT", *_COMMANDS))

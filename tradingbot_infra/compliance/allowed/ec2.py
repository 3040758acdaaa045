"""What templates may hold of Amazon EC2 and VPC."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::EC2::EIP": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "Domain",
            "Tags.**",
        ),
    ),
    "AWS::EC2::VPC": allowed(
        *free(
            _OPEN,
            "CidrBlock",
            "EnableDnsHostnames",
            "EnableDnsSupport",
            "InstanceTenancy",
            "Tags.**",
        ),
    ),
    "AWS::EC2::Subnet": allowed(
        *free(
            _OPEN,
            "AvailabilityZone",
            "CidrBlock",
            "MapPublicIpOnLaunch",
            "Tags.**",
            "VpcId",
        ),
    ),
    "AWS::EC2::RouteTable": allowed(
        *free(
            _OPEN,
            "Tags.**",
            "VpcId",
        ),
    ),
    "AWS::EC2::SubnetRouteTableAssociation": allowed(
        *free(
            _OPEN,
            "RouteTableId",
            "SubnetId",
        ),
    ),
    "AWS::EC2::Route": allowed(
        *free(
            _OPEN,
            "DestinationCidrBlock",
            "GatewayId",
            "NatGatewayId",
            "RouteTableId",
        ),
    ),
    "AWS::EC2::NatGateway": allowed(
        *free(
            _OPEN,
            "AllocationId",
            "SubnetId",
            "Tags.**",
        ),
    ),
    "AWS::EC2::InternetGateway": allowed(
        *free(
            _OPEN,
            "Tags.**",
        ),
    ),
    "AWS::EC2::VPCGatewayAttachment": allowed(
        *free(
            _OPEN,
            "InternetGatewayId",
            "VpcId",
        ),
    ),
    "AWS::EC2::FlowLog": allowed(
        *free(
            _OPEN,
            "DeliverLogsPermissionArn",
            "LogDestinationType",
            "LogGroupName",
            "ResourceId",
            "ResourceType",
            "Tags.**",
            "TrafficType",
        ),
    ),
    "AWS::EC2::NetworkAcl": allowed(
        *free(
            _OPEN,
            "Tags.**",
            "VpcId",
        ),
    ),
    "AWS::EC2::NetworkAclEntry": allowed(
        *free(
            _OPEN,
            "CidrBlock",
            "Egress",
            "Icmp.Code",
            "Icmp.Type",
            "NetworkAclId",
            "PortRange.From",
            "PortRange.To",
            "Protocol",
            "RuleAction",
            "RuleNumber",
        ),
    ),
    "AWS::EC2::SubnetNetworkAclAssociation": allowed(
        *free(
            _OPEN,
            "NetworkAclId",
            "SubnetId",
        ),
    ),
    "AWS::EC2::SecurityGroup": allowed(
        *free(
            _OPEN,
            "GroupDescription",
            "SecurityGroupEgress[].CidrIp",
            "SecurityGroupEgress[].Description",
            "SecurityGroupEgress[].FromPort",
            "SecurityGroupEgress[].IpProtocol",
            "SecurityGroupEgress[].ToPort",
            "SecurityGroupIngress[].CidrIp",
            "SecurityGroupIngress[].Description",
            "SecurityGroupIngress[].FromPort",
            "SecurityGroupIngress[].IpProtocol",
            "SecurityGroupIngress[].ToPort",
            "Tags.**",
            "VpcId",
        ),
    ),
    "AWS::EC2::SecurityGroupEgress": allowed(
        *free(
            _OPEN,
            "Description",
            "DestinationSecurityGroupId",
            "FromPort",
            "GroupId",
            "IpProtocol",
            "ToPort",
        ),
    ),
    "AWS::EC2::SecurityGroupIngress": allowed(
        *free(
            _OPEN,
            "Description",
            "FromPort",
            "GroupId",
            "IpProtocol",
            "SourceSecurityGroupId",
            "ToPort",
        ),
    ),
    "AWS::EC2::VPCEndpoint": allowed(
        *free(
            _OPEN,
            "PrivateDnsEnabled",
            "RouteTableIds[]",
            "SecurityGroupIds[]",
            "ServiceName",
            "SubnetIds[]",
            "Tags.**",
            "VpcEndpointType",
            "VpcId",
        ),
    ),
}

"""A flow that the design does not have, or a network that lets more through."""

from typing import Any

from tests.compliance.seeds.faults import Fault, Seeds, adds, appends, attribute, both, drops, removes, sets

_GROUP, _INGRESS, _EGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
_ENTRY = "AWS::EC2::NetworkAclEntry"
_ALB, _ECS, _RDS, _REDIS = "AlbSecurityGroup", "EcsSecurityGroup", "RdsSecurityGroup", "RedisSecurityGroup"
_VPC = {"Ref": "Vpc8378EB38"}


def _rule(direction: str, of: str, ports: tuple[int, int], protocol: str = "tcp", **party: Any) -> Fault:
    entry = {"Description": "extra", "FromPort": ports[0], "ToPort": ports[1], "IpProtocol": protocol, **party}
    return appends(_GROUP, f"SecurityGroup{direction}", entry, of=of)


def _apart(resource_type: str, of: str, ports: tuple[int, int], protocol: str = "tcp", **party: Any) -> Fault:
    group = {"Fn::GetAtt": [of, "GroupId"]}
    entry = {"Description": "extra", "GroupId": group, "FromPort": ports[0], "ToPort": ports[1], "IpProtocol": protocol, **party}
    return adds(resource_type, entry, stack="NetworkStack")


def _entry(acl: str, *, egress: bool, cidr: str = "0.0.0.0/0", **more: Any) -> Fault:
    entry = {"CidrBlock": cidr, "Egress": egress, "NetworkAclId": {"Fn::GetAtt": [acl, "Id"]}, "Protocol": 6, "RuleAction": "allow", **more}
    return adds(_ENTRY, entry, stack="NetworkStack")


def _network(resource_type: str, **properties: Any) -> Fault:
    return adds(resource_type, properties, stack="NetworkStack")


_PUBLIC_ACL, _PRIVATE_ACL, _DATABASE_ACL = "NetworkAclsPublicAcl7014E8D2", "NetworkAclsPrivateAcl3823389A", "NetworkAclsDatabaseAcl19A10CF7"

SEEDS: Seeds = {
    "tasks reach one public block by SSH": _rule("Egress", _ECS, (22, 22), CidrIp="203.0.113.0/24"),
    "tasks ask a public resolver": _rule("Egress", _ECS, (53, 53), "udp", CidrIp="8.8.8.8/32"),
    "tasks reach every port of the world": _rule("Egress", _ECS, (0, 65535), CidrIp="0.0.0.0/0"),
    "tasks reach half of the world twice": _rule("Egress", _ECS, (1, 65535), CidrIp="128.0.0.0/1"),
    "tasks reach the world by IPv6": _rule("Egress", _ECS, (443, 443), CidrIpv6="::/0"),
    "tasks send mail": _rule("Egress", _ECS, (587, 587), CidrIp="0.0.0.0/0"),
    "tasks reach a range instead of three ports": _rule("Egress", _ECS, (443, 9443), CidrIp="0.0.0.0/0"),
    "tasks speak every protocol to the network": _rule("Egress", _ECS, (-1, -1), "-1", CidrIp="10.0.0.0/16"),
    "tasks reach a prefix list": _rule("Egress", _ECS, (443, 443), DestinationPrefixListId="pl-0123456789abcdef0"),
    "tasks take SSH from one public block": _rule("Ingress", _ECS, (22, 22), CidrIp="203.0.113.0/24"),
    "tasks take their port from the whole network": _rule("Ingress", _ECS, (8001, 8001), CidrIp="10.0.0.0/16"),
    "tasks take every port from the load balancer": sets(_INGRESS, "ToPort", 65535, of="SecurityGroupsEcsSecurityGroupfrom"),
    "tasks take a neighbouring port from the load balancer": _apart(
        _INGRESS, _ECS, (8002, 8002), SourceSecurityGroupId={"Fn::GetAtt": [_ALB, "GroupId"]}
    ),
    "tasks take their port from a group of another account": _apart(
        _INGRESS, _ECS, (8001, 8001), SourceSecurityGroupId="sg-0123456789abcdef0", SourceSecurityGroupOwnerId="444455556666"
    ),
    "tasks take their port from a prefix list": _apart(_INGRESS, _ECS, (8001, 8001), SourcePrefixListId="pl-0123456789abcdef0"),
    "tasks talk to each other": _apart(_INGRESS, _ECS, (0, 65535), SourceSecurityGroupId={"Fn::GetAtt": [_ECS, "GroupId"]}),
    "the load balancer takes a private-looking public /8": _rule("Ingress", _ALB, (8080, 8080), CidrIp="11.0.0.0/8"),
    "the load balancer takes the console port of an application server": _rule("Ingress", _ALB, (8443, 8443), CidrIp="0.0.0.0/0"),
    "the load balancer takes every port by IPv6": _rule("Ingress", _ALB, (0, 65535), CidrIpv6="::/0"),
    "the load balancer reaches the database": _apart(
        _EGRESS, _ALB, (5432, 5432), DestinationSecurityGroupId={"Fn::GetAtt": [_RDS, "GroupId"]}
    ),
    "the load balancer reaches the world": sets(
        _GROUP, "SecurityGroupEgress", [{"CidrIp": "0.0.0.0/0", "Description": "all", "IpProtocol": "-1"}], of=_ALB
    ),
    "the database takes connections from the load balancer": _apart(
        _INGRESS, _RDS, (5432, 5432), SourceSecurityGroupId={"Fn::GetAtt": [_ALB, "GroupId"]}
    ),
    "the database takes connections from an office": _apart(_INGRESS, _RDS, (5432, 5432), CidrIp="198.51.100.7/32"),
    "the database takes connections from the private tier by address": _apart(_INGRESS, _RDS, (5432, 5432), CidrIp="10.0.10.0/23"),
    "the database takes pings": _rule("Ingress", _RDS, (-1, -1), "icmp", CidrIp="0.0.0.0/0"),
    "the database reaches the world": _rule("Egress", _RDS, (443, 443), CidrIp="0.0.0.0/0"),
    "Redis takes connections from another VPC": _apart(_INGRESS, _REDIS, (6379, 6379), CidrIp="172.31.0.0/16"),
    "Redis takes a port beside its own": sets(_INGRESS, "ToPort", 6380, of="SecurityGroupsRedisSecurityGroupfrom"),
    "Redis leaves its egress to the default": drops(_GROUP, "SecurityGroupEgress", of=_REDIS),
    "Redis speaks UDP": sets(_INGRESS, "IpProtocol", "udp", of="SecurityGroupsRedisSecurityGroupfrom"),
    "a security group that nobody expects": _network(
        _GROUP, GroupDescription="bastion", VpcId=_VPC, SecurityGroupEgress=[], SecurityGroupIngress=[]
    ),
    "a rule of the type that AWS made later": _network(
        "AWS::EC2::SecurityGroupVpcAssociation", GroupId={"Fn::GetAtt": [_ECS, "GroupId"]}, VpcId="vpc-0123456789abcdef0"
    ),
    "the private tier takes low ports from the world": _entry(_PRIVATE_ACL, egress=False, RuleNumber=50, PortRange={"From": 1, "To": 1023}),
    "the private tier takes everything from one block": _entry(
        _PRIVATE_ACL, egress=False, cidr="203.0.113.0/24", RuleNumber=51, Protocol=-1
    ),
    "the private tier sends everything": _entry(_PRIVATE_ACL, egress=True, RuleNumber=50, Protocol=-1),
    "the database tier takes its port from the public tier": _entry(
        _DATABASE_ACL, egress=False, cidr="10.0.0.0/23", RuleNumber=60, PortRange={"From": 5432, "To": 5432}
    ),
    "the database tier answers the world": _entry(_DATABASE_ACL, egress=True, RuleNumber=60, PortRange={"From": 1024, "To": 65535}),
    "the public tier takes UDP": _entry(_PUBLIC_ACL, egress=False, RuleNumber=60, Protocol=17, PortRange={"From": 1, "To": 65535}),
    "the public tier takes every ICMP": _entry(_PUBLIC_ACL, egress=False, RuleNumber=60, Protocol=1, Icmp={"Code": -1, "Type": -1}),
    "the public tier takes everything by IPv6": _network(
        _ENTRY,
        Ipv6CidrBlock="::/0",
        Egress=False,
        NetworkAclId={"Fn::GetAtt": [_PUBLIC_ACL, "Id"]},
        Protocol=-1,
        RuleAction="allow",
        RuleNumber=61,
    ),
    "the public tier takes SSH before the entry that denies it": _entry(
        _PUBLIC_ACL, egress=False, cidr="198.51.100.0/24", RuleNumber=10, PortRange={"From": 22, "To": 22}
    ),
    "the default ACL lets everything in": _network(
        _ENTRY,
        CidrBlock="0.0.0.0/0",
        Egress=False,
        NetworkAclId={"Fn::GetAtt": ["Vpc8378EB38", "DefaultNetworkAcl"]},
        Protocol=-1,
        RuleAction="allow",
        RuleNumber=2,
    ),
    "a subnet of the database is in the public ACL": sets(
        "AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId", {"Fn::GetAtt": [_PUBLIC_ACL, "Id"]}, of="NetworkAclsDatabaseSubnet1"
    ),
    "a subnet of the database has the public route table": sets(
        "AWS::EC2::SubnetRouteTableAssociation",
        "RouteTableId",
        {"Ref": "VpcPublicSubnet1RouteTable6C95E38E"},
        of="VpcDatabaseSubnet1RouteTableAssociation",
    ),
    "the database tier reaches the internet through NAT": _network(
        "AWS::EC2::Route",
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId={"Ref": "VpcPublicSubnet1NATGateway4D7517AA"},
        RouteTableId={"Ref": "VpcDatabaseSubnet1RouteTableE76EC08D"},
    ),
    "the cache tier has a route to one public block": _network(
        "AWS::EC2::Route",
        DestinationCidrBlock="203.0.113.0/24",
        GatewayId={"Ref": "VpcIGWD7BA715C"},
        RouteTableId={"Ref": "VpcCacheSubnet1RouteTableEAA9A4E4"},
    ),
    "the private tier routes a block to a peer": _network(
        "AWS::EC2::Route",
        DestinationCidrBlock="172.16.0.0/12",
        VpcPeeringConnectionId="pcx-0123456789abcdef0",
        RouteTableId={"Ref": "VpcPrivateSubnet1RouteTableB2C5B500"},
    ),
    "the private tier routes to a machine": sets(
        "AWS::EC2::Route", "InstanceId", "i-0123456789abcdef0", of="VpcPrivateSubnet1DefaultRoute"
    ),
    "the private tier has no NAT but the internet gateway": sets(
        "AWS::EC2::Route", "GatewayId", {"Ref": "VpcIGWD7BA715C"}, of="VpcPrivateSubnet1DefaultRoute"
    ),
    "a public subnet gives addresses to everybody": sets("AWS::EC2::Subnet", "MapPublicIpOnLaunch", True, of="VpcPublicSubnet1"),
    "a private subnet gets IPv6": sets("AWS::EC2::Subnet", "AssignIpv6AddressOnCreation", True, of="VpcPrivateSubnet1"),
    "both subnets of the database are in one zone": sets(
        "AWS::EC2::Subnet", "AvailabilityZone", "ap-southeast-2a", of="VpcDatabaseSubnet2"
    ),
    "the network does not resolve names": sets("AWS::EC2::VPC", "EnableDnsSupport", False),
    "the flow log keeps what was rejected only": sets("AWS::EC2::FlowLog", "TrafficType", "REJECT"),
    "the flow log has a format without addresses": sets("AWS::EC2::FlowLog", "LogFormat", "${version} ${log-status}"),
    "the flow log watches one subnet": both(
        sets("AWS::EC2::FlowLog", "ResourceType", "Subnet"),
        sets("AWS::EC2::FlowLog", "ResourceId", {"Ref": "VpcPublicSubnet1Subnet5C2D37C4"}),
    ),
    "the flow log goes to a bucket of another account": sets("AWS::EC2::FlowLog", "LogDestination", "arn:aws:s3:::somebody-elses-logs"),
    "the flow log is delivered by a role of another account": sets(
        "AWS::EC2::FlowLog", "DeliverCrossAccountRole", "arn:aws:iam::444455556666:role/x"
    ),
    "the flow log is gone": removes("AWS::EC2::FlowLog"),
    "the default security group stays open": removes("Custom::VpcRestrictDefaultSG"),
    "the default security group of another network is emptied": sets(
        "Custom::VpcRestrictDefaultSG", "DefaultSecurityGroupId", "sg-0123456789abcdef0"
    ),
    "the service has the group of the load balancer too": appends(
        "AWS::ECS::Service", "NetworkConfiguration/AwsvpcConfiguration/SecurityGroups", "sg-0123456789abcdef0"
    ),
    "the service runs in a public subnet": sets(
        "AWS::ECS::Service",
        "NetworkConfiguration/AwsvpcConfiguration/Subnets",
        [
            {
                "Fn::GetStackOutput": {
                    "StackName": "tradingbot-ai-production-network",
                    "Region": "ap-southeast-2",
                    "OutputName": "PublishOutputRefVpcPublicSubnet1Subnet5C2D37C4F5EE3F2D",
                }
            }
        ],
    ),
    "the database has a group from elsewhere": appends("AWS::RDS::DBInstance", "VPCSecurityGroups", "sg-0123456789abcdef0"),
    "the database has the group of Redis": sets(
        "AWS::RDS::DBInstance",
        "VPCSecurityGroups",
        [
            {
                "Fn::GetStackOutput": {
                    "StackName": "tradingbot-ai-production-network",
                    "Region": "ap-southeast-2",
                    "OutputName": "PublishOutputFnGetAttRedisSecurityGroupGroupIdBB45E5A0",
                }
            }
        ],
    ),
    "Redis is in subnets from elsewhere": sets("AWS::ElastiCache::SubnetGroup", "SubnetIds", ["subnet-0123456789abcdef0"]),
    "peering with another account": _network(
        "AWS::EC2::VPCPeeringConnection", VpcId=_VPC, PeerVpcId="vpc-0123456789abcdef0", PeerOwnerId="444455556666"
    ),
    "a transit gateway": _network(
        "AWS::EC2::TransitGatewayAttachment", VpcId=_VPC, TransitGatewayId="tgw-0123456789abcdef0", SubnetIds=["subnet-1"]
    ),
    "a VPN": _network("AWS::EC2::VPNGateway", Type="ipsec.1"),
    "a client VPN": _network(
        "AWS::EC2::ClientVpnEndpoint", ClientCidrBlock="10.9.0.0/16", AuthenticationOptions=[], ConnectionLogOptions={}
    ),
    "an endpoint service": _network("AWS::EC2::VPCEndpointService", NetworkLoadBalancerArns=[], AcceptanceRequired=False),
    "permissions of an endpoint service": _network(
        "AWS::EC2::VPCEndpointServicePermissions", ServiceId="vpce-svc-1", AllowedPrincipals=["*"]
    ),
    "an endpoint with a policy for everyone": _network(
        "AWS::EC2::VPCEndpoint",
        VpcId=_VPC,
        ServiceName="com.amazonaws.ap-southeast-2.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[{"Ref": "VpcPrivateSubnet1RouteTableB2C5B500"}],
        PolicyDocument={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    ),
    "an egress-only gateway": _network("AWS::EC2::EgressOnlyInternetGateway", VpcId=_VPC),
    "a second block of the network": _network("AWS::EC2::VPCCidrBlock", VpcId=_VPC, AmazonProvidedIpv6CidrBlock=True),
    "a second internet gateway": _network("AWS::EC2::InternetGateway"),
    "an instance in a public subnet": _network(
        "AWS::EC2::Instance", ImageId="ami-0123456789abcdef0", SubnetId={"Ref": "VpcPublicSubnet1Subnet5C2D37C4"}
    ),
    "mirrored traffic": _network("AWS::EC2::TrafficMirrorSession", NetworkInterfaceId="eni-1", TrafficMirrorTargetId="tmt-1"),
    "resolver rules of another account": _network("AWS::Route53Resolver::ResolverRuleAssociation", ResolverRuleId="rslvr-rr-1", VPCId=_VPC),
    "a lattice service": _network("AWS::VpcLattice::ServiceNetworkVpcAssociation", VpcIdentifier=_VPC),
    "an address that is released with its stack": attribute("AWS::EC2::EIP", "DeletionPolicy", "Delete", of="VpcPublicSubnet1"),
    "NAT without a fixed address": sets("AWS::EC2::NatGateway", "ConnectivityType", "private", of="VpcPublicSubnet1"),
}

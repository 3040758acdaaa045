"""What belongs to a VPC endpoint."""

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.in_process import call


def test_an_endpoint_shows_its_security_groups_and_its_private_names(vpc: str, subnet: str, group: str) -> None:
    settings = {"VpcEndpointType": "Interface", "SubnetIds": [subnet], "SecurityGroupIds": [group], "PrivateDnsEnabled": True}
    made = call("ec2", "CreateVpcEndpoint", VpcId=vpc, ServiceName="com.amazonaws.us-east-1.ecr.api", **settings)["VpcEndpoint"]
    (found,) = call("ec2", "DescribeVpcEndpoints", VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"]
    assert made == found
    assert ([one["GroupId"] for one in found["Groups"]], found["PrivateDnsEnabled"], found["SubnetIds"]) == ([group], True, [subnet])
    (plain,) = own("ec2", "DescribeVpcEndpoints", VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"]
    assert "Groups" not in plain, "ministack shows them itself now"

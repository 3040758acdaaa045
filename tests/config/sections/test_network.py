"""Settings of the section network."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"nat_gateways": "two"}, "nat_gateways=two", "allowed: a whole number from 0 to 3"),
        ({"nat_gateways": "3"}, "nat_gateways=3", "allowed: 0 to 2, at most one per zone"),
        ({"enable_vpc_endpoints": "maybe"}, "enable_vpc_endpoints=maybe", "allowed: true or false"),
        ({"nat_type": "proxy"}, "nat_type=proxy", "allowed: gateway or instance"),
        ({"region": "eu-west-1"}, "region=eu-west-1", "allowed: ap-southeast-2"),
        (
            {"availability_zones": "ap-southeast-2a,us-east-1b"},
            "availability_zones=",
            "allowed: ap-southeast-2a, ap-southeast-2b, ap-southeast-2c",
        ),
        ({"cache_subnet_cidrs": "10.0.20.0/24,10.0.31.0/24"}, "cache_subnet_cidrs=", "overlaps a block of the database tier"),
        ({"cache_subnet_cidrs": "10.1.30.0/24,10.1.31.0/24"}, "cache_subnet_cidrs=", "allowed: blocks inside 10.0.0.0/16"),
        ({"cache_subnet_cidrs": "10.0.30.0/24"}, "cache_subnet_cidrs=10.0.30.0/24", "allowed: 2 blocks, one per zone"),
        ({"cache_subnet_cidrs": "10.0.30.0/24,10.0.40.0/24"}, "cache_subnet_cidrs=", "allowed: 2 adjacent blocks from 10.0.30.0/24"),
        ({"cache_subnet_cidrs": "10.0.4.0/24,10.0.5.0/24"}, "cache_subnet_cidrs=", "allowed: public, private, database, cache"),
        ({"cache_subnet_cidrs": "10.0.30.1/24,10.0.31.0/24"}, "cache_subnet_cidrs=", "allowed: network addresses such as 10.0.0.0/24"),
        ({"public_subnet_cidrs": "10.0.0.0/28,10.0.0.16/28"}, "public_subnet_cidrs=", "allowed: blocks of /27 or larger"),
        ({"nat_allocation_ids": "203.0.113.7"}, "nat_allocation_ids=203.0.113.7", "allowed: allocation ids such as eipalloc-"),
        ({"nat_allocation_ids": "eipalloc-01234567,eipalloc-01234567"}, "nat_allocation_ids=", "allowed: each address once"),
        (
            {"nat_allocation_ids": "eipalloc-01234567,eipalloc-12345678,eipalloc-23456789"},
            "nat_allocation_ids=",
            "allowed: at most 2, one for each zone",
        ),
        ({"egress_ports": "8443,9443"}, "egress_ports=8443,9443: AWS's own APIs answer on 443", "allowed: 443 and other ports"),
        ({"egress_ports": "443,9443,9443"}, "egress_ports=443,9443,9443: a port is listed more than once", "allowed: each port once"),
        ({"egress_ports": "443,0"}, "egress_ports=443,0", "allowed: 443 and at most five others"),
        ({"egress_ports": "443,65536"}, "egress_ports=443,65536", "allowed: 443 and at most five others"),
        ({"egress_ports": "443,8000-9000"}, "egress_ports=443,8000-9000", "allowed: 443 and at most five others"),
        ({"egress_ports": ""}, "egress_ports=", "allowed: 443 and at most five others"),
        ({"egress_ports": "443,1,2,3,4,5,6"}, "egress_ports=443,1,2,3,4,5,6", "allowed: 443 and at most five others"),
        ({"egress_ports": "443,465,587,993,995"}, "egress_ports=443,465,587,993,995: each port below 1024", "at most 3 other ports"),
        ({"egress_ports": "443,22"}, "egress_ports=443,22: 22 is SSH", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,25"}, "egress_ports=443,25: 25 is mail", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,445"}, "egress_ports=443,445: 445 is SMB", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,3389"}, "egress_ports=443,3389: 3389 is RDP", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,5432"}, "egress_ports=443,5432: 5432 is PostgreSQL's", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,6379"}, "egress_ports=443,6379: 6379 is Redis's", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,21"}, "egress_ports=443,21: 21 is FTP's", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,23"}, "egress_ports=443,23: 23 is Telnet's", "allowed: ports other than 20, 21, 22"),
        ({"egress_ports": "443,53"}, "egress_ports=443,53: 53 is DNS", "allowed: ports other than 20, 21, 22"),
        ({"vpc_cidr": "8.8.0.0/16"}, "vpc_cidr=8.8.0.0/16: these are addresses of others", "allowed: a block inside 10.0.0.0/8"),
        ({"vpc_cidr": "172.32.0.0/16"}, "vpc_cidr=172.32.0.0/16: these are addresses of others", "allowed: a block inside 10.0.0.0/8"),
        ({"vpc_cidr": "0.0.0.0/0"}, "vpc_cidr=0.0.0.0/0: these are addresses of others", "allowed: a block inside 10.0.0.0/8"),
        ({"vpc_cidr": "10.0.0.0/8"}, "vpc_cidr=10.0.0.0/8", "allowed: a prefix from /16 to /28"),
        ({"vpc_cidr": "the internet"}, "vpc_cidr=the internet", "allowed: an IPv4 CIDR block such as 10.0.0.0/16"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)

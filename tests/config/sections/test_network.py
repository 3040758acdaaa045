"""Settings of the section network."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"nat_gateways": "two"}, "nat_gateways=two", "allowed: a whole number from 1 to 3"),
        ({"nat_gateways": "3"}, "nat_gateways=3", "allowed: 1 to 2, at most one per zone"),
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
        ({"vpc_cidr": "10.0.0.0/8"}, "vpc_cidr=10.0.0.0/8", "allowed: a prefix from /16 to /28"),
        ({"vpc_cidr": "the internet"}, "vpc_cidr=the internet", "allowed: an IPv4 CIDR block such as 10.0.0.0/16"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)

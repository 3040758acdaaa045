"""What templates may hold of Amazon Route 53: the alias of the load balancer, where a hosted zone is set."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, refers_to, required, setting
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Route53::RecordSet": allowed(
        *required(
            setting("HostedZoneId", "hosted_zone_id"),
            setting("Name", "domain_name"),
            exactly("Type", "A"),
            refers_to("AliasTarget.DNSName", LOAD_BALANCER),
            refers_to("AliasTarget.HostedZoneId", LOAD_BALANCER),
        ),
        exact=True,
        ServiceStack=lambda config: 1 if config.load_balancer.hosted_zone_id and config.load_balancer.domain_name else 0,
    ),
}

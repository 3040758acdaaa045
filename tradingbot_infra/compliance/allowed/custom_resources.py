"""What templates may hold of custom resources of the CDK."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.lambda_functions import FUNCTION
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, matching, one, refers_to_the, required

ALLOWED: Mapping[str, AllowedType] = {
    "Custom::VpcRestrictDefaultSG": allowed(
        *required(
            # It is a call of the function, not a thing that is kept.
            exactly("@DeletionPolicy", "Delete"),
            exactly("@UpdateReplacePolicy", "Delete"),
            matching("Account", r"\$\{AWS::AccountId\}|\d{12}", "this account"),
            matching("DefaultSecurityGroupId", r"\$\{NetworkStack\.Vpc\w+\.DefaultSecurityGroup\}", "the VPC's default security group"),
            refers_to_the("ServiceToken", FUNCTION),
        ),
        exact=True,
        NetworkStack=one,
    ),
}

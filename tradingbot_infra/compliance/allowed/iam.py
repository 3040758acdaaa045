"""What templates may hold of IAM. Who may do what is in compliance/access/."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, free, judged

_BY_LIST = "access.permissions"
_NOTE = "a note for people"
_TAGS = "no policy of this design asks for a tag"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::IAM::ManagedPolicy": allowed(
        *free(_NOTE, "Description"),
        exactly("Path", "/"),
        *judged(_BY_LIST, "PolicyDocument.**"),
    ),
    "AWS::IAM::Role": allowed(
        *judged(_BY_LIST, "AssumeRolePolicyDocument.**", "ManagedPolicyArns[]"),
        *free(_NOTE, "Description"),
        *free(_TAGS, "Tags.**"),
    ),
    "AWS::IAM::InstanceProfile": allowed(
        *judged(_BY_LIST, "Roles[]"),
        exact=True,
        NetworkStack=lambda config: config.network.nat_gateways if config.network.nat_type == "instance" else 0,
    ),
}

"""Custom resources of CloudFormation that set what it has no type for: the account's own settings, a type each.

Each may be set again and again. A deletion leaves what was set, because a stack that goes must not loosen the account, and says so in its
answer and in the log. Nothing is needed besides Python and the boto3 of Lambda's runtime.
"""

import http.client
import json
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import boto3

MOST_CHARACTERS = 1000
"""Of a reason: CloudFormation takes an answer of 4,096 bytes."""

TIMEOUT_SECONDS = 30
"""Of the answer to CloudFormation."""

SPAN_LOG = "aws/spans"
"""X-Ray makes it, and nobody else can."""

SPAN_LOG_TRIES, SPAN_LOG_SECONDS = 9, 15
"""Two minutes for X-Ray to make it after transaction search was switched on. AWS promises none; it may wait for the first span."""

Properties = dict[str, Any]


def handler(event: dict[str, Any], _: object) -> None:
    """Sets what the event asks for, and answers CloudFormation at the address that it gave."""
    kind = event["ResourceType"]
    try:
        if event["RequestType"] == "Delete":
            status, reason = "SUCCESS", f"{kind.partition('::')[2]} stays as it is: a stack that goes does not loosen the account"
        else:
            wanted = {name: value for name, value in event["ResourceProperties"].items() if not name.startswith("Service")}
            status, reason = "SUCCESS", SETTERS[kind](wanted, event["StackId"].split(":")[4])
    except Exception as error:
        status, reason = "FAILED", f"{kind}: {error}"
    answer = {
        "Status": status,
        "Reason": reason[:MOST_CHARACTERS],
        "PhysicalResourceId": kind.partition("::")[2],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    sys.stdout.write(json.dumps({"type": kind, "request": event["RequestType"], "status": status, "reason": reason}) + "\n")
    _put(event["ResponseURL"], json.dumps(answer))


def password_policy(wanted: Properties, _: str) -> str:
    """What passwords of IAM users must have."""
    _client("iam").update_account_password_policy(**{name: _value(value) for name, value in wanted.items()})
    return "the password policy is set"


def s3_block(wanted: Properties, account: str) -> str:
    """No bucket of the account can be public, whatever its own settings are."""
    members = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    block = {name: _value(wanted[name]) for name in members}
    _client("s3control").put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block)
    return "S3 blocks public access for the whole account"


def ebs_encryption(wanted: Properties, _: str) -> str:
    """New volumes and copies of snapshots are encrypted."""
    return _everywhere(wanted, "new volumes are encrypted", lambda ec2: ec2.enable_ebs_encryption_by_default())


def instance_metadata(wanted: Properties, _: str) -> str:
    """New instances take requests for their metadata by tokens only, where whoever starts them says nothing."""
    choice = {name: wanted[name] for name in ("HttpTokens",)}
    return _everywhere(wanted, f"{choice} is set", lambda ec2: ec2.modify_instance_metadata_defaults(**choice))


def image_block(wanted: Properties, _: str) -> str:
    """Nobody shares an image with everybody."""
    state = wanted["State"]
    return _everywhere(wanted, state, lambda ec2: ec2.enable_image_block_public_access(ImageBlockPublicAccessState=state))


def snapshot_block(wanted: Properties, _: str) -> str:
    """Nobody shares a snapshot with everybody, and those that are shared already are so no more."""
    state = wanted["State"]
    return _everywhere(wanted, state, lambda ec2: ec2.enable_snapshot_block_public_access(State=state))


def inspector(wanted: Properties, account: str) -> str:
    """Inspector scans these types of resources."""
    found = _client("inspector2").enable(accountIds=[account], resourceTypes=wanted["ResourceTypes"])
    failed = found.get("failedAccounts") or []
    if failed:
        raise RuntimeError(f"Inspector: {failed[0].get('errorMessage') or failed[0].get('errorCode')}")
    return f"Inspector scans {', '.join(wanted['ResourceTypes'])}"


def security_contact(wanted: Properties, _: str) -> str:
    """Whom AWS writes to about the account's security."""
    names = ("Name", "Title", "EmailAddress", "PhoneNumber")
    _client("account").put_alternate_contact(AlternateContactType="SECURITY", **{name: wanted[name] for name in names})
    return "the security contact is set"


def default_vpcs(_: Properties, __: str) -> str:
    """No region keeps a default VPC that nobody uses. One that is used stays, and is named."""
    regions = sorted(region["RegionName"] for region in _client("ec2").describe_regions()["Regions"])
    said = [line for region in regions for line in _default_vpcs(region)]
    return "; ".join(said) or "no region has a default VPC"


def span_log(wanted: Properties, _: str) -> str:
    """Spans are encrypted with this key, and kept for these days. X-Ray makes their log group when it pleases."""
    logs = _client("logs")
    for number in range(SPAN_LOG_TRIES):
        if number:
            time.sleep(SPAN_LOG_SECONDS)
        try:
            # The key first: what was written before keeps the encryption that it had.
            logs.associate_kms_key(logGroupName=SPAN_LOG, kmsKeyId=wanted["KmsKeyId"])
            logs.put_retention_policy(logGroupName=SPAN_LOG, retentionInDays=_value(wanted["RetentionInDays"]))
        except logs.exceptions.ResourceNotFoundException:
            continue
        return f"{SPAN_LOG} has the key, and {wanted['RetentionInDays']} days"
    return f"{SPAN_LOG} is not there yet, so it has neither key nor days: `account status` says what sets them once it is"


SETTERS: dict[str, Callable[[Properties, str], str]] = {
    "Custom::AccountPasswordPolicy": password_policy,
    "Custom::S3AccountPublicAccessBlock": s3_block,
    "Custom::EbsEncryptionByDefault": ebs_encryption,
    "Custom::InstanceMetadataDefaults": instance_metadata,
    "Custom::ImageBlockPublicAccess": image_block,
    "Custom::SnapshotBlockPublicAccess": snapshot_block,
    "Custom::InspectorEnable": inspector,
    "Custom::SecurityContact": security_contact,
    "Custom::DefaultVpcRemoval": default_vpcs,
    "Custom::SpanLog": span_log,
}


def _default_vpcs(region: str) -> Iterator[str]:
    """Removes the region's default VPC, or says why it stays. A region that refuses to be read does not stop the others."""
    ec2 = _client("ec2", region)
    try:
        for vpc in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
            uses = ", ".join(_uses(ec2, vpc["VpcId"]))
            if not uses:
                _remove(ec2, vpc["VpcId"])
            yield f"{region}: {vpc['VpcId']} stays, it has {uses}" if uses else f"{region}: {vpc['VpcId']} is removed"
    except ec2.exceptions.ClientError as error:
        yield f"{region}: stays, {error.response['Error']['Code']}"


def _uses(ec2: Any, vpc: str) -> Iterator[str]:
    """What a VPC has besides what it was born with, so that nothing is removed by half."""
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    if ec2.describe_network_interfaces(Filters=of_vpc)["NetworkInterfaces"]:
        yield "network interfaces"
    if ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]:
        yield "endpoints"
    if any(group["GroupName"] != "default" for group in ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]):
        yield "security groups"
    tables = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
    if any(not any(each.get("Main") for each in table.get("Associations", [])) for table in tables):
        yield "route tables"


def _remove(ec2: Any, vpc: str) -> None:
    gateways = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]
    for gateway in gateways:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc)


def _everywhere(wanted: Properties, what: str, set_in: Callable[[Any], object]) -> str:
    for region in wanted["Regions"]:
        set_in(_client("ec2", region))
    return f"{', '.join(wanted['Regions'])}: {what}"


def _put(address: str, text: str) -> None:
    """Hands CloudFormation its answer, at an address of S3 that was signed without a type of content."""
    url = urllib.parse.urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("PUT", f"{url.path}?{url.query}", text.encode(), {"Content-Type": ""})
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise OSError(f"CloudFormation's address answers {response.status}")
    finally:
        connection.close()


def _client(service: Any, region: str | None = None) -> Any:
    return boto3.client(service, region_name=region)


def _value(text: Any) -> Any:
    """CloudFormation hands every value over as text."""
    lowered = str(text).lower()
    return lowered == "true" if lowered in {"true", "false"} else int(lowered)

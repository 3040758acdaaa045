"""Rules for S3, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import s3
from tradingbot_infra.compliance.status import Status

BUCKET_ARN = {"Fn::GetAtt": ["Bucket", "Arn"]}
OBJECTS = {"Fn::Join": ["", [BUCKET_ARN, "/*"]]}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "s3:*",
    "Resource": [BUCKET_ARN, OBJECTS],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
OWN_PATH = {"Fn::Join": ["", [BUCKET_ARN, "/load-balancer/AWSLogs/", {"Ref": "AWS::AccountId"}, "/*"]]}
KEY = resource("AWS::KMS::Key")
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}


def bucket(**properties: object) -> Body:
    return resource("AWS::S3::Bucket", properties)


def bucket_policy(*statements: object, of: object = None) -> Body:
    return resource("AWS::S3::BucketPolicy", {"Bucket": of or {"Ref": "Bucket"}, "PolicyDocument": {"Statement": list(statements)}})


def admits(service: str, **change: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "s3:PutObject", "Resource": OBJECTS, **change}


PARTITION = {"Ref": "AWS::Partition"}


def arn(name: object, objects: str = "", *, partition: object = "aws") -> dict[str, object]:
    return {"Fn::Join": ["", ["arn:", partition, ":s3:::", name, objects]]}


LOAD_BALANCER_LOGS = "logdelivery.elasticloadbalancing.amazonaws.com"
ALL_BLOCKED = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (ALL_BLOCKED, Status.PASS),
        ({**ALL_BLOCKED, "RestrictPublicBuckets": "true"}, Status.PASS),
        *(({**ALL_BLOCKED, member: False}, Status.FAIL) for member in ALL_BLOCKED),
        *(({name: True for name in ALL_BLOCKED if name != member}, Status.FAIL) for member in ALL_BLOCKED),
        (None, Status.FAIL),
        ({**ALL_BLOCKED, "BlockPublicAcls": {"Ref": "Block"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_bucket_blocks_every_public_access(block: object, status: Status) -> None:
    assembly = assembly_of({"Bucket": bucket(**({"PublicAccessBlockConfiguration": block} if block else {}))})
    assert judge(s3.public_block, assembly) == {"Bucket": status}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"Action": "*", "Principal": "*"}, Status.PASS),
        ({"Resource": [arn({"Ref": "Bucket"}), arn({"Ref": "Bucket"}, "/*")]}, Status.PASS),
        ({"Resource": [arn({"Ref": "Bucket"}, partition=PARTITION), arn({"Ref": "Bucket"}, "/*", partition=PARTITION)]}, Status.PASS),
        ({"Resource": [arn({"Ref": "Other"}), arn({"Ref": "Other"}, "/*")]}, Status.FAIL),
        ({"Action": "s3:GetObject"}, Status.FAIL),
        ({"Resource": [OBJECTS]}, Status.FAIL),
        ({"Resource": [BUCKET_ARN]}, Status.FAIL),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, Status.FAIL),
        ({"Effect": "Allow"}, Status.FAIL),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}}, Status.FAIL),
        ({"Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}, Status.FAIL),
    ],
)
def test_a_bucket_refuses_plain_http(change: dict[str, object], status: Status) -> None:
    assert judge(s3.tls, assembly_of({"Bucket": bucket(), "Policy": bucket_policy({**TLS_ONLY, **change})})) == {"Bucket": status}


def test_a_bucket_and_its_policy_may_be_named_instead() -> None:
    names = ["arn:aws:s3:::access-logs", "arn:aws:s3:::access-logs/*"]
    policy = bucket_policy({**TLS_ONLY, "Resource": names}, of="access-logs")
    assert judge(s3.tls, assembly_of({"Bucket": bucket(BucketName="access-logs"), "Policy": policy})) == {"Bucket": Status.PASS}


def test_a_bucket_without_a_policy_accepts_plain_http() -> None:
    of_nothing = resource("AWS::S3::BucketPolicy", {"PolicyDocument": {"Statement": [TLS_ONLY]}})
    assert judge(s3.tls, assembly_of({"Bucket": bucket()})) == {"Bucket": Status.FAIL}
    assert judge(s3.tls, assembly_of({"Bucket": bucket(), "Policy": of_nothing})) == {"Bucket": Status.FAIL}


def test_the_policy_of_another_bucket_does_not_count() -> None:
    resources = {"Bucket": bucket(), "Other": bucket(), "Policy": bucket_policy(TLS_ONLY, of={"Ref": "Other"})}
    assert judge(s3.tls, assembly_of(resources)) == {"Bucket": Status.FAIL, "Other": Status.FAIL}


def test_a_policy_of_an_unknown_bucket_is_undecided() -> None:
    policy = bucket_policy(TLS_ONLY, of={"Ref": "BucketParameter"})
    assert judge(s3.tls, assembly_of({"Bucket": bucket(), "Policy": policy})) == {"Bucket": Status.NOT_ASSESSED}


def encryption(**default: object) -> dict[str, object]:
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": default}]}}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        (encryption(SSEAlgorithm="aws:kms", KMSMasterKeyID=KEY_ARN), Status.PASS),
        (encryption(SSEAlgorithm="aws:kms:dsse", KMSMasterKeyID=KEY_ARN), Status.PASS),
        (encryption(SSEAlgorithm="aws:kms"), Status.FAIL),
        (encryption(SSEAlgorithm="aws:kms", KMSMasterKeyID={"Ref": "KeyParameter"}), Status.NOT_ASSESSED),
        (encryption(SSEAlgorithm="AES256"), Status.FAIL),
        ({}, Status.FAIL),
        ({"BucketEncryption": {"ServerSideEncryptionConfiguration": {"Ref": "Encryption"}}}, Status.FAIL),
        ({"BucketEncryption": {"ServerSideEncryptionConfiguration": {"Fn::If": ["Own", [], []]}}}, Status.NOT_ASSESSED),
    ],
)
def test_a_bucket_is_encrypted_under_a_customer_managed_key(properties: dict[str, object], status: Status) -> None:
    assert judge(s3.encrypted, assembly_of({"Key": KEY, "Bucket": bucket(**properties)})) == {"Bucket": status}


def test_the_bucket_of_a_log_service_is_no_case_of_its_own() -> None:
    written = {"Bucket": bucket(**encryption(SSEAlgorithm="AES256")), "Policy": bucket_policy(admits(LOAD_BALANCER_LOGS))}
    assert judge(s3.encrypted, assembly_of(written)) == {"Bucket": Status.FAIL}


VERSIONED = {"VersioningConfiguration": {"Status": "Enabled"}}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({**VERSIONED, "ObjectLockEnabled": True}, Status.PASS),
        (VERSIONED, Status.FAIL),
        ({"VersioningConfiguration": {"Status": "Suspended"}, "ObjectLockEnabled": True}, Status.FAIL),
        ({"ObjectLockEnabled": True}, Status.FAIL),
        ({**VERSIONED, "ObjectLockEnabled": {"Ref": "Lock"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_bucket_keeps_versions_and_can_lock_them(properties: dict[str, object], status: Status) -> None:
    assert judge(s3.versioned_locked, assembly_of({"Bucket": bucket(**properties)})) == {"Bucket": status}


@pytest.mark.parametrize(
    ("lock", "status"), [({}, Status.PASS), ({"ObjectLockEnabled": False}, Status.PASS), ({"ObjectLockEnabled": True}, Status.FAIL)]
)
def test_a_bucket_for_server_access_logs_is_not_locked(lock: dict[str, object], status: Status) -> None:
    policy = bucket_policy(admits("logging.s3.amazonaws.com"))
    assembly = assembly_of({"Bucket": bucket(**VERSIONED, **lock), "Policy": policy})
    assert judge(s3.versioned_locked, assembly) == {"Bucket": status}


@pytest.mark.parametrize(
    ("retention", "status"),
    [
        ({"Mode": "GOVERNANCE", "Days": 365}, Status.PASS),
        ({"Mode": "COMPLIANCE", "Years": 1}, Status.PASS),
        ({"Mode": "GOVERNANCE", "Days": 364}, Status.FAIL),
        (None, Status.FAIL),
        ({"Mode": "GOVERNANCE", "Days": {"Ref": "Days"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_trails_bucket_locks_for_a_year(retention: object, status: Status) -> None:
    lock = {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": retention}}} if retention else {}
    policy = bucket_policy(admits("cloudtrail.amazonaws.com"))
    assembly = assembly_of({"Bucket": bucket(**VERSIONED, ObjectLockEnabled=True, **lock), "Policy": policy})
    assert judge(s3.versioned_locked, assembly) == {"Bucket": status}


def expiry(**rule: object) -> dict[str, object]:
    return {"Status": "Enabled", **rule}


ALL_EXPIRE = expiry(ExpirationInDays=400, NoncurrentVersionExpiration={"NoncurrentDays": 365})


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([ALL_EXPIRE], Status.PASS),
        ([expiry(ExpirationInDays=365), expiry(NoncurrentVersionExpiration={"NoncurrentDays": 365})], Status.PASS),
        ([{**ALL_EXPIRE, "Prefix": ""}], Status.PASS),
        ([{**ALL_EXPIRE, "ExpirationInDays": 364}], Status.FAIL),
        ([{**ALL_EXPIRE, "NoncurrentVersionExpiration": {"NoncurrentDays": 364}}], Status.FAIL),
        ([expiry(ExpirationInDays=400)], Status.FAIL),
        ([expiry(NoncurrentVersionExpiration={"NoncurrentDays": 365})], Status.FAIL),
        ([{**ALL_EXPIRE, "Status": "Disabled"}], Status.FAIL),
        ([{**ALL_EXPIRE, "Prefix": "logs/"}], Status.FAIL),
        ([{**ALL_EXPIRE, "TagFilters": [{"Key": "short", "Value": "yes"}]}], Status.FAIL),
        ([{**ALL_EXPIRE, "ObjectSizeGreaterThan": 1}], Status.FAIL),
        ([{**ALL_EXPIRE, "ObjectSizeLessThan": 1000}], Status.FAIL),
        ([ALL_EXPIRE, expiry(ExpirationInDays=30, Prefix="logs/")], Status.FAIL),
        (None, Status.FAIL),
        ([{**ALL_EXPIRE, "ExpirationInDays": {"Ref": "Days"}}], Status.NOT_ASSESSED),
    ],
)
def test_objects_and_earlier_versions_live_a_year_and_then_expire(rules: object, status: Status) -> None:
    assembly = assembly_of({"Bucket": bucket(**({"LifecycleConfiguration": {"Rules": rules}} if rules else {}))})
    assert judge(s3.lifecycle, assembly) == {"Bucket": status}


def denies(**change: object) -> dict[str, object]:
    """Nobody deletes an object or a version."""
    return {"Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"], "Resource": OBJECTS, **change}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (denies(), Status.PASS),
        (denies(Principal={"AWS": "*"}, Action="s3:Delete*"), Status.PASS),
        (denies(Action="s3:DeleteObject"), Status.FAIL),
        (denies(Action="s3:DeleteObjectVersion"), Status.FAIL),
        (denies(Effect="Allow"), Status.FAIL),
        (denies(Principal={"AWS": "111122223333"}), Status.FAIL),
        ({**denies(), "Principal": None, "NotPrincipal": {"AWS": "111122223333"}}, Status.FAIL),
        (denies(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}), Status.FAIL),
        (denies(Resource={"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/load-balancer/*"]]}), Status.FAIL),
    ],
    ids=str,
)
def test_earlier_versions_may_go_early_where_nobody_may_delete(policy: dict[str, object], status: Status) -> None:
    rules = [{**ALL_EXPIRE, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]
    resources = {"Bucket": bucket(LifecycleConfiguration={"Rules": rules}), "Policy": bucket_policy(policy)}
    assert judge(s3.lifecycle, assembly_of(resources)) == {"Bucket": status}


def test_the_refusal_of_another_bucket_does_not_count() -> None:
    rules = [{**ALL_EXPIRE, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]
    other = {"Fn::Join": ["", [{"Fn::GetAtt": ["Other", "Arn"]}, "/*"]]}
    of_other = bucket_policy(denies(Resource=other), of={"Ref": "Other"})
    resources = {"Bucket": bucket(LifecycleConfiguration={"Rules": rules}), "Other": bucket(), "Policy": of_other}
    assert judge(s3.lifecycle, assembly_of(resources))["Bucket"] is Status.FAIL


@pytest.mark.parametrize(("days", "status"), [(365, Status.PASS), (30, Status.FAIL), ({"Ref": "Days"}, Status.NOT_ASSESSED)])
def test_earlier_versions_may_go_early_where_a_lock_holds_every_version_for_a_year(days: object, status: Status) -> None:
    rules = [{**ALL_EXPIRE, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]
    lock = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}}}
    assembly = assembly_of({"Bucket": bucket(LifecycleConfiguration={"Rules": rules}, ObjectLockConfiguration=lock)})
    assert judge(s3.lifecycle, assembly) == {"Bucket": status}


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ({"Ref": "Other"}, Status.PASS),
        ("the-security-teams-bucket", Status.PASS),
        ({"Ref": "Bucket"}, Status.FAIL),
        ({"Ref": "Key"}, Status.FAIL),
        (None, Status.FAIL),
        ({"Ref": "BucketParameter"}, Status.NOT_ASSESSED),
        ({"Fn::ImportValue": "logs"}, Status.NOT_ASSESSED),
    ],
)
def test_requests_to_a_bucket_are_logged_to_another(destination: object, status: Status) -> None:
    logging = {"LoggingConfiguration": {"DestinationBucketName": destination}} if destination else {}
    resources = {"Key": KEY, "Bucket": bucket(**logging), "Other": bucket()}
    assert judge(s3.access_logs, assembly_of(resources)) == {"Bucket": status, "Other": Status.FAIL}


@pytest.mark.parametrize(
    ("ownership", "status"),
    [
        ([{"ObjectOwnership": "BucketOwnerEnforced"}], Status.PASS),
        ([{"ObjectOwnership": "ObjectWriter"}], Status.FAIL),
        (None, Status.FAIL),
        ([{"ObjectOwnership": {"Ref": "Ownership"}}], Status.NOT_ASSESSED),
    ],
)
def test_a_bucket_has_no_access_control_lists(ownership: object, status: Status) -> None:
    assembly = assembly_of({"Bucket": bucket(**({"OwnershipControls": {"Rules": ownership}} if ownership else {}))})
    assert judge(s3.no_acl, assembly) == {"Bucket": status}


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        (admits(LOAD_BALANCER_LOGS, Resource=OWN_PATH), Status.PASS),
        (admits(LOAD_BALANCER_LOGS, Resource="arn:aws:s3:::logs/AWSLogs/111122223333/*"), Status.PASS),
        (admits(LOAD_BALANCER_LOGS), Status.FAIL),
        (admits(LOAD_BALANCER_LOGS, Resource="arn:aws:s3:::logs/AWSLogs/*"), Status.FAIL),
        (admits("cloudtrail.amazonaws.com", Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}), Status.PASS),
        (admits("cloudtrail.amazonaws.com", Condition={"StringNotEquals": {"aws:SourceAccount": "111122223333"}}), Status.FAIL),
        ({**admits("any"), "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}, Status.PASS),
        ({**admits("any"), "Principal": {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}}}, Status.PASS),
        ({**admits("any"), "Principal": {"AWS": "arn:aws:iam::999988887777:root"}}, Status.FAIL),
        ({**admits("any"), "Principal": "*"}, Status.FAIL),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::999988887777:root"}, "Resource": OWN_PATH}, Status.FAIL),
        ({**admits("any"), "Principal": {"AWS": {"Ref": "Account"}}}, Status.NOT_ASSESSED),
        ({**admits(LOAD_BALANCER_LOGS), "Resource": [OWN_PATH, OBJECTS]}, Status.FAIL),
        ({**admits(LOAD_BALANCER_LOGS), "Resource": []}, Status.FAIL),
        ({**admits("any"), "Principal": {"AWS": [{"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::999988887777:root"]}}, Status.FAIL),
        (admits(LOAD_BALANCER_LOGS, Resource={"Ref": "Path"}), Status.NOT_ASSESSED),
        (admits("cloudtrail.amazonaws.com", Condition={"StringEquals": {"aws:SourceAccount": {"Ref": "Account"}}}), Status.NOT_ASSESSED),
    ],
)
def test_a_bucket_policy_admits_this_account_and_services_on_its_behalf(statement: object, status: Status) -> None:
    policy = bucket_policy(TLS_ONLY, statement, of="logs")
    assembly = assembly_of({"Role": resource("AWS::IAM::Role"), "Bucket": bucket(), "Policy": policy})
    assert judge(s3.no_acl, assembly)["Policy"] is status


@pytest.mark.parametrize(
    ("enabled", "status"),
    [(True, Status.PASS), ("true", Status.PASS), (False, Status.FAIL), (None, Status.FAIL), ({"Ref": "Events"}, Status.NOT_ASSESSED)],
)
def test_a_bucket_sends_its_events(enabled: object, status: Status) -> None:
    notification = {} if enabled is None else {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": enabled}}}
    assert judge(s3.events, assembly_of({"Bucket": bucket(**notification)})) == {"Bucket": status}

"""What an account keeps outside of any stack: contacts, S3's block, Inspector. Each test has an account of its own."""

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

CONTACT = {"Name": "Ops", "Title": "Engineer", "EmailAddress": "ops@example.com", "PhoneNumber": "+82 2 0000 0000"}
ALL = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)

pytestmark = pytest.mark.usefixtures("account")


def test_an_alternate_contact_is_kept_written_over_and_deleted() -> None:
    call("account", "PutAlternateContact", AlternateContactType="SECURITY", **CONTACT)
    call("account", "PutAlternateContact", AlternateContactType="SECURITY", **{**CONTACT, "Name": "Security"})
    shown = call("account", "GetAlternateContact", AlternateContactType="SECURITY")["AlternateContact"]
    assert shown == {**CONTACT, "Name": "Security", "AlternateContactType": "SECURITY"}
    call("account", "DeleteAlternateContact", AlternateContactType="SECURITY")
    with pytest.raises(LocalApiError) as raised:
        call("account", "GetAlternateContact", AlternateContactType="SECURITY")
    assert (raised.value.code, raised.value.status) == ("ResourceNotFoundException", 404)


def test_a_contact_of_another_type_is_not_found() -> None:
    call("account", "PutAlternateContact", AlternateContactType="SECURITY", **CONTACT)
    with pytest.raises(LocalApiError):
        call("account", "GetAlternateContact", AlternateContactType="BILLING")


def test_an_account_has_no_block_of_public_access_until_it_is_put(account: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("s3control", "GetPublicAccessBlock", AccountId=account)
    assert raised.value.code == "NoSuchPublicAccessBlockConfiguration"
    call("s3control", "PutPublicAccessBlock", AccountId=account, PublicAccessBlockConfiguration=ALL)
    assert call("s3control", "GetPublicAccessBlock", AccountId=account)["PublicAccessBlockConfiguration"] == ALL


def test_what_a_block_leaves_out_is_off_and_a_deleted_block_is_gone(account: str) -> None:
    call("s3control", "PutPublicAccessBlock", AccountId=account, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    shown = call("s3control", "GetPublicAccessBlock", AccountId=account)["PublicAccessBlockConfiguration"]
    assert [name for name, on in shown.items() if on] == ["BlockPublicAcls"]
    call("s3control", "DeletePublicAccessBlock", AccountId=account)
    with pytest.raises(LocalApiError):
        call("s3control", "GetPublicAccessBlock", AccountId=account)


def test_the_block_of_another_account_is_denied() -> None:
    with pytest.raises(LocalApiError) as raised:
        call("s3control", "PutPublicAccessBlock", AccountId="999999999999", PublicAccessBlockConfiguration=ALL)
    assert raised.value.code == "AccessDenied"


def inspected() -> dict[str, str]:
    (found,) = call("inspector2", "BatchGetAccountStatus")["accounts"]
    return {"account": found["state"]["status"], **{name: state["status"] for name, state in found["resourceState"].items()}}


def test_inspector_is_on_for_what_it_was_enabled_for() -> None:
    assert set(inspected().values()) == {"DISABLED"}
    for _ in range(2):
        call("inspector2", "Enable", resourceTypes=["ECR"])
    assert {name for name, status in inspected().items() if status == "ENABLED"} == {"account", "ecr"}
    call("inspector2", "Disable", resourceTypes=["ECR"])
    assert set(inspected().values()) == {"DISABLED"}


def test_inspector_finds_nothing_where_ministack_would_invent_images() -> None:
    call("inspector2", "Enable", resourceTypes=["ECR"])
    assert call("inspector2", "ListFindings")["findings"] == []
    own("inspector2", "Enable", resourceTypes=["ECR"])
    assert len(own("inspector2", "ListFindings")["findings"]) > 0


def test_iam_has_no_server_certificates_and_ministack_does_not_know_them() -> None:
    assert call("iam", "ListServerCertificates")["ServerCertificateMetadataList"] == []
    with pytest.raises(LocalApiError):
        own("iam", "ListServerCertificates")

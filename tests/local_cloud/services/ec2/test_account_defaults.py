"""Settings of EC2 for an account and region, each test in an account of its own."""

import pytest
from ministack.core.responses import request_scope

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.usefixtures("account")


def test_volumes_are_not_encrypted_by_default_until_somebody_says_so(account: str) -> None:
    assert call("ec2", "GetEbsEncryptionByDefault")["EbsEncryptionByDefault"] is False
    assert call("ec2", "EnableEbsEncryptionByDefault")["EbsEncryptionByDefault"] is True
    assert call("ec2", "GetEbsEncryptionByDefault")["EbsEncryptionByDefault"] is True
    with request_scope(account, "us-east-1"):
        assert call("ec2", "GetEbsEncryptionByDefault")["EbsEncryptionByDefault"] is False
    assert call("ec2", "DisableEbsEncryptionByDefault")["EbsEncryptionByDefault"] is False


def test_metadata_defaults_keep_what_a_change_does_not_name() -> None:
    assert call("ec2", "GetInstanceMetadataDefaults")["AccountLevel"] == {"ManagedBy": "account"}
    call("ec2", "ModifyInstanceMetadataDefaults", HttpTokens="required", HttpPutResponseHopLimit=2)
    call("ec2", "ModifyInstanceMetadataDefaults", HttpPutResponseHopLimit=-1, InstanceMetadataTags="disabled")
    shown = call("ec2", "GetInstanceMetadataDefaults")["AccountLevel"]
    assert shown == {"HttpTokens": "required", "InstanceMetadataTags": "disabled", "ManagedBy": "account"}
    call("ec2", "ModifyInstanceMetadataDefaults", HttpTokens="no-preference")
    assert "HttpTokens" not in call("ec2", "GetInstanceMetadataDefaults")["AccountLevel"]


def test_images_are_blocked_in_a_new_account_and_can_be_unblocked() -> None:
    assert call("ec2", "GetImageBlockPublicAccessState")["ImageBlockPublicAccessState"] == "block-new-sharing"
    call("ec2", "DisableImageBlockPublicAccess")
    assert call("ec2", "GetImageBlockPublicAccessState")["ImageBlockPublicAccessState"] == "unblocked"
    call("ec2", "EnableImageBlockPublicAccess", ImageBlockPublicAccessState="block-new-sharing")
    assert call("ec2", "GetImageBlockPublicAccessState")["ImageBlockPublicAccessState"] == "block-new-sharing"


def test_snapshots_are_open_in_a_new_account_and_can_be_blocked() -> None:
    assert call("ec2", "GetSnapshotBlockPublicAccessState")["State"] == "unblocked"
    assert call("ec2", "EnableSnapshotBlockPublicAccess", State="block-all-sharing")["State"] == "block-all-sharing"
    assert call("ec2", "GetSnapshotBlockPublicAccessState")["State"] == "block-all-sharing"
    assert call("ec2", "DisableSnapshotBlockPublicAccess")["State"] == "unblocked"


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LocalApiError) as raised:
        call("ec2", "EnableSnapshotBlockPublicAccess", State="unblocked")
    assert raised.value.code == "InvalidParameterValue"

"""CloudTrail trails of stacks."""

from typing import Any

import pytest

from tests.local_cloud.handlers.resources import NEW_TAGS, TAGS, create, delete, update
from tests.local_cloud.services.trails.audit import Audit
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

TRAIL = "AWS::CloudTrail::Trail"
ADVANCED = [{"Name": "management", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]


def properties(audit: Audit, **more: object) -> dict[str, Any]:
    """A trail as a template writes it, with booleans as text too."""
    return {"TrailName": audit.name, "S3BucketName": audit.name, "IsLogging": True, "IsMultiRegionTrail": "true", **more}


def trail(name: str) -> dict[str, Any]:
    return dict(call("cloudtrail", "GetTrail", Name=name)["Trail"])


def is_logging(name: str) -> bool:
    return bool(call("cloudtrail", "GetTrailStatus", Name=name)["IsLogging"])


def tags(arn: str) -> list[dict[str, str]]:
    (found,) = call("cloudtrail", "ListTags", ResourceIdList=[arn])["ResourceTagList"]
    return list(found["TagsList"])


def test_a_trail_is_made_as_its_template_says() -> None:
    audit = Audit()
    wanted = properties(
        audit,
        **audit.to_logs,
        KMSKeyId=audit.key,
        EnableLogFileValidation=True,
        AdvancedEventSelectors=ADVANCED,
        InsightSelectors=[{"InsightType": "ApiErrorRateInsight"}],
        Tags=TAGS,
    )
    name, attributes = create(TRAIL, wanted)
    assert (name, attributes) == (audit.name, {"Arn": audit.trail_arn, "SnsTopicArn": ""})
    made = trail(name)
    assert (made["IsMultiRegionTrail"], made["LogFileValidationEnabled"], made["KmsKeyId"]) == (True, True, audit.key)
    assert {key: made[key] for key in audit.to_logs} == audit.to_logs
    assert call("cloudtrail", "GetEventSelectors", TrailName=name)["AdvancedEventSelectors"] == ADVANCED
    assert call("cloudtrail", "GetInsightSelectors", TrailName=name)["InsightSelectors"] == wanted["InsightSelectors"]
    assert (is_logging(name), tags(audit.trail_arn)) == (True, TAGS)


def test_a_trail_without_a_name_has_one_of_its_own_and_its_topic_has_an_arn() -> None:
    audit = Audit()
    audit.let_the_bucket(*({**one, "Condition": {}} for one in audit.bucket_statements()[:2]))
    wanted = {**properties(audit, SnsTopicName="security"), "TrailName": None}
    del wanted["TrailName"]
    name, attributes = create(TRAIL, wanted)
    assert name.startswith("lab-Logical-")
    assert attributes["SnsTopicArn"] == f"arn:aws:sns:{audit.region}:000000000000:security"


def test_a_trail_changes_in_place_and_what_the_template_no_longer_says_is_gone() -> None:
    audit = Audit()
    old = properties(audit, **audit.to_logs, KMSKeyId=audit.key, AdvancedEventSelectors=ADVANCED, Tags=TAGS)
    name, _ = create(TRAIL, old)
    new = properties(audit, IsLogging=False, EnableLogFileValidation=True, Tags=NEW_TAGS)
    assert update(TRAIL, name, old, new) == name
    made = trail(name)
    assert made["LogFileValidationEnabled"] is True
    assert not made.keys() & {*audit.to_logs, "KmsKeyId"}
    assert not call("cloudtrail", "GetEventSelectors", TrailName=name).get("AdvancedEventSelectors")
    assert (is_logging(name), tags(audit.trail_arn)) == (False, NEW_TAGS)


def test_a_change_that_the_bucket_does_not_admit_is_refused() -> None:
    audit = Audit()
    old = properties(audit)
    name, _ = create(TRAIL, old)
    with pytest.raises(LocalApiError) as refused:
        update(TRAIL, name, old, properties(audit, S3KeyPrefix="elsewhere"))
    assert refused.value.code == "InsufficientS3BucketPolicyException"


def test_a_name_that_a_trail_has_is_refused_and_a_deleted_trail_deletes_quietly() -> None:
    audit = Audit()
    name, _ = create(TRAIL, properties(audit))
    with pytest.raises(LocalApiError) as refused:
        create(TRAIL, properties(audit))
    assert refused.value.code == "TrailAlreadyExistsException"
    for _ in range(2):
        delete(TRAIL, name, properties(audit))
    with pytest.raises(LocalApiError):
        trail(name)

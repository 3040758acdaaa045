"""Service-linked roles are created before a deployment needs them, and once."""

import pytest
from botocore.exceptions import ClientError

from tests.operations.preflight.conftest import plan_of, with_types
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.design.service_linked_roles import ROLES
from tradingbot_infra.operations.preflight.service_linked_roles import create_missing, exist
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome

CLUSTER, VAULT = "AWS::ECS::Cluster", "AWS::Backup::BackupPlan"


@pytest.mark.local_cloud
def test_a_new_account_lacks_them_and_gets_each_once(session: Session) -> None:
    plan = plan_of(session, with_types(CLUSTER, VAULT))
    (finding,) = exist(plan)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "missing: AWSServiceRoleForECS, AWSServiceRoleForBackup")
    assert plain(finding.next_step) == "tradingbot preflight --create-service-linked-roles --env production"
    assert create_missing(plan) == ("AWSServiceRoleForECS", "AWSServiceRoleForBackup")
    assert create_missing(plan) == ()
    assert [found.outcome for found in exist(plan)] == [Outcome.PASS]
    role = session.iam.get_role(RoleName="AWSServiceRoleForECS")["Role"]
    assert role["Path"] == "/aws-service-role/ecs.amazonaws.com/"


@pytest.mark.local_cloud
def test_the_local_cloud_knows_every_one_and_refuses_a_second_as_aws_does(session: Session) -> None:
    create_missing(plan_of(session, with_types(*(role.type for role in ROLES))))
    for role in ROLES:
        with pytest.raises(ClientError, match="has been taken in this account") as refused:
            session.iam.create_service_linked_role(AWSServiceName=role.principal)
        assert refused.value.response["Error"]["Code"] == "InvalidInput"


def test_a_role_of_a_service_that_the_templates_do_not_use_is_neither_asked_for_nor_created() -> None:
    with boto3_client("iam") as (iam, _):
        plan = plan_of(session_over(iam=iam), with_types("AWS::SNS::Topic"))
        assert create_missing(plan) == ()
        assert [found.outcome for found in exist(plan)] == [Outcome.PASS]


def test_a_role_that_somebody_else_created_meanwhile_is_no_error() -> None:
    with boto3_client("iam") as (iam, stubber):
        stubber.add_client_error("get_role", "NoSuchEntity")
        message = "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix."
        stubber.add_client_error("create_service_linked_role", "InvalidInput", message)
        assert create_missing(plan_of(session_over(iam=iam), with_types(CLUSTER))) == ()


@pytest.mark.parametrize(("code", "message"), [("AccessDenied", "not authorized"), ("InvalidInput", "no such service")])
def test_any_other_refusal_is_an_error(code: str, message: str) -> None:
    with boto3_client("iam") as (iam, stubber):
        stubber.add_client_error("get_role", "NoSuchEntity")
        stubber.add_client_error("create_service_linked_role", code, message)
        with pytest.raises(ClientError, match=message):
            create_missing(plan_of(session_over(iam=iam), with_types(CLUSTER)))


def test_each_role_is_listed_once() -> None:
    assert len({role.name for role in ROLES}) == len({role.type for role in ROLES}) == len(ROLES)

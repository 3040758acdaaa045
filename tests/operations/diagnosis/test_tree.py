"""How a symptom's checks are gone through, and what comes out first."""

from functools import partial

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from tests.operations.diagnosis.planted import facts
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.symptoms import SYMPTOMS
from tradingbot_infra.operations.diagnosis.tree import Check, SkippedCheck, Symptom, diagnose
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.verdict import NotAssessed


def checks(**found: Diagnosed | Exception) -> Symptom:
    """A symptom whose checks find this, in this order."""

    def finding(result: Diagnosed | Exception, _: Facts) -> Diagnosed:
        if isinstance(result, Exception):
            raise result
        return result

    return Symptom(SymptomName.DATABASE, tuple(Check(name, partial(finding, result)) for name, result in found.items()))


def a_cause(name: str, certainty: Certainty) -> Cause:
    return Cause(
        id=name, title=name, certainty=certainty, evidence=("seen",), fix=("aws rds start-db-instance --db-instance-identifier x",)
    )


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeDBInstances")


def test_the_surest_cause_stands_first_and_equals_in_the_trees_order() -> None:
    symptom = checks(
        a=a_cause("a", Certainty.POSSIBLE),
        b=a_cause("b", Certainty.CERTAIN),
        c=a_cause("c", Certainty.LIKELY),
        d=a_cause("d", Certainty.CERTAIN),
    )
    assert [cause.id for cause in diagnose(symptom, facts()).causes] == ["b", "d", "c", "a"]


def test_what_was_looked_at_is_told_with_its_figure_and_what_could_not_be_is_not_among_it() -> None:
    found = diagnose(checks(sound=None, counted=Normal("2 of 2"), dark=NotAssessed("nobody knows")), facts())
    assert found.looked_at == ("sound", "counted: 2 of 2")
    assert found.not_assessed == (SkippedCheck("dark", "nobody knows"),)
    assert found.causes == ()


def test_a_missing_permission_is_named_and_the_other_checks_go_on() -> None:
    denied = refusal("AccessDenied", "User: x is not authorized to perform: rds:DescribeDBInstances on resource: y")
    found = diagnose(checks(denied=denied, next=a_cause("next", Certainty.LIKELY)), facts())
    assert found.not_assessed == (SkippedCheck("denied", "these credentials may not do rds:DescribeDBInstances"),)
    assert [cause.id for cause in found.causes] == ["next"]


def test_what_the_endpoint_does_not_offer_or_does_not_stand_is_not_assessed() -> None:
    found = diagnose(checks(api=refusal("501", ""), absent=NotAnswered("no such service: deploy first")), facts())
    assert [each.why for each in found.not_assessed] == ["the endpoint does not offer DescribeDBInstances", "no such service: deploy first"]


@pytest.mark.parametrize("code", ["DBInstanceNotFound", "ResourceNotFoundException", "InvalidVpcID.NotFound"])
def test_what_somebody_deleted_is_not_assessed_and_the_other_checks_go_on(code: str) -> None:
    found = diagnose(checks(gone=refusal(code, "no such thing"), next=a_cause("next", Certainty.LIKELY)), facts())
    assert found.not_assessed == (SkippedCheck("gone", "what DescribeDBInstances asks for does not exist any more"),)
    assert [cause.id for cause in found.causes] == ["next"]


@pytest.mark.parametrize("error", [NoCredentialsError(), refusal("ExpiredToken", "expired"), refusal("ThrottlingException", "slow")])
def test_without_credentials_or_network_there_is_no_diagnosis(error: Exception) -> None:
    with pytest.raises(type(error)):
        diagnose(checks(broken=error), facts())


def test_there_is_a_tree_for_every_symptom_and_no_check_stands_twice_in_it() -> None:
    assert list(SYMPTOMS) == list(SymptomName)
    for symptom in SYMPTOMS.values():
        names = [check.looks_at for check in symptom.checks]
        assert len(names) == len(set(names))

"""What runs is an image of the repository, the one that its tag names."""

from dataclasses import replace

import pytest

from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tests.operations.verification.standing import NO_SERVICE, REPOSITORY, outcomes, service, told, without
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.image_expiry import Expiry, Spared
from tradingbot_infra.operations.live.repository import StoredImage, read_repository
from tradingbot_infra.operations.live.service import Task
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.image import PLACEHOLDER, ours, remains, same, stored

(ITEM,) = (item for item in AFTER_DEPLOYMENT.items if item.id == "image-in-repository")
TAGGED = f"{REPOSITORY.uri}:1.4.2"
DIGEST, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
IMAGE, INDEX = StoredImage(DIGEST, index=False), StoredImage(DIGEST, index=True)


@pytest.mark.parametrize("image_tag", [None, "1.4.2"])
def test_an_image_of_the_repository_passes(image_tag: str | None) -> None:
    assert told(ours(TAGGED, REPOSITORY, image_tag, local=False)) == [(Outcome.PASS, "the service names 1.4.2")]


def test_another_tag_than_the_settings_choose_fails() -> None:
    finding = ours(TAGGED, REPOSITORY, "1.5.0", local=False)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "1.4.2 runs, and the settings choose image_tag=1.5.0")
    assert plain(finding.next_step) == "tradingbot deploy --env production"


def test_the_placeholder_fails_and_leads_to_the_first_image() -> None:
    finding = ours(PLACEHOLDER_IMAGE, REPOSITORY, None, local=False)
    assert finding.outcome is Outcome.FAIL
    assert plain(finding.next_step) == "tradingbot deploy --image PATH --tag TAG --env production"


def test_the_placeholder_is_not_checkable_on_the_local_cloud_unless_an_image_is_set() -> None:
    assert outcomes(ours(PLACEHOLDER_IMAGE, REPOSITORY, None, local=True)) == {Outcome.NOT_ASSESSED}
    assert outcomes(ours(PLACEHOLDER_IMAGE, REPOSITORY, "1.4.2", local=True)) == {Outcome.FAIL}


def test_an_image_of_somebody_else_fails_everywhere() -> None:
    for local in (False, True):
        finding = ours("registry.example.com/miner:1", REPOSITORY, None, local=local)
        assert (finding.outcome, finding.found) == (
            Outcome.FAIL,
            "registry.example.com/miner:1 runs, which is no image of the repository",
        )
        assert plain(finding.next_step) == plain(revert("service"))


def test_the_placeholder_is_known_by_its_name() -> None:
    assert PLACEHOLDER_IMAGE.startswith(PLACEHOLDER)


def test_an_image_that_the_repository_has_passes() -> None:
    assert told(stored(TAGGED, IMAGE)) == [(Outcome.PASS, f"the repository has 1.4.2, {DIGEST}")]


def test_an_image_that_is_not_in_the_repository_fails() -> None:
    finding = stored(TAGGED, None)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "1.4.2 is not in the repository")
    push, roll = plain(finding.next_step).split(", then ")
    assert push == "`tradingbot image push PATH --tag 1.4.2 --env production`"
    assert roll == "`tradingbot restart --env production`"


@pytest.mark.parametrize(
    ("pushes", "outcome", "found"),
    [
        (None, Outcome.PASS, "1.4.2 does not expire"),
        (4, Outcome.PASS, "1.4.2 expires after 4 more pushes, and then no new task can start"),
        (3, Outcome.FAIL, "1.4.2 expires after 3 more pushes, and then no new task can start"),
        (1, Outcome.FAIL, "1.4.2 expires with the next push, and then no new task can start"),
        (0, Outcome.FAIL, "1.4.2 expires within a day, and then no new task can start"),
    ],
)
def test_an_image_that_the_lifecycle_policy_will_take_fails_before_it_does(pushes: int | None, outcome: Outcome, found: str) -> None:
    finding = remains(Expiry("1.4.2", pushes))
    assert (finding.outcome, finding.found) == (outcome, found)
    if outcome is Outcome.FAIL:
        assert plain(finding.next_step) == "`tradingbot deploy --tag 1.4.2 --env production` marks it as deployed, which spares it"


def test_tasks_that_run_the_digest_of_the_tag_pass() -> None:
    assert told(same({"a/1": DIGEST, "a/2": DIGEST}, IMAGE)) == [(Outcome.PASS, "2 of 2 tasks run that digest")]


def test_a_task_that_runs_another_digest_fails_by_its_id() -> None:
    (finding,) = same({"a/1": DIGEST, "a/2": OTHER}, IMAGE)
    assert (finding.outcome, plain(finding.next_step)) == (Outcome.FAIL, "tradingbot restart --env production")
    assert finding.found == f"task 2 runs {OTHER}, which is not what the tag names now"


def test_a_digest_that_is_not_told_is_not_checkable() -> None:
    assert outcomes(same({"a/1": ""}, IMAGE)) == {Outcome.NOT_ASSESSED}


def test_one_architecture_of_an_index_may_have_a_digest_of_its_own() -> None:
    assert outcomes(same({"a/1": OTHER}, INDEX)) == {Outcome.NOT_ASSESSED}
    assert outcomes(same({"a/1": DIGEST}, INDEX)) == {Outcome.PASS}


def test_no_task_has_no_digest() -> None:
    assert list(same({}, IMAGE)) == []


class TestAnAccount:
    """The item over planted facts."""

    @staticmethod
    def look(facts: Facts) -> list[tuple[Outcome, str]]:
        """What is found."""
        return told(examine(AFTER_DEPLOYMENT, ITEM, facts))

    def test_digests_of_running_tasks_only_count(self, account: Facts) -> None:
        account.service, account.image = service(), IMAGE
        account.repository = replace(REPOSITORY, spares=(Spared("1.4.2", 1),))
        account.running = (task("1", "RUNNING", DIGEST), task("2", "PROVISIONING", ""))
        assert self.look(account) == [
            (Outcome.PASS, "the service names 1.4.2"),
            (Outcome.PASS, f"the repository has 1.4.2, {DIGEST}"),
            (Outcome.PASS, "1.4.2 does not expire"),
            (Outcome.PASS, "1 of 1 task runs that digest"),
        ]

    def test_no_repository_fails(self, account: Facts) -> None:
        account.service = service()
        with boto3_client("ecr") as (ecr, stubber), boto3_client("sts") as (sts, identity):
            stubber.add_client_error("describe_repositories", "RepositoryNotFoundException")
            identity.add_response("get_caller_identity", {"Account": "000000000000"})
            with pytest.raises(Missing) as raised:
                read_repository(session_over(ecr=ecr, sts=sts), Names(project="tradingbot-ai", environment="production"))
        missing = raised.value
        assert missing.fix == revert("data"), "a plain deployment restores nothing that was deleted by hand"
        assert self.look(without(account, "repository", missing)) == [(Outcome.FAIL, "tradingbot-ai-production: no such repository")]

    def test_no_service_fails(self, account: Facts) -> None:
        account.repository = REPOSITORY
        assert self.look(without(account, "service", NO_SERVICE)) == [(Outcome.FAIL, "tradingbot-ai-production-service: no such service")]


def task(number: str, status: str, digest: str) -> Task:
    """A task."""
    return Task(number, f"a/{number}", status, "", "", "", "", None, None, "", "", digest)

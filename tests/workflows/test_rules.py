"""The workflows follow the rules of this project, and each rule finds what breaks it."""

from collections.abc import Callable, Iterator

import pytest

from tests.workflows import rules
from tests.workflows.files import Files, read, steps

Rule = Callable[[Files], Iterator[str]]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_workflows_follow_the_rule(rule: Rule) -> None:
    assert list(rule(read())) == []


def test_the_steps_and_their_commands_are_read() -> None:
    found = [command for step in steps(read()) for command in step.commands]
    assert ["make", "unit"] in found
    assert ["tradingbot", "deploy", "--env", "$ENVIRONMENT", "--go-back", "--tag", "$TAG", "--digest", "$DIGEST", "--yes"] in found
    assert ["cdk", "drift", "-c", "env=$ENVIRONMENT", "--fail", "--ci", "--no-color", "--no-notices"] in found


@pytest.mark.parametrize(
    ("rule", "file", "old", "new"),
    [
        (rules.actions_are_pinned, "workflows/image.yml", "@37fe631027851001ddb9b187196cc803df7f5f0e # v4.3.0", "@v4"),
        (rules.actions_are_pinned, "workflows/image.yml", "# v4.3.0", ""),
        (rules.actions_are_pinned, "workflows/test.yml", "3d3c42e5aac5ba805825da76410c181273ba90b1", "0" * 40),
        (rules.actions_are_pinned, "workflows/test.yml", "$/.github/actions/setup", "./.github/actions/setup"),
        (rules.actions_are_pinned, "workflows/deploy.yml", "$/.github/workflows/release.yml", "$/.github/workflows/releases.yml"),
        (rules.rights_are_given_by_job, "workflows/nightly.yml", "permissions: {}", "permissions: read-all"),
        (rules.rights_are_given_by_job, "workflows/test.yml", "      pull-requests: write", "      contents: write"),
        (rules.rights_are_given_by_job, "workflows/checks.yml", "      contents: read", "      id-token: write"),
        (rules.rights_are_given_by_job, "workflows/release.yml", "    permissions:\n      issues: write\n", ""),
        (rules.jobs_end, "workflows/release.yml", "    timeout-minutes: 350\n", ""),
        (rules.jobs_end, "workflows/release.yml", "timeout-minutes: 350", "timeout-minutes: 700"),
        (rules.scripts_hold_no_expressions, "workflows/image.yml", '-c "$TEST"', '-c "${{ inputs.test }}"'),
        (rules.scripts_hold_no_expressions, "actions/notify/action.yml", '--title "$TITLE"', '--title "${{ inputs.title }}"'),
        (rules.checkouts_leave_no_token, "workflows/release.yml", "persist-credentials: false", "fetch-depth: 1"),
        (rules.nobody_outside_gets_rights, "workflows/test.yml", "  pull_request:\n", "  pull_request_target:\n"),
        (rules.nobody_outside_gets_rights, "workflows/test.yml", "vars.CODE_SCANNING", "vars.READ_ROLE_ARN"),
        (rules.nobody_outside_gets_rights, "workflows/deploy.yml", "${{ vars.IMAGE_TEST }}", "${{ secrets.IMAGE_TEST }}"),
        (rules.deployments_wait_for_each_other, "workflows/release.yml", "    environment: ${{ inputs.environment }}\n", ""),
        (rules.deployments_wait_for_each_other, "workflows/release.yml", "cancel-in-progress: false", "cancel-in-progress: true"),
        (rules.deployments_wait_for_each_other, "workflows/deploy.yml", "  group: deploy\n", "  group: deploy-${{ github.sha }}\n"),
        (rules.deployments_wait_for_each_other, "workflows/deploy.yml", "needs.staging.result == 'success'", "true"),
        (rules.deployments_wait_for_each_other, "workflows/deploy.yml", "needs.checks.result == 'success'", "true"),
        (rules.deployments_wait_for_each_other, "workflows/deploy.yml", "environment: production", "environment: produktion"),
        (rules.commands_exist, "workflows/checks.yml", "run: make unit", "run: make units"),
        (rules.commands_exist, "workflows/nightly.yml", "tradingbot doctor", "tradingbot doktor"),
        (rules.commands_exist, "workflows/release.yml", "--go-back", "--roll-back"),
        (rules.commands_exist, "workflows/release.yml", 'words=(--env "$ENVIRONMENT" --go-back)', "words=(--go-back)"),
        (rules.commands_exist, "workflows/test.yml", "report pull-request", "report pullrequest"),
    ],
)
def test_a_planted_fault_is_found(rule: Rule, file: str, old: str, new: str) -> None:
    files = read()
    assert old in files[file]
    assert list(rule({**files, file: files[file].replace(old, new, 1)})) != []

"""Subjects of GitHub's tokens, in the forms that GitHub documents."""

from tradingbot_infra.design.github import GitHubRepository


def test_without_ids_a_subject_has_names_only() -> None:
    found = GitHubRepository(full_name="octo-org/octo-repo", owner_id=None, repository_id=None)
    assert found.subjects("environment:Production") == ("repo:octo-org/octo-repo:environment:Production",)


def test_with_ids_both_forms_are_subjects() -> None:
    found = GitHubRepository(full_name="octo-org/octo-repo", owner_id="123456", repository_id="456789")
    assert found.subjects("ref:refs/heads/main") == (
        "repo:octo-org/octo-repo:ref:refs/heads/main",
        "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
    )


def test_each_context_has_each_form() -> None:
    found = GitHubRepository(full_name="a/b", owner_id="1", repository_id="2")
    assert len(set(found.subjects("environment:staging", "environment:production"))) == 4

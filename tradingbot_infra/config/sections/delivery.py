"""Delivery: which GitHub repositories deploy to this account, and from where in them."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.design.github import ISSUER, GitHubRepository

# GitHub's forms: 39 characters for an owner, 100 for a repository, and no character that means more than itself in a policy.
_FULL_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}$"
_ID = r"^[1-9][0-9]{0,19}$"
_BRANCH = r"^(?!.*(\.\.|//))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?<![./])$"

_LONGEST_TRUST = 2048
_AROUND_SUBJECTS = 560
"""Characters of a trust policy beside subjects and branch, and some to spare."""

_A_FULL_NAME = "OWNER/NAME as GitHub writes it, or none"
_AN_ID = "GitHub's number, digits only, or none"


class DeliveryConfig(Section, title="Delivery"):
    """GitHub Actions: what may deploy to the account without a stored key."""

    github_repository: str | None = setting(
        "Repository of this project on GitHub. With it the account gets DeliveryStack, whose roles its workflows assume",
        allowed=_A_FULL_NAME,
        pattern=_FULL_NAME,
    )
    github_owner_id: str | None = setting(
        "GitHub's number of the owner, so that nobody gets in who takes over the name", allowed=_AN_ID, pattern=_ID
    )
    github_repository_id: str | None = setting("GitHub's number of github_repository", allowed=_AN_ID, pattern=_ID)
    github_image_repository: str | None = setting(
        "Repository of the same owner whose workflows push images, where that is another than github_repository",
        allowed=_A_FULL_NAME,
        pattern=_FULL_NAME,
    )
    github_image_repository_id: str | None = setting("GitHub's number of github_image_repository", allowed=_AN_ID, pattern=_ID)
    github_branch: str = setting(
        "Branch whose workflows get roles; pull requests, tags and other branches get none",
        allowed="a branch's name of up to 100 letters, digits, dots, hyphens, underscores and slashes",
        pattern=_BRANCH,
    )
    github_environments: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")], ...] = setting(
        "Environments that GitHub deploys in this account; GitHub's environments have the same names",
        allowed="names of environments, separated by commas",
    )
    github_provider_arn: str | None = setting(
        "GitHub's identity provider that the account has already; an account can have only one",
        allowed=f"arn:aws:iam::ACCOUNT:oidc-provider/{ISSUER}, or none",
        pattern=rf"^arn:aws:iam::\d{{12}}:oidc-provider/{ISSUER.replace('.', '[.]')}$",
    )
    github_session_hours: int = setting("Longest session of the role that deploys, hours", ge=1, le=12)

    @property
    def runbook(self) -> str | None:
        """The address of docs/runbook.md on GitHub; None where no setting names the repository."""
        where = self.github_repository
        return where and f"https://github.com/{where}/blob/{self.github_branch}/docs/runbook.md"

    @property
    def repository(self) -> GitHubRepository | None:
        """The repository that deploys; None without DeliveryStack."""
        name = self.github_repository
        return _repository(name, self.github_owner_id, self.github_repository_id) if name else None

    @property
    def image_repository(self) -> GitHubRepository | None:
        """The repository that pushes images; None without DeliveryStack."""
        name = self.github_image_repository
        return _repository(name, self.github_owner_id, self.github_image_repository_id) if name else self.repository


def _repository(name: str, owner_id: str | None, repository_id: str | None) -> GitHubRepository:
    return GitHubRepository(full_name=name, owner_id=owner_id, repository_id=repository_id)


def nothing_is_set_without_a_repository(delivery: DeliveryConfig) -> Iterator[Problem]:
    if delivery.github_repository is None:
        for name, value in {**_ids(delivery), "github_image_repository": delivery.github_image_repository}.items():
            if value is not None:
                yield Problem(name, value, "no repository is set that deploys", "none, or any with github_repository")
        if delivery.github_provider_arn is not None:
            allowed = "none, or an ARN with github_repository"
            yield Problem("github_provider_arn", delivery.github_provider_arn, "no repository is set that uses it", allowed)


def ids_are_complete(delivery: DeliveryConfig) -> Iterator[Problem]:
    """A subject has the numbers of owner and repository, or neither."""
    if delivery.github_repository is None:
        return
    ids = _ids(delivery)
    if delivery.github_image_repository is None:
        image_id = ids.pop("github_image_repository_id")
        if image_id is not None:
            wrong = "no repository of its own is set for images"
            yield Problem("github_image_repository_id", image_id, wrong, "none, or any with github_image_repository")
    given = [name for name, value in ids.items() if value is not None]
    if given:
        for name in (name for name in ids if name not in given):
            yield Problem(name, None, f"is missing beside {listed(given)}", "GitHub's number, or none for all of them")


def image_repository_is_another_of_the_owner(delivery: DeliveryConfig) -> Iterator[Problem]:
    ours, theirs = delivery.github_repository, delivery.github_image_repository
    if ours is None or theirs is None:
        return
    owner = ours.partition("/")[0]
    if theirs == ours:
        yield Problem("github_image_repository", theirs, "is github_repository already", "another repository of the owner, or none")
    elif theirs.partition("/")[0] != owner:
        yield Problem("github_image_repository", theirs, "is of another owner than github_repository", f"{owner}/NAME, or none")


def environments_are_delivered_once(delivery: DeliveryConfig, known: Mapping[str, object]) -> Iterator[Problem]:
    given = delivery.github_environments
    allowed = f"each once of {listed(known)}"
    for name in dict.fromkeys(given):
        if name not in known:
            yield Problem("github_environments", given, f"there is no environment {name}", allowed)
        elif given.count(name) > 1:
            yield Problem("github_environments", given, f"lists {name} twice", allowed)
    if delivery.github_repository is not None and not given:
        yield Problem("github_environments", "", "github_repository would deploy none", allowed)


def subjects_fit_a_trust_policy(delivery: DeliveryConfig) -> Iterator[Problem]:
    """AWS takes 2048 characters, unless it has raised the quota (IAM User Guide, "IAM and AWS STS quotas")."""
    if delivery.repository is not None:
        subjects = delivery.repository.subjects(*(f"environment:{each}" for each in delivery.github_environments))
        length = _AROUND_SUBJECTS + len(delivery.github_branch) + sum(len(f'"{subject}",') for subject in subjects)
        if length > _LONGEST_TRUST:
            wrong = f"the trust policy of the role that deploys would have {length} characters, and AWS takes {_LONGEST_TRUST}"
            yield Problem("github_environments", delivery.github_environments, wrong, "fewer, or shorter names of repository and branch")


def _ids(delivery: DeliveryConfig) -> dict[str, str | None]:
    return {
        "github_owner_id": delivery.github_owner_id,
        "github_repository_id": delivery.github_repository_id,
        "github_image_repository_id": delivery.github_image_repository_id,
    }

"""Trust in workflows of GitHub: whether a statement lets in jobs of one repository, branch and environment, and nobody else."""

from collections.abc import Iterator, Mapping, Sequence

from tradingbot_infra.compliance.observe import listed
from tradingbot_infra.compliance.reading.policy_documents import Statement, actions, principals
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.sections.delivery import DeliveryConfig
from tradingbot_infra.templates import Assembly

HOST = "token.actions.githubusercontent.com"
OIDC_PROVIDER = "AWS::IAM::OIDCProvider"
ASSUME = "sts:AssumeRoleWithWebIdentity"

Asked = Mapping[str, str | Sequence[str]]
"""What a condition on a token asks for, by key."""


def is_provider(principal: str, assembly: Assembly) -> bool:
    """Whether a principal is GitHub's provider: the one of these stacks, or the one that the settings adopt."""
    kind, _, arn = principal.partition(":")
    if kind != "Federated" or assembly.config is None:
        return False
    if assembly.config.delivery.github_provider_arn is not None:
        return arn == assembly.config.delivery.github_provider_arn
    target = assembly.referred(arn)
    return target is not None and target.type == OIDC_PROVIDER and target.properties.get("Url") == f"https://{HOST}"


def trusts_workflows(statement: Statement, assembly: Assembly) -> bool:
    """Whether a statement trusts jobs of a repository of the settings, each by a subject that the settings make, and no other job."""
    trusted = principals(statement)
    known = len(trusted) == 1 and "NotPrincipal" not in statement and is_provider(trusted[0], assembly)
    if not known or assembly.config is None or actions(statement) != [ASSUME]:
        return False
    condition = statement.get("Condition")
    # Every other operator admits more: by patterns, without regard to case, where a claim is absent, or by one of several values.
    if not isinstance(condition, Mapping) or list(condition) != ["StringEquals"] or not isinstance(condition["StringEquals"], Mapping):
        return False
    asked = {key: [str(value) for value in listed(values)] for key, values in condition["StringEquals"].items()}
    return any(_asks(asked, allowed) for allowed in _allowed(assembly.config))


def tokens(name: str, owner_id: str | None, repository_id: str | None, branch: str, contexts: Sequence[str]) -> Asked:
    """What a role asks of tokens of a repository: the audience, one of the subjects, the branch, and the number where it is known."""
    owner, _, own_name = name.partition("/")
    subjects = [f"repo:{owner}/{own_name}:{context}" for context in contexts]
    if repository_id is not None:
        subjects += [f"repo:{owner}@{owner_id}/{own_name}@{repository_id}:{context}" for context in contexts]
    known = {} if repository_id is None else {f"{HOST}:repository_id": repository_id}
    return {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": subjects, f"{HOST}:ref": f"refs/heads/{branch}", **known}


def of_images(delivery: DeliveryConfig) -> tuple[str | None, str | None]:
    """The repository whose workflows push images, and its number."""
    if delivery.github_image_repository is None:
        return delivery.github_repository, delivery.github_repository_id
    return delivery.github_image_repository, delivery.github_image_repository_id


def _allowed(config: EnvironmentConfig) -> Iterator[Asked]:
    delivery = config.delivery
    contexts = [f"ref:refs/heads/{delivery.github_branch}", *(f"environment:{each}" for each in delivery.github_environments)]
    for name, number in ((delivery.github_repository, delivery.github_repository_id), of_images(delivery)):
        if name is not None:
            yield tokens(name, delivery.github_owner_id, number, delivery.github_branch, contexts)


def _asks(asked: Mapping[str, Sequence[str]], allowed: Asked) -> bool:
    """Whether every key is asked for, with nothing but allowed values."""
    if set(asked) != set(allowed):
        return False
    return all(values and set(values) <= set(listed(allowed[key])) for key, values in asked.items())

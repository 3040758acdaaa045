"""GitHub Actions as an identity provider: its address, and the subjects of its tokens."""

from dataclasses import dataclass

ISSUER = "token.actions.githubusercontent.com"
"""Host of the issuer, and prefix of its condition keys (GitHub Docs, "OpenID Connect reference")."""

AUDIENCE = "sts.amazonaws.com"
"""What the action configure-aws-credentials asks a token for."""


@dataclass(frozen=True, kw_only=True)
class GitHubRepository:
    """A repository as `owner/name`. The ids are GitHub's numbers of owner and repository, which nobody gets again; both, or neither."""

    full_name: str
    owner_id: str | None
    repository_id: str | None

    def subjects(self, *contexts: str) -> tuple[str, ...]:
        """What `sub` is in its tokens, for each context such as `environment:production`.

        Repositories that were made, renamed or moved since 15 July 2026, or that opted in, have the numbers in it; the others do not
        (GitHub Docs, "Immutable subject claims"). With ids both forms are listed, so that the change of one into the other stops
        nothing: the condition on repository_id then keeps out whoever gets the name later.
        """
        owner, _, name = self.full_name.partition("/")
        forms = [f"{owner}/{name}"]
        if self.repository_id is not None:
            forms.append(f"{owner}@{self.owner_id}/{name}@{self.repository_id}")
        return tuple(f"repo:{form}:{context}" for form in forms for context in contexts)

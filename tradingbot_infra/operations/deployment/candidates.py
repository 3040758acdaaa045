"""What a rollback can go back to: images that ran before and are still in ECR."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.releases import Run, read_runs
from tradingbot_infra.operations.live.repository import Holdings, Repository, RepositoryImage, is_of, read_holdings, tag_of
from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Candidate:
    """An image that was deployed. `last_run` is when it last ran; None where ECS does not say, or while it runs."""

    tag: str
    image: RepositoryImage
    last_run: datetime | None
    runs: bool
    before: bool
    """Whether it is where `rollback` goes to unless it is told otherwise."""

    @property
    def document(self) -> dict[str, Any]:
        """The machine form. Its keys are stable."""
        return {
            "tag": self.tag,
            "digest": self.image.digest,
            "pushed_at": self.image.pushed_at.isoformat(),
            "last_run": self.last_run.isoformat() if self.last_run else None,
            "runs": self.runs,
            "before": self.before,
            "scan": self.image.scan.document,
        }


@dataclass(frozen=True)
class History:
    """What ran, the newest first, and what ECR still has of it. A tag is None where the placeholder or a foreign image ran."""

    tags: tuple[str | None, ...]
    candidates: tuple[Candidate, ...]

    @property
    def runs(self) -> str | None:
        """The tag that runs now."""
        return self.tags[0] if self.tags else None

    @property
    def before(self) -> str | None:
        """The tag before the one that runs; None where none was.

        After a rollback it is the one before that, not the one that was left: who goes back twice wants to go further.
        """
        return _before(self.tags)

    @property
    def gone(self) -> tuple[str, ...]:
        """Tags that ran and are not in ECR any more, the newest first."""
        held = {candidate.tag for candidate in self.candidates}
        return tuple(dict.fromkeys(tag for tag in self.tags if tag and tag not in held))

    def chosen(self, to: str | None) -> Candidate:
        """Where a rollback goes: to a tag, else to the image before.

        Raises UserError where it cannot go there.
        """
        tag = to or self.before
        if tag is None:
            others = ", ".join(candidate.tag for candidate in self.candidates if not candidate.runs)
            raise UserError(f"No image ran before {self.runs or 'the placeholder'}; allowed: {f'--to {others}' if others else 'none yet'}")
        if tag == self.runs:
            raise UserError(f"--to {tag}: runs already; nothing was changed")
        found = next((candidate for candidate in self.candidates if candidate.tag == tag), None)
        if found is None:
            why = "is not in ECR any more" if tag in self.tags else "never ran here: `deploy --tag` runs it"
            raise UserError(f"{'--to ' if to else ''}{tag}: {why}; allowed: {self._allowed}")
        return found

    @property
    def _allowed(self) -> str:
        return ", ".join(candidate.tag for candidate in self.candidates if not candidate.runs) or "no other image that ran is left"


def read_history(session: Session, config: EnvironmentConfig) -> History:
    """What ran and what is left of it.

    Raises Missing where there is no service or no repository.
    """
    definition = read_service(session, config.names).task_definition
    return history(read_runs(session, definition.arn, definition.container), read_holdings(session, config.names))


def history(runs: Sequence[Run], holdings: Holdings) -> History:
    """The same, of what was read."""
    tags = tuple(_tag(holdings.repository, run.image) for run in runs)
    ended = {tag: run.until for tag, run in reversed([*zip(tags, runs, strict=True)])}
    named = dict.fromkeys((*(tag for tag in tags if tag), *_marked(holdings)))
    images = {tag: image for image in holdings.images for tag in image.tags}
    before = _before(tags)
    return History(
        tags,
        tuple(
            Candidate(tag, images[tag], ended.get(tag), runs=tag == next(iter(tags), None), before=tag == before)
            for tag in named
            if tag in images
        ),
    )


def _before(tags: Sequence[str | None]) -> str | None:
    if not tags:
        return None
    first = len(tags) - 1 - [*reversed(tags)].index(tags[0])
    return next((tag for tag in tags[first + 1 :] if tag), None)


def _marked(holdings: Holdings) -> Iterator[str]:
    """Tags of images that `deploy` marked, the newest first: ECS may have forgotten their revisions."""
    for image in holdings.images:
        yield from (tag.removeprefix(DEPLOYED_PREFIX) for tag in image.tags if tag.startswith(DEPLOYED_PREFIX))


def _tag(repository: Repository, reference: str) -> str | None:
    return tag_of(reference) if is_of(repository, reference) and "@" not in reference else None

"""Whether the lifecycle policy takes the image that runs.

ECR keeps the newest images, whichever runs. So the policy spares the tag of the settings by a rule of its own (constructs/repository.py).
What runs can be another: an image that was deployed with -c, or the earlier one after a rollback.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

NEAR = 3
"""Pushes before the end from which people are warned."""


@dataclass(frozen=True)
class LifecyclePolicy:
    """What a policy leaves: so many of the newest images, None for all, and images with one of the spared tags whatever their age."""

    keeps: int | None
    spares: tuple[str, ...] = ()

    def leaves(self, tag: str) -> bool:
        """Whether an image with this tag stays for ever."""
        return self.keeps is None or tag in self.spares

    @classmethod
    def read(cls, text: str) -> "LifecyclePolicy":
        """A policy's text (ECR User Guide, "Lifecycle policy properties in Amazon ECR").

        A rule for a tag spares its image from every later rule: an image that matches the tags of a rule cannot be expired by a rule
        of lower priority ("Automate the cleanup of images by using lifecycle policies in Amazon ECR"). The rule itself expires none,
        because an immutable tag names one image.
        """
        selections = [rule["selection"] for rule in json.loads(text)["rules"]]
        counts = [each["countNumber"] for each in selections if (each["tagStatus"], each["countType"]) == ("any", "imageCountMoreThan")]
        return cls(min(counts, default=None), tuple(tag for each in selections if (tag := _spared(each))))


@dataclass(frozen=True)
class Expiry:
    """The end of the image that runs: it is gone after so many further pushes, None for never. 0 is within a day, without a push."""

    tag: str
    pushes: int | None

    @property
    def near(self) -> bool:
        """Whether people should act now."""
        return self.pushes is not None and self.pushes <= NEAR

    @property
    def text(self) -> str:
        """In words."""
        if self.pushes is None:
            return f"{self.tag} does not expire"
        when = {0: "within a day", 1: "with the next push"}.get(self.pushes, f"after {self.pushes} more pushes")
        return f"{self.tag} expires {when}, and then no new task can start"


def expiry_of(policy: LifecyclePolicy, newest_first: Sequence[Sequence[str]], tag: str) -> Expiry:
    """The end of the image with a tag. `newest_first` are the tags of each image.

    Only images with tags count: those without are parts of an index, which ECR keeps and expires with it.
    """
    if policy.keeps is None or policy.leaves(tag):
        return Expiry(tag, None)
    newer = next((number for number, tags in enumerate(filter(None, newest_first)) if tag in tags), 0)
    return Expiry(tag, max(policy.keeps - newer, 0))


def tags_newest_first(session: Session, names: Names) -> tuple[tuple[str, ...], ...]:
    """The tags of every image of the repository, the newest image first."""
    pages = session.ecr.get_paginator("describe_images").paginate(repositoryName=names.repository)
    images = sorted((image for page in pages for image in page["imageDetails"]), key=lambda image: image["imagePushedAt"])
    return tuple(tuple(image.get("imageTags", ())) for image in reversed(images))


def _spared(selection: Mapping[str, Any]) -> str | None:
    patterns: Sequence[str] = selection.get("tagPatternList", ())
    exact = len(patterns) == 1 and "*" not in patterns[0]
    return patterns[0] if exact and selection["countType"] == "imageCountMoreThan" and selection["countNumber"] >= 1 else None

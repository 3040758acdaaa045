"""Whether the lifecycle policy takes the image that runs.

ECR keeps the newest images, whichever runs. So the policy spares images by a rule of its own (constructs/repository.py): the one that the
settings name, or the newest that were deployed. What runs can be another: an image that was deployed without `deploy`, or an old one
after a rollback.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

NEAR = 3
"""Pushes before the end from which people are warned."""


@dataclass(frozen=True)
class Spared:
    """A rule for tags: of the images that have one, so many of the newest stay whatever their age."""

    pattern: str
    count: int

    def matches(self, tags: Sequence[str]) -> bool:
        """Whether an image with these tags is one of them."""
        return any(fnmatchcase(tag, self.pattern) for tag in tags)

    @property
    def is_exact(self) -> bool:
        """Whether it is about one tag, and so about one image: tags are immutable."""
        return "*" not in self.pattern


@dataclass(frozen=True)
class LifecyclePolicy:
    """What a policy leaves: so many of the newest images, None for all, and what its rules for tags spare."""

    keeps: int | None
    spares: tuple[Spared, ...] = ()

    @classmethod
    def read(cls, text: str) -> "LifecyclePolicy":
        """A policy's text (ECR User Guide, "Lifecycle policy properties in Amazon ECR").

        A rule for a tag spares its image from every later rule: an image that matches the tags of a rule cannot be expired by a rule
        of lower priority ("Automate the cleanup of images by using lifecycle policies in Amazon ECR").
        """
        selections = [rule["selection"] for rule in json.loads(text)["rules"]]
        counts = [each["countNumber"] for each in selections if (each["tagStatus"], each["countType"]) == ("any", "imageCountMoreThan")]
        return cls(min(counts, default=None), tuple(spared for each in selections for spared in _spared(each)))


@dataclass(frozen=True)
class Expiry:
    """The end of the image that runs: it is gone after so many further pushes, None for never. 0 is within a day, without a push."""

    tag: str
    pushes: int | None
    deployed: bool = False
    """Whether only pushes of images that are then deployed count."""

    @property
    def near(self) -> bool:
        """Whether people should act now."""
        return self.pushes is not None and self.pushes <= NEAR

    @property
    def text(self) -> str:
        """In words."""
        if self.pushes is None:
            return f"{self.tag} does not expire"
        what = "deployed image" if self.deployed else "push"
        plural = "deployed images" if self.deployed else "pushes"
        when = {0: "within a day", 1: f"with the next {what}"}.get(self.pushes, f"after {self.pushes} more {plural}")
        return f"{self.tag} expires {when}, and then no new task can start"


def expiry_of(policy: LifecyclePolicy, newest_first: Sequence[Sequence[str]], tag: str) -> Expiry:
    """The end of the image with a tag. `newest_first` are the tags of each image.

    Only images with tags count: those without are parts of an index, which ECR keeps and expires with it.
    """
    tagged = [tags for tags in newest_first if tags]
    own = next((tags for tags in tagged if tag in tags), (tag,))
    rule = next((each for each in policy.spares if each.matches(own)), None)
    if policy.keeps is None or (rule and rule.is_exact):
        return Expiry(tag, None)
    # The first rule that an image matches decides, also where a later one would keep it.
    kept, among = (rule.count, [tags for tags in tagged if rule.matches(tags)]) if rule else (policy.keeps, tagged)
    newer = next((number for number, tags in enumerate(among) if tag in tags), 0)
    return Expiry(tag, max(kept - newer, 0), deployed=rule is not None)


def tags_newest_first(session: Session, names: Names) -> tuple[tuple[str, ...], ...]:
    """The tags of every image of the repository, the newest image first."""
    pages = session.ecr.get_paginator("describe_images").paginate(repositoryName=names.repository)
    images = sorted((image for page in pages for image in page["imageDetails"]), key=lambda image: image["imagePushedAt"])
    return tuple(tuple(image.get("imageTags", ())) for image in reversed(images))


def _spared(selection: Mapping[str, Any]) -> Iterator[Spared]:
    patterns: Sequence[str] = selection.get("tagPatternList", ())
    # An image has to match every pattern of a list, which none of ours needs.
    if len(patterns) == 1 and selection["countType"] == "imageCountMoreThan":
        yield Spared(patterns[0], selection["countNumber"])

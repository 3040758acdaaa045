"""How much a broken rule matters."""

from enum import StrEnum


class Severity(StrEnum):
    """From the worst to the mildest. The project's own judgement: no framework grades these rules alike."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def meaning(self) -> str:
        """What somebody can do where a rule of this severity does not hold."""
        return _MEANINGS[self]


_MEANINGS = {
    Severity.HIGH: "Whoever finds it can read or change traffic, data, secrets or permissions, without another barrier in the way.",
    Severity.MEDIUM: "One of several barriers is missing, or the record of an attack, or a way to recover.",
    Severity.LOW: "Nobody gets in and nothing is lost; order, insight or convenience suffer.",
}

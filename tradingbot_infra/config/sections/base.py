"""How a section declares its settings."""

from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

FrozenMap = Annotated[dict[str, str], AfterValidator(MappingProxyType)]


def setting(purpose: str, *, allowed: str | None = None, **bounds: Any) -> Any:
    """A required setting: its purpose, with its unit, and the allowed values where the type does not state them."""
    return Field(description=purpose, json_schema_extra={"allowed": allowed} if allowed else None, **bounds)


class Section(BaseModel):
    """Settings of one subject. The class argument `title` and the docstring's first line are its heading in docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re")

    @classmethod
    def heading(cls) -> tuple[str, str]:
        """The section's title, and what it is about."""
        return cls.model_config["title"] or "", (cls.__doc__ or "").partition("\n")[0]

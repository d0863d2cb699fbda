"""What all groups of settings are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(ValueError):
    """A setting is missing or wrong. The message names it and says what to do."""


class Group(BaseModel):
    """One concern's settings: unknown names are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

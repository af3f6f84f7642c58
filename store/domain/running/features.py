"""The features that administrators switch on and off for everyone, within what the settings allow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Feature(StrEnum):
    MODEL_BRIEFS = "model_briefs"
    MODEL_ANSWERS = "model_answers"
    MEMORY = "memory"
    REMINDERS = "reminders"
    OFFERS = "offers"
    TEAM_MESSAGES = "team_messages"
    SURVEYS = "surveys"
    MAIL = "mail"

    @property
    def label(self) -> str:
        """Its name for people, at most 75 characters."""
        return _SAYS[self][0]

    @property
    def when_off(self) -> str:
        """The effect of switching it off, at most 75 characters."""
        return _SAYS[self][1]


_SAYS: Mapping[Feature, tuple[str, str]] = {
    Feature.MODEL_BRIEFS: ("Claude writes briefs and reviews", "If off, rules write them."),
    Feature.MODEL_ANSWERS: ("Claude answers questions", "If off, rules answer what they can."),
    Feature.MEMORY: ("Earlier notes in briefs and answers", "If off, they use only what the CRM says now."),
    Feature.REMINDERS: ("Reminders before a decision expires", "If off, owners see it in their brief alone."),
    Feature.OFFERS: ("Managers are offered what is about to expire", "If off, it expires if the owner is silent."),
    Feature.TEAM_MESSAGES: ("Managers' morning message", "If off, they see their team in the Home alone."),
    Feature.SURVEYS: ("Questions whether briefs are worth it", "If off, no one is asked. Given answers stay."),
    Feature.MAIL: ("Copies of the brief by e-mail", "If off, none goes out, and people keep their wish."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """The last switch of a feature by an administrator; `by` is their id."""

    is_on: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A feature now. `switched` is None if no administrator ever touched it; `forbidden_by` names the setting that rules it out,
    "" if none does. By default a feature is on."""

    feature: Feature
    switched: Switched | None = None
    forbidden_by: str = ""

    @property
    def is_off(self) -> bool:
        """Whether administrators switched it off. The settings may rule it out all the same."""
        return self.switched is not None and not self.switched.is_on


def standings(switched: Mapping[Feature, Switched], forbidden: Mapping[Feature, str]) -> tuple[Standing, ...]:
    """Every feature, in a fixed order. `forbidden` has those that the settings rule out, with the setting's name."""
    return tuple(
        Standing(feature=each, switched=switched.get(each), forbidden_by=forbidden.get(each, "")) for each in Feature
    )

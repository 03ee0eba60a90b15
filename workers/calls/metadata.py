"""What the sender says about a call: who is on which channel, and the header fields no recording holds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args

from pydantic import JsonValue

from schemas.extractions import Problem
from schemas.rows.call import Role
from schemas.settings import CallSettings

_ROLES: Final[Mapping[str, Role]] = {
    **{role: role for role in get_args(Role)},
    **dict.fromkeys(("caller", "client", "guest"), "customer"),
    **dict.fromkeys(("operator", "representative"), "agent"),
    **dict.fromkeys(("bot", "system"), "ivr"),
}
"""Words for a role that telephone systems use."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TEXTS: Final = ("agent_id", "customer_id", "queue", "direction", "disposition")


@dataclass(frozen=True)
class CallFacts:
    """What metadata states, checked. `roles` holds channels whose speaker is known."""

    roles: Mapping[int, Role]
    fields: Mapping[str, str | float | datetime]
    """Columns of the call's header."""
    language: str | None
    problems: tuple[Problem, ...]
    interrupted: bool = False
    """Whether the line was cut: a live call that did not end as it should."""

    def role(self, channel: int) -> Role:
        """The channel's role; `unknown` unless metadata says."""
        return self.roles.get(channel, "unknown")

    def speaker(self, channel: int) -> str | None:
        """The agent's or customer's id where the role is known and the id was sent."""
        name = self.fields.get(f"{self.role(channel)}_id")
        return name if isinstance(name, str) else None


def companies(metadata: Mapping[str, JsonValue], settings: CallSettings) -> tuple[str, ...]:
    """What the agents' side calls itself: the call's own `company`, and what the settings name."""
    name = metadata.get("company")
    return (*((name,) if isinstance(name, str) else ()), *settings.company)


def role_named(name: str) -> Role:
    """The role a telephone system calls so; `unknown` for a word that is none."""
    return _ROLES.get(name.strip().lower(), "unknown")


def call_facts(metadata: Mapping[str, JsonValue], channels: int) -> CallFacts:
    """Read the fields of a call of `channels` channels; a field that makes no sense is left out and becomes a problem."""
    problems: list[Problem] = []
    fields: dict[str, str | float | datetime] = {name: _text(metadata[name]) for name in _TEXTS if metadata.get(name) not in (None, "")}
    for name, read in (("csat", _number), ("started_at", _moment)):
        value = metadata.get(name)
        if value not in (None, ""):
            found = read(value)
            if found is None:
                problems.append(_problem(name))
            else:
                fields[name] = found
    language = metadata.get("language")
    if language not in (None, "") and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        problems.append(_problem("language"))
        language = None
    roles, cut = _roles(metadata, channels, problems), metadata.get("interrupted") is True
    return CallFacts(roles, fields, str(language) if language else None, tuple(problems), cut)


def _roles(metadata: Mapping[str, JsonValue], channels: int, problems: list[Problem]) -> dict[int, Role]:
    """Channel to role: `channels` names them in order, `agent_channel` and `customer_channel` by number from 0.

    The agent's channel on a two-channel call also says whose the other is; the order of channels alone says nothing.
    """
    roles: dict[int, Role] = {}
    named = _listed(metadata.get("channels"))
    if named is not None:
        if len(named) == channels and all(name in _ROLES for name in named):
            roles.update({channel: _ROLES[name] for channel, name in enumerate(named)})
        else:
            problems.append(_problem("channels"))
    pair: tuple[tuple[str, Role], ...] = (("agent_channel", "agent"), ("customer_channel", "customer"))
    stated: dict[Role, int] = {}
    for field, role in pair:
        value = metadata.get(field)
        number = None if value in (None, "") else _number(value)
        if number is not None and number in range(channels):
            stated[role] = int(number)
        elif value not in (None, ""):
            problems.append(_problem(field))
    roles.update({channel: role for role, channel in stated.items()})
    if channels == 2 and len(stated) == 1 and len(roles) == 1:
        role, channel = next(iter(stated.items()))
        roles[1 - channel] = "customer" if role == "agent" else "agent"
    return {channel: role for channel, role in roles.items() if role != "unknown"}


def _listed(value: JsonValue) -> list[str] | None:
    """A list of names; object metadata can only be text, so JSON and comma-separated text count too. A bare number of channels is none."""
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, str) and not value.strip().isdigit():
        value = [name for name in value.split(",") if name.strip()]
    return [str(name).strip().lower() for name in value] if isinstance(value, list) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moment(value: JsonValue) -> datetime | None:
    """ISO 8601, UTC where no offset is given; or seconds since 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _problem(field: str) -> Problem:
    return Problem(code="invalid_metadata", message=f"the metadata field `{field}` does not fit this recording and was left out")

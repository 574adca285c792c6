"""Envelopes as bytes: several of one shop travel together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from bot.broker import Envelope, Unhandled
from bot.channels import Event

_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Event)}


class BadEnvelope(Unhandled):
    """Bytes that are no envelopes; str() says why."""


def packed(envelopes: Sequence[Envelope]) -> bytes:
    """JSON: a list of [key, heard, kind, event]."""
    return to_json(
        [[one.key, one.heard.isoformat(), type(one.event).__name__, _plain(one.event)] for one in envelopes]
    )


def _plain(event: Event) -> Any:
    return _ADAPTERS[type(event).__name__].dump_python(event, mode="json")


def unpacked(shop: str, data: bytes) -> list[Envelope]:
    """The envelopes in these bytes. Raises BadEnvelope."""
    try:
        return [
            Envelope(shop, key, datetime.fromisoformat(heard), _ADAPTERS[kind].validate_python(event))
            for key, heard, kind, event in from_json(data)
        ]
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise BadEnvelope(f"{type(error).__name__}: {str(error)[:200]}") from error

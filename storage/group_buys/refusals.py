"""Why a group buy says no. Facts only; the words are the handlers'."""

from storage.errors import Refused


class NotOpen(Refused):
    """Nothing takes sign-ups here."""


class AlreadyClosed(Refused):
    """The group buy has closed (locked, or its time is up). Facts: number, title."""


class NoSuchGroupBuy(Refused):
    """The room has none of this number. Facts: number."""


class CameToNothing(AlreadyClosed):
    """It missed its target and is over."""


class NothingBooked(Refused):
    """There is no line to change."""


class UnknownItem(Refused):
    """The group buy has no such item. Facts: mention, codes."""


class BadQuantity(Refused):
    """Zero, negative, or more than anybody means. Facts: quantity."""


class NotDivisible(Refused):
    """The unit is not sold in parts. Facts: unit, quantity."""


class WrongState(Refused):
    """The group buy is not in the state that this needs. Facts: number, state."""


class NothingToUndo(Refused):
    """Nothing of this person can be taken back."""


class ItemNotBooked(Refused):
    """The line has none of the item that is to be changed. Facts: name."""

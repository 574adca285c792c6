"""Refusals: a rule said no. Each carries the facts; the words are the handler's."""


class Refused(Exception):
    """The shop's rules do not allow this; the turn that asked for it is undone."""

    def __init__(self, **facts: object) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in facts.items()))
        self.facts = facts


class StaleShop(Exception):
    """Somebody else wrote to the shop since it was read: read again and decide again."""


class StorageError(Exception):
    """The store cannot be used as asked; the message says what to do."""

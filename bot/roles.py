"""Roles: how the work of one bot is shared out among processes."""

from enum import StrEnum


class Role(StrEnum):
    """What a process does of the whole."""

    ALL = "all"
    GATEWAY = "gateway"
    WORKER = "worker"
    WEB = "web"

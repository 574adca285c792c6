"""Failures of a command as people read them: one line, and whose mistake it was."""

import sys

CALLER, FAILURE = 2, 1
LONGEST = 500
"""Characters of a line; a driver's error can be a page."""


class Mistake(Exception):
    """The caller asked for something that cannot be; str() names the file, line and field."""


class Failure(Exception):
    """It could not be done, through no fault of the caller; str() says what to do."""


def explain(error: Exception) -> tuple[int, str]:
    """Exit code and line. What is not known here is a failure of ours, told without a traceback."""
    # Imported here: a command that fails early must not load what it never used.
    from bot.config_text import ConfigError
    from bot.replay_log import LogError
    from storage.catalogue_files import CatalogueError
    from storage.errors import StorageError

    if isinstance(error, Mistake | ConfigError | LogError | CatalogueError):
        return CALLER, _line(str(error))
    if isinstance(error, Failure | StorageError) or _names(error, "bot.server", "PortTaken"):
        return FAILURE, _line(str(error))
    if hasattr(error, "format_message"):  # the command line's own: a wrong option, a missing argument
        return CALLER, _line(str(error.format_message()))
    if _names(error, "sqlalchemy.exc", "DBAPIError"):
        return FAILURE, _line(f"database: {getattr(error, 'orig', error)}")
    return FAILURE, _line(f"{type(error).__name__}: {error}")


def _names(error: Exception, module: str, name: str) -> bool:
    """Whether the error is of a class whose module is only there when something used it."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))


def _line(text: str) -> str:
    return "xiaotuan: " + " ".join(text.split())[:LONGEST]

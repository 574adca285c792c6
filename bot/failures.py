"""Failures of a command as people read them: one line, and whose mistake it was."""

from bot.config import ConfigError
from bot.replay_log import LogError
from storage.catalogue_files import CatalogueError
from storage.errors import StorageError

CALLER, FAILURE = 2, 1


def explain(error: Exception) -> tuple[int, str]:
    """Exit code and line. What is not known here is a failure of ours, told without a traceback."""
    if isinstance(error, ConfigError | LogError | CatalogueError):
        return CALLER, f"xiaotuan: {error}"
    if isinstance(error, StorageError):
        return FAILURE, f"xiaotuan: {error}"
    text = " ".join(str(error).split())[:300]
    return FAILURE, f"xiaotuan: {type(error).__name__}: {text}"

"""One bot a store: a lock that the system takes back when the process dies.

Processes that share the work of one bot over a broker share the lock, too.
"""

import fcntl
import os
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from storage.errors import StorageError


class StoreLock:
    """Held by the process that runs on a SQLite file. Two would each send every message."""

    def __init__(self, url: str, *, shared: bool = False) -> None:
        self._how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        parsed = make_url(url)
        on_file = parsed.drivername.startswith("sqlite") and parsed.database
        self.path = Path(f"{parsed.database}.lock") if on_file else None
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take it. Raises StorageError when another process holds it."""
        if self.path is None or self._file is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, self._how | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read(20).strip()
            file.close()
            store = str(self.path).removesuffix(".lock")
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise StorageError(f"{store} is in use by {who}: stop it first") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give it back; idempotent."""
        if self._file is not None:
            self._file.close()
            self._file = None

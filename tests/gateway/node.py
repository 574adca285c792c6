"""Node's side of the gateway: installed once, or the test skipped with a word on how to get it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NEEDED = "gateway tests need node 18+ and npm (https://nodejs.org, or apt install nodejs npm)"


_missing: list[str] = []
"""Why it cannot be had: what failed once in a run is not tried again by the next test."""


def unavailable(why: str) -> None:
    """Skip with one line; in CI, where everything must be there, fail."""
    _missing[:] = [why]
    message = f"{why}: {NEEDED}"
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):  # noqa: TID251
        pytest.fail(message)
    pytest.skip(message)


def install() -> None:
    """Have node's packages in node_modules, as package-lock.json says; skips the test without."""
    if _missing:
        unavailable(_missing[0])
    if shutil.which("node") is None or shutil.which("npm") is None:
        unavailable("node or npm is missing")
    lock = HERE / "package-lock.json"
    stamp = HERE / "node_modules" / ".installed"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # two test runs may start at once
        if stamp.is_file() and stamp.read_text() == digest:
            return
        done = subprocess.run(
            ["npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            unavailable(f"npm ci failed ({(done.stderr.strip().splitlines() or ['?'])[-1]})")
        stamp.write_text(digest)

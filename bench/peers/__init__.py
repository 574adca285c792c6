"""Other frameworks at the same work: each in an environment of its own, with pinned requirements.

Each takes `LOG STORE OUTCOME` and prints one JSON line, as our own subject does.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".bench"
"""Environments and stores of the bench; never committed."""
INSTALL_SECONDS = 900


def names() -> list[str]:
    """Every peer there is."""
    return sorted(path.parent.name for path in HERE.glob("*/main.*"))


def command(name: str) -> list[str]:
    """How the peer is run, without its arguments. Raises OSError when it cannot be installed."""
    folder = CACHE / name
    node = HERE / name / "main.mjs"
    needs = HERE / name / ("package.json" if node.exists() else "requirements.txt")
    digest = hashlib.sha256(needs.read_bytes()).hexdigest()
    stamp = folder / ".installed"
    if not stamp.exists() or stamp.read_text() != digest:
        _install(folder, needs)
        stamp.write_text(digest)
    if node.exists():
        shutil.copy(node, folder)
        return ["node", str(folder / "main.mjs")]
    return [str(folder / "bin" / "python"), str(HERE / name / "main.py")]


def environment() -> dict[str, str]:
    """What a peer finds in its environment: the shop and the wire that the Python peers share."""
    return {**os.environ, "PYTHONPATH": str(HERE), "WECHATY_LOG": "error"}  # noqa: TID251


def _install(folder: Path, needs: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    if needs.name == "package.json":
        folder.mkdir(parents=True)
        shutil.copy(needs, folder)
        steps = [["npm", "install", "--no-audit", "--no-fund"]]
    else:
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "-r", str(needs)]
        steps = [[sys.executable, "-m", "venv", str(folder)], pip]
    for step in steps:
        try:
            done = subprocess.run(
                step, cwd=folder.parent if step[0] != "npm" else folder, capture_output=True, text=True,
                timeout=INSTALL_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OSError(f"{step[0]}: {error}") from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise OSError(f"{Path(step[0]).name} failed: {last}")

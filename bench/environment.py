"""Where a measurement was made: machine, system, versions, seed."""

import argparse
import os
import platform
import sqlite3
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("sqlalchemy", "sqlmodel", "jieba", "pyahocorasick", "pydantic", "aiohttp", "psutil")
ROOT = Path(__file__).parents[1]


def environment(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Everything that somebody needs to judge the figures."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "changed": bool(_said("git", "status", "--porcelain", "--untracked-files=no")),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "file_system": _file_system(folder),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "node": _said("node", "--version"),
        "packages": {name: version(name) for name in PACKAGES},
        "rounds": options.rounds,
        "messages": options.messages,
        "seed": options.seed,
        "full": options.full,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _file_system(folder: Path) -> str:
    mounts = Path("/proc/mounts")
    found = [line.split()[1:3] for line in mounts.read_text().splitlines()] if mounts.exists() else []
    here = folder.resolve()
    fitting = [(point, kind) for point, kind in found if here.is_relative_to(point)]
    return max(fitting, key=lambda mount: len(mount[0]))[1] if fitting else "unknown"


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""

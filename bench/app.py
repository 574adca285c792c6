"""`xiaotuan run` as a process: how much it takes to be ready, and how much memory it then holds."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import yaml

from bench.workload import Mix

HANG_SECONDS = 120
SETTLE_SECONDS = 2.0
"""What a start leaves for later is counted, too."""


def app_started(folder: Path, *, skus: int) -> dict[str, float]:
    """CPU seconds to the ready line, and resident memory a moment later, on a second start."""
    catalogue, config = folder / "app.csv", folder / "app.yaml"
    catalogue.write_text(Mix(0, skus=skus).catalogue(), encoding="utf-8")
    settings = {
        "shop": {"name": "果园"},
        "catalogue": catalogue.name,
        "http": {"port": 0},
        "database": "sqlite:///app.db",
        "data_dir": "app-data",
    }
    config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for old in folder.glob("app.db*"):
        old.unlink()
    _once(config)
    return _once(config)


def _once(config: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--log", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        watched = psutil.Process(process.pid)
        times = watched.cpu_times()
        time.sleep(SETTLE_SECONDS)
        memory = watched.memory_info().rss / 1e6
        process.terminate()
        try:
            process.wait(HANG_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    return {"ready_cpu": times.user + times.system, "rss_mb": memory}

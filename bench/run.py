"""The bench: every subject in turn, round after round, one JSON line a result.

`python -m bench.run --rounds 5 --messages 20000` (`make bench`). Subjects of a round run one after the
other, each in a process of its own, so that what else the machine does hits all alike; only ratios
within a round are of use. `bench.report` reads what is written here.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from bench import peers
from bench.app import app_started
from bench.environment import environment
from bench.report import print_report
from bench.stored import fill
from bench.workload import NO_COMPLAINTS, ORDERS_ONLY, Mix, Oracle, write

ROOT = Path(__file__).parents[1]
HANG_SECONDS = 1_800
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Prepared:
    """A log, what must come of it, and the store that it begins with (None: an empty one)."""

    log: Path
    oracle: Oracle
    store: Path | None = None
    warm: int = 0
    """Messages before the measured ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """One subject at one workload."""

    workload: str
    subject: str
    prepared: Prepared
    command: tuple[str, ...] = (PYTHON, "-m", "bench.subject")
    options: tuple[str, ...] = ()
    environment: dict[str, str] | None = field(default=None, hash=False)


class Bench:
    """Prepares workloads once and measures them in rounds."""

    def __init__(self, options: argparse.Namespace, out: TextIO) -> None:
        self.options, self.out = options, out
        self.folder = Path(options.work)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def run(self) -> None:
        """All rounds."""
        self.put({"environment": environment(self.folder, self.options)})
        jobs = list(self.jobs())
        for number in range(1, self.options.rounds + 1):
            shift = (number - 1) % len(jobs)  # nobody is always first
            for job in jobs[shift:] + jobs[:shift]:
                self.put(
                    {"round": number, "workload": job.workload, "subject": job.subject, **self.measure(job)}
                )
            for workload, row in self.others():
                self.put({"round": number, "workload": workload, **row})

    def put(self, row: dict[str, Any]) -> None:
        """Write a row down."""
        self.out.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.out.flush()

    # -- workloads -------------------------------------------------------------------------------

    def jobs(self) -> Iterator[Job]:
        """What is measured as a process of its own over a store."""
        count, wanted = self.options.messages, self.options.only
        if "mix" in wanted:
            mix = self.prepare("mix", Mix(count, self.options.seed))
            yield Job("mix", "xiaotuan", mix)
            yield Job("mix", "xiaotuan NORMAL", mix, options=("--synchronous", "NORMAL"))
        if "peers" in wanted:
            yield from self.peers(self.prepare("peers", Mix(count, self.options.seed)))
        if "sign-ups" in wanted:
            orders = self.prepare("sign-ups", Mix(count // 2, self.options.seed, shares=ORDERS_ONLY))
            yield Job("sign-ups", "xiaotuan", orders)
            yield Job("sign-ups", "xiaotuan NORMAL", orders, options=("--synchronous", "NORMAL"))
        if "scaling" in wanted:
            yield from self.scaling()
        if "start" in wanted:
            yield from self.starts()

    def peers(self, mix: Prepared) -> Iterator[Job]:
        """The others, each as far as it can be installed here."""
        for name in peers.names():
            try:
                command = tuple(peers.command(name))
            except OSError as error:
                self.put({"workload": "mix", "subject": name, "not_run": str(error)})
                continue
            yield Job("mix", name, mix, command, environment=peers.environment())

    def scaling(self) -> Iterator[Job]:
        """P10: the same messages over little and over much."""
        full, count, seed = self.options.full, self.options.messages // 8, self.options.seed
        skus, rooms = (100_000, 10_000) if full else (40_000, 1_000)

        def mix(**sizes: Any) -> Mix:
            return Mix(2 * count, seed, **sizes)

        for label, size in (("few", 10_000), ("many", skus)):
            prepared = self.prepare(f"skus-{label}", mix(skus=size), warm=count)
            yield Job("skus", label, prepared)
        for label, size in (("few", 10), ("many", rooms)):
            # Three complaints about one article stop its sale: none in so few rooms.
            prepared = self.prepare(f"group-buys-{label}", mix(rooms=size, shares=NO_COMPLAINTS), warm=count)
            yield Job("group buys", label, prepared)
        for label, size in (("few", 100), ("many", rooms)):
            prepared = self.prepare(f"groups-{label}", mix(rooms=size, opened=100), warm=count)
            yield Job("groups", label, prepared)
        empty = self.opened("stored-none", mix(), 0, warm=count)
        yield Job("stored", "few", empty)
        yield Job("stored", "many", self.opened("stored-many", mix(), self.stored, warm=count))

    def starts(self) -> Iterator[Job]:
        """P8, P13: a start over a store that is there, up to the first answer."""
        stored, seed = self.stored, self.options.seed
        yield Job("start", "10k SKUs", self.opened("start-skus", Mix(1, seed, skus=10_000), 0, warm=1))
        shares = ORDERS_ONLY
        yield Job("restart", "few", self.opened("restart-none", Mix(1, seed, shares=shares), 0, warm=1))
        yield Job("restart", "many", self.opened("restart-many", Mix(1, seed, shares=shares), stored, warm=1))

    @property
    def stored(self) -> int:
        """How many sign-ups are many."""
        return 1_000_000 if self.options.full else min(100_000, self.options.messages * 20)

    def prepare(self, name: str, mix: Mix, *, warm: int = 0) -> Prepared:
        """Write a workload down."""
        log = self.folder / f"{name}.jsonl"
        return Prepared(log, write(mix, log), warm=warm)

    def opened(self, name: str, mix: Mix, sign_ups: int, *, warm: int) -> Prepared:
        """A workload over a store in which the group buys are open and so many have signed up."""
        log = self.folder / f"{name}.jsonl"
        oracle = write(mix, log)
        lines = log.read_bytes().splitlines(keepends=True)
        store, before = self.folder / f"{name}.db", log.with_name(f"{name}-before.jsonl")
        shutil.copy(log.with_suffix(".csv"), before.with_suffix(".csv"))
        before.write_bytes(b"".join(line for line in lines if b'"id": "m' not in line))
        self.play(Job(name, "xiaotuan", Prepared(before, Oracle())), store)
        if sign_ups:
            fill(store, sign_ups, mix.opened)
        log.write_bytes(b"".join(line for i, line in enumerate(lines) if i == 0 or b'"id": "m' in line))
        return Prepared(log, oracle, store, warm)

    # -- measuring -------------------------------------------------------------------------------

    def measure(self, job: Job) -> dict[str, Any]:
        """Run the subject once, over a store of its own; its row with the oracle's verdict."""
        for old in self.folder.glob("store.db*"):
            old.unlink()
        store = self.folder / "store.db"
        if job.prepared.store is not None:
            shutil.copy(job.prepared.store, store)
        try:
            row, outcome = self.play(job, store)
        except RuntimeError as error:
            return {"oracle": f"failed: {error}"}
        return {**row, "oracle": job.prepared.oracle.verdict(outcome)}

    def play(self, job: Job, store: Path) -> tuple[dict[str, Any], dict[str, Any]]:
        """The subject's own row and what came of the log."""
        outcome = self.folder / "outcome.json"
        outcome.unlink(missing_ok=True)
        warm = ("--warm", str(job.prepared.warm)) if job.prepared.warm else ()
        arguments = [*job.command, str(job.prepared.log), str(store), str(outcome), *job.options, *warm]
        [row] = _lines(arguments, job.environment)
        return row, json.loads(outcome.read_text())

    def others(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What needs no store of its own; what fails is a row that does not count."""
        parts = {
            "limits": self.limits,
            "reading": self.reading,
            "burst": self.burst,
            "start": self.processes,
        }
        for workload, measure in parts.items():
            if workload in self.options.only:
                try:
                    for row in measure():
                        yield workload, row
                except RuntimeError as error:
                    yield workload, {"subject": workload, "oracle": f"failed: {error}"}

    def limits(self) -> list[dict[str, Any]]:
        """Raw SQLite, and our writer beside it."""
        count = str(max(self.options.messages // 2, 500))
        return _lines([PYTHON, "-m", "bench.limits", "store", count, str(self.folder)])

    def reading(self) -> list[dict[str, Any]]:
        """jieba, and our reading beside it."""
        count = str(min(self.options.messages, 2_000))
        return _lines([PYTHON, "-m", "bench.limits", "reading", count, "10000"])

    def burst(self) -> list[dict[str, Any]]:
        """P12."""
        sign_ups = str(min(self.options.messages, 1_000))
        return _lines([PYTHON, "-m", "bench.burst", str(self.folder), sign_ups])

    def processes(self) -> list[dict[str, Any]]:
        """What a start is compared with, and the whole product started."""
        code = "import jieba, json, os; jieba.initialize(); print(json.dumps(sum(os.times()[:2])))"
        [seconds] = _lines([PYTHON, "-c", code])
        whole = app_started(self.folder, skus=10_000)
        return [{"subject": "jieba", "first_cpu": seconds}, {"subject": "xiaotuan run", **whole}]


def _lines(arguments: list[str], environment: dict[str, str] | None = None) -> list[Any]:
    """What a process printed as JSON lines. Raises RuntimeError with its last word."""
    try:
        done = subprocess.run(
            arguments,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from error
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["?"])[-1][:300])
    found = []
    for line in done.stdout.splitlines():
        with suppress(json.JSONDecodeError):  # loggers may have a word, too
            found.append(json.loads(line))
    return found


PARTS = ("mix", "peers", "sign-ups", "scaling", "start", "limits", "reading", "burst")


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--full", action="store_true", help="100k SKUs, 10k group buys, 1M sign-ups")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(PARTS), help=",".join(PARTS)
    )
    parser.add_argument("--out", type=Path, help="JSON Lines of results")
    parser.add_argument("--work", type=Path, default=peers.CACHE / "work", help="where stores are made")
    return parser.parse_args(arguments)


def main() -> None:
    """Measure, then say how it stands."""
    options = options_of()
    out = options.out or peers.CACHE / "results.jsonl"
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as file:
        Bench(options, file).run()
    print_report(out)


if __name__ == "__main__":
    main()

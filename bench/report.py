"""What a run of the bench says: medians, spread, ratios of each round, and how the goals stand.

`python -m bench.report RESULTS [--check] [--half] [--goals P3,P7]`; `--check` fails when a goal is
missed or nobody measured it, `--half` asks for half of each goal (what a shared machine can promise).
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = dict[tuple[str, str], list[Row]]


def per_cpu(row: Row) -> float:
    """Messages per CPU second."""
    return float(row["messages"]) / max(float(row["cpu"]), 1e-9)


def per_second(row: Row) -> float:
    """Messages per second of wall time: where the disk is what is waited for."""
    return float(row["messages"]) / max(float(row["wall"]), 1e-9)


def column(name: str) -> Callable[[Row], float]:
    """A figure as it was measured."""
    return lambda row: float(row[name])


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of two subjects within a round, or one figure where `against` is None."""

    name: str
    what: str
    of: tuple[str, str]
    against: tuple[str, str] | None
    figure: Callable[[Row], float]
    goal: float
    stretch: float
    at_most: bool = False

    def met(self, found: float, *, half: bool = False) -> bool:
        """Whether a median is good enough."""
        if self.at_most:
            return found <= self.goal * (2 if half else 1)
        return found >= self.goal / (2 if half else 1)


MIX, MIX_NORMAL = ("mix", "xiaotuan"), ("mix", "xiaotuan NORMAL")
SIGN_UPS, SIGN_UPS_NORMAL = ("sign-ups", "xiaotuan"), ("sign-ups", "xiaotuan NORMAL")
RAW_1, RAW_64 = ("limits", "raw sqlite3, 1 a commit"), ("limits", "raw sqlite3, 64 a commit")
WRITER, JIEBA, BURST = ("limits", "writer, 64 a commit"), ("reading", "jieba.lcut"), ("burst", "xiaotuan")
FIRST, CPU = column("first_cpu"), column("cpu")
GOALS = (
    Goal("P1", "mix against NoneBot2", MIX, ("mix", "nonebot"), per_cpu, 15, 25),
    Goal("P2", "mix against wechaty (node)", MIX, ("mix", "wechaty"), per_cpu, 2.7, 4),
    Goal("P2", "mix against python-telegram-bot", MIX, ("mix", "telegram"), per_cpu, 2, 3.5),
    Goal("P3", "sign-ups against raw, 1 a commit", SIGN_UPS, RAW_1, per_second, 4, 8),
    Goal("P3", "writer against raw, 64 a commit", WRITER, RAW_64, per_second, 0.6, 0.8),
    Goal("P4", "mix, FULL against NORMAL", MIX, MIX_NORMAL, per_second, 0.8, 0.88),
    Goal("P4", "sign-ups, FULL against NORMAL", SIGN_UPS, SIGN_UPS_NORMAL, per_second, 0.8, 0.88),
    Goal("P7", "look-up against jieba.lcut", ("reading", "look-up"), JIEBA, per_cpu, 20, 40),
    Goal("P7", "understand against jieba.lcut", ("reading", "understand"), JIEBA, per_cpu, 0.4, 0.65),
    Goal(
        "P8", "first answer against jieba", ("start", "10k SKUs"), ("start", "jieba"), FIRST, 2.5, 1.5, True
    ),
    Goal("P9", "MB with 10k SKUs", ("start", "xiaotuan run"), None, column("rss_mb"), 220, 150, True),
    *(
        Goal("P10", f"CPU a message, {what}", (what, "many"), (what, "few"), CPU, 1.2, 1.1, True)
        for what in ("skus", "group buys", "groups", "stored")
    ),
    Goal("P12", "messages for a burst", BURST, None, column("sent"), 20, 12, True),
    Goal("P12", "seconds after the burst", BURST, None, column("late_s"), 5, 5, True),
    Goal("P12", "people not named", BURST, None, column("unnamed"), 0, 0, True),
    Goal("P13", "restart, stored sign-ups", ("restart", "many"), ("restart", "few"), FIRST, 1.5, 1.2, True),
)
ELSEWHERE = {
    "P2": "Koishi is not among the peers",
    "P5": "PostgreSQL is not measured here",
    "P6": "latency is not measured here",
    "P9": "memory of idle groups is not measured here",
    "P11": "idle CPU is not measured here",
}
"""What nobody should think measured."""


def read(path: Path) -> tuple[Row, Rows, list[Row]]:
    """The environment, the rows that count by workload and subject, and those that do not."""
    environment: Row = {}
    rows: Rows = {}
    void: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "environment" in row:
            environment = row["environment"]
        elif "not_run" in row or row.get("oracle", "ok") != "ok":
            void.append(row)
        else:
            rows.setdefault((row["workload"], row["subject"]), []).append(row)
    return environment, rows, void


def ratios(goal: Goal, rows: Rows) -> list[float]:
    """The goal's figure in each round that has both sides."""
    mine = {row["round"]: goal.figure(row) for row in rows.get(goal.of, [])}
    if goal.against is None:
        return list(mine.values())
    other = {row["round"]: goal.figure(row) for row in rows.get(goal.against, [])}
    return [mine[number] / other[number] for number in mine if other.get(number)]


def spread(values: Iterable[float]) -> str:
    """Median, and the least and the most."""
    found = sorted(values)
    return f"{_short(statistics.median(found))} ({_short(found[0])}–{_short(found[-1])})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def figures(rows: Rows) -> Iterable[str]:
    """A line for each subject."""
    for (workload, subject), found in sorted(rows.items()):
        parts = []
        if "cpu" in found[0] and found[0].get("messages"):
            parts.append(f"{spread(map(per_cpu, found))} /CPU s")
            parts.append(f"{spread(map(per_second, found))} /s")
        for name, unit in (("first_cpu", "CPU s to the first answer"), ("ready_cpu", "CPU s to ready")):
            if name in found[0]:
                parts.append(f"{spread(float(row[name]) for row in found)} {unit}")
        memory = [name for name in ("rss_mb", "rss_end_mb") if name in found[0]]
        parts += [f"{spread(float(row[name]) for row in found)} {name}" for name in memory]
        if "late_s" in found[0]:
            parts.append(
                f"{found[0]['sent']} messages said, the last {found[0]['late_s']:.1f} s after the end"
            )
        yield f"{workload:11} {subject:24} " + " · ".join(parts)


def judged(rows: Rows, *, half: bool, names: set[str] | None = None) -> Iterable[tuple[str, bool]]:
    """A line for each goal, and whether it is met."""
    for goal in GOALS:
        if names and goal.name not in names:
            continue
        found = ratios(goal, rows)
        sign, wanted = ("≤", goal.goal) if goal.at_most else ("≥", goal.goal)
        head = f"{goal.name:4} {goal.what:32} {sign} {wanted:g} (stretch {goal.stretch:g})"
        if not found:
            yield f"{head}: not measured", False
            continue
        met = goal.met(statistics.median(found), half=half)
        each = " ".join(_short(value) for value in found)
        yield f"{head}: {spread(found)} {'met' if met else 'MISSED'} [{each}]", met


def print_report(path: Path, *, half: bool = False, names: set[str] | None = None) -> bool:
    """Print it all; whether every goal is met and no subject failed its oracle."""
    environment, rows, void = read(path)
    print(json.dumps(environment, ensure_ascii=False, indent=1))
    print("\n".join(figures(rows)))
    for row in void:
        why = row.get("not_run") or row["oracle"]
        print(f"{row['workload']:11} {row['subject']:24} does not count: {why}")
    verdicts = list(judged(rows, half=half, names=names))
    print("\n".join(line for line, _ in verdicts))
    if not names:
        print("\n".join(f"{name:4} {why}" for name, why in ELSEWHERE.items()))
    broken = [row for row in void if "oracle" in row]
    return all(met for _, met in verdicts) and not broken


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--goals", type=lambda text: set(text.split(",")), default=None)
    options = parser.parse_args()
    good = print_report(options.results, half=options.half, names=options.goals)
    sys.exit(1 if options.check and not good else 0)


if __name__ == "__main__":
    main()

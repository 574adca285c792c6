"""A small round of the bench as `make bench` runs it, without peers: oracles, and ratios at half the goal."""

from pathlib import Path

import pytest

from bench.report import GOALS, judged, read
from bench.run import Bench, options_of

PARTS = "mix,sign-ups,limits,reading,burst"
GATED = {"P7", "P12"}
"""Goals against other work in the same round and against ourselves; the others need longer runs."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    out = folder / "results.jsonl"
    options = options_of(
        ["--rounds", "1", "--messages", "300", "--only", PARTS, "--work", str(folder / "work")]
    )
    with out.open("w", encoding="utf-8") as file:
        Bench(options, file).run()
    return out


def test_every_subject_does_the_work(results: Path) -> None:
    _, rows, void = read(results)
    assert void == []
    assert {workload for workload, _ in rows} == set(PARTS.split(","))


def test_the_machine_is_described(results: Path) -> None:
    environment, _, _ = read(results)
    assert environment["seed"] == 7
    assert environment["file_system"] != "unknown"


def test_ratios_reach_half_their_goals(results: Path) -> None:
    _, rows, _ = read(results)
    missed = [line for line, met in judged(rows, half=True, names=GATED) if not met]
    assert missed == []
    assert {goal.name for goal in GOALS} > GATED

"""What a run says about the goals, and that a figure without its oracle is no figure."""

import json
from pathlib import Path

import pytest

from bench.report import GOALS, judged, print_report, ratios, read
from bench.workload import Oracle

P1 = GOALS[0]


def rows(tmp_path: Path, *lines: dict[str, object]) -> Path:
    file = tmp_path / "results.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def mix(number: int, subject: str, cpu: float, oracle: str = "ok") -> dict[str, object]:
    return {
        "round": number,
        "workload": "mix",
        "subject": subject,
        "messages": 100,
        "cpu": cpu,
        "wall": cpu,
        "oracle": oracle,
    }


def test_a_ratio_is_taken_within_its_round(tmp_path: Path) -> None:
    lines = [mix(1, "xiaotuan", 1), mix(1, "nonebot", 20), mix(2, "xiaotuan", 2), mix(2, "nonebot", 32)]
    _, found, _ = read(rows(tmp_path, *lines))
    assert ratios(P1, found) == pytest.approx([20, 16])


def test_a_round_without_the_other_side_gives_no_ratio(tmp_path: Path) -> None:
    _, found, _ = read(rows(tmp_path, mix(1, "xiaotuan", 1), mix(2, "nonebot", 20)))
    assert ratios(P1, found) == []


def test_what_the_oracle_refuses_does_not_count(tmp_path: Path) -> None:
    lines = [mix(1, "xiaotuan", 1, "taken 0:A:x: 1 wanted, 2 found"), mix(1, "nonebot", 20)]
    _, found, void = read(rows(tmp_path, *lines))
    assert ratios(P1, found) == []
    assert void == [lines[0]]


def test_half_a_goal_is_enough_where_half_is_asked(tmp_path: Path) -> None:
    _, found, _ = read(rows(tmp_path, mix(1, "xiaotuan", 1), mix(1, "nonebot", 8)))
    assert [met for _, met in judged(found, half=True, names={"P1"})] == [True]
    assert [met for _, met in judged(found, half=False, names={"P1"})] == [False]


def test_a_goal_that_nobody_measured_is_not_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not print_report(rows(tmp_path, mix(1, "xiaotuan", 1)), names={"P1"})
    assert "not measured" in capsys.readouterr().out


def test_a_peer_that_could_not_be_installed_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = {"workload": "mix", "subject": "wechaty", "not_run": "npm: not found"}
    print_report(rows(tmp_path, mix(1, "xiaotuan", 1), lacking))
    assert "wechaty                  does not count: npm: not found" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ({"taken": {"0:A:x": 2}, "tickets": 1, "replied": ["m1"]}, "ok"),
        ({"taken": {"0:A:x": 2, "0:A:old1": 1}, "tickets": 1, "replied": ["m1"]}, "ok"),
        ({"taken": {}, "tickets": 1, "replied": ["m1"]}, "taken 0:A:x: 2 wanted, None found"),
        ({"taken": {"0:A:x": 2, "0:B:x": 1}, "tickets": 1, "replied": ["m1"]}, "taken 0:B:x: None wanted, 1 found"),
        ({"taken": {"0:A:x": 2}, "tickets": 2, "replied": ["m1"]}, "tickets: 1 wanted, 2 found"),
        ({"taken": {"0:A:x": 2}, "tickets": 1, "replied": []}, "unanswered ['m1'], spoken on chatter []"),
        ({"taken": {"0:A:x": 2}, "tickets": 1, "replied": ["m1", "m2"]}, "unanswered [], spoken on chatter ['m2']"),
    ],
)  # fmt: skip
def test_the_oracle_names_the_first_thing_that_is_wrong(outcome: dict[str, object], verdict: str) -> None:
    oracle = Oracle(taken={"0:A:x": 2}, tickets=1, chatter=["m2"], answered=["m1"])
    assert oracle.verdict(outcome) == verdict

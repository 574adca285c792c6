"""kill -9 at every named point of a group buy's life: nothing lost, nothing doubled, nothing oversold."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE, FULL = 20, 200
ONLY_ONCE = ("今晚有新到的脐橙", " 成团：", "已向供应商下单")
"""Posts and closing notices: never said again, rather not at all."""


def mortal(folder: Path, *more: str) -> list[dict[str, Any]]:
    """What tests/mortal.py prints."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "mortal.py"), str(folder), *more],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # noqa: TID251
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def chosen(passed: Mapping[str, int], count: int) -> list[dict[str, Any]]:
    """So many of all points of a life, the same for the same life; every kind of them."""
    points = [{"point": point, "nth": n} for point in sorted(passed) for n in range(1, passed[point] + 1)]
    random.Random(count).shuffle(points)
    kinds = {case["point"]: case for case in points}
    first = list(kinds.values())
    return [*first, *(case for case in points if case not in first)][:count]


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_killed_anywhere_it_goes_on_as_if_nothing_had_been(tmp_path: Path, prove: bool) -> None:
    for name in ("whole", "cases"):
        (tmp_path / name).mkdir()
    [whole] = mortal(tmp_path / "whole")
    balanced(whole)
    cases = chosen(whole["passed"], FULL if prove else SAMPLE)
    list_of_cases = tmp_path / "cases.jsonl"
    list_of_cases.write_text("\n".join(map(json.dumps, cases)))
    results = mortal(tmp_path / "cases", str(list_of_cases))
    assert len(results) == len(cases)
    for result in results:
        try:
            judged(result, whole)
        except AssertionError as error:
            error.add_note(f"killed at {result['nth']} {result['point']}")
            raise
    # How batches fall together differs a little from life to life: the last points may never come.
    assert sum(result["killed"] for result in results) >= len(results) * 0.9


def judged(result: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    assert result["ok"], "the second life failed"
    death, end = result["at_death"], result["end"]
    balanced(death)
    balanced(end)
    # What members have read stands in the store, with the change that it tells of.
    assert {line["key"] for line in result["sent_before"]} <= set(death["keys"])
    assert outcome(end) == outcome(whole)
    again = Counter(line["key"] for line in result["sent"])
    repeated = [line for line in result["sent"] if again[line["key"]] > 1]
    assert len(repeated) in (0, 2), "at most the one message in flight is said again"
    assert not [line for line in repeated if any(words in line["text"] for words in ONLY_ONCE)]
    lost = {text for text, _ in end["unsent"]}
    assert all(any(words in text for words in ONLY_ONCE) for text in lost)
    assert len(lost) <= 1


def outcome(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What must be the same however often it died; a group buy's lines in order, its money and goods."""
    (group_buy,) = facts["group_buys"]
    lines = [
        (line["buyer"], line["for"], line["items"], line["state"], line["payment"], line["household"])
        for line in group_buy["sign_ups"]
    ]
    tickets = [
        (t["number"], t["state"], t["category"], t["customer"], t["assignee"]) for t in facts["tickets"]
    ]
    posts = [(post["slot"], post["deal"]) for post in facts["posts"]]
    return {
        "state": group_buy["state"],
        "items": group_buy["items"],
        "waiting": group_buy["waiting"],
        "lines": lines,
        "tickets": tickets,
        "posts": posts,
        "stock": facts["stock"],
        "reserved": facts["reserved"],
    }


def balanced(facts: Mapping[str, Any]) -> None:
    """Totals are what the lines say, and no more is promised than there is."""
    for group_buy in facts["group_buys"]:
        booked: Counter[str] = Counter()
        for line in group_buy["sign_ups"]:
            for item in line["items"]:
                booked[item["code"]] += item["quantity"]
        for item in group_buy["items"]:
            assert item["taken"] == booked[item["code"]]
            assert item["limit"] is None or item["taken"] <= item["limit"]
        assert Decimal(facts["reserved"]["P1"]) == booked["A"] <= Decimal(facts["stock"]["P1"])

"""Replay: the same log gives the same bytes, whatever the batches, the store and the restarts."""

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from logs import CHATTER, SETUP, START, line, mixed, opened, played, written

from bot.config import config_from_mapping
from bot.offline import reading
from bot.replay_log import LogError, read_log
from bot.state import shop_state

ROOT = Path(__file__).parents[2]


def told(result: tuple[list[dict[str, Any]], dict[str, Any]]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_batch_sizes_and_repetition_give_the_same_bytes(tmp_path: Path, seed: int) -> None:
    log = written(tmp_path / "log.jsonl", mixed(seed, 150))
    first = told(await played(log))
    assert len(json.loads(first)[0]) > 10
    for batch in (128, 7, 1):
        assert told(await played(log, batch)) == first


async def test_a_file_gives_the_same_bytes_as_memory(tmp_path: Path) -> None:
    lines = mixed(4, 120)
    memory = await played(written(tmp_path / "a.jsonl", lines))
    on_file = written(tmp_path / "b.jsonl", lines, config={"database": "sqlite:///b.db"})
    assert told(await played(on_file)) == told(memory)
    assert (tmp_path / "b.db").exists()


async def test_a_killed_replay_of_the_same_log_may_go_on_but_another_log_is_refused(tmp_path: Path) -> None:
    config = {"database": "sqlite:///b.db"}
    log = written(tmp_path / "a.jsonl", [*opened(), line(60, "u1", "A2")], config=config)
    said, state = await played(log)
    again, same = await played(log)
    assert len(said) == 3
    assert again == []
    assert same == state
    other = written(tmp_path / "c.jsonl", opened(), config=config)
    with pytest.raises(LogError, match=r"c\.jsonl:1: config\.database: .*expected an empty database"):
        await played(other)


async def test_a_restart_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    talk = [line(60, "u1", "A2"), line(300, "u2", "A1 B1"), line(600, "u-lead", "名单")]
    calm = [{**each, "id": f"m{n}"} for n, each in enumerate([*opened(), *talk])]
    died = calm.copy()
    died.insert(3, {"type": "restart", "at": line(120, "", "")["at"]})
    died.insert(5, {"type": "restart", "at": line(500, "", "")["at"]})
    said, state = await played(written(tmp_path / "a.jsonl", calm))
    assert await played(written(tmp_path / "b.jsonl", died)) == (said, state)


async def test_messages_of_an_outage_come_before_what_fell_due_after_them(tmp_path: Path) -> None:
    deadline = (20 - 10) * 3600 + 2 * 86400  # Saturday 20:00, START is Thursday 10:00
    lines = [
        *opened(),
        {
            "type": "restart",
            "at": line(deadline - 600, "", "")["at"],
            "until": line(deadline + 60, "", "")["at"],
        },
        line(deadline - 60, "u1", "A10"),
        line(deadline + 30, "u2", "A1"),
    ]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    signed_up = {each["buyer"]: each["items"] for each in state["group_buys"][0]["sign_ups"]}
    assert signed_up["u1"] == [{"code": "A", "name": "红颜草莓", "quantity": 10}]
    assert signed_up.get("u2", []) == []
    assert state["group_buys"][0]["items"][0]["taken"] == 10
    assert all(each["at"] >= line(deadline + 60, "", "")["at"] for each in said[2:])


async def test_after_the_last_line_nothing_falls_due(tmp_path: Path) -> None:
    said, state = await played(written(tmp_path / "a.jsonl", [*opened(), line(60, "u1", "A2")]))
    assert len(said) == 3
    assert any(timer["due"].startswith("2026-05-23T20:00") for timer in state["timers"])


async def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    lines = [
        *opened(),
        line(60, "u1", "A2"),
        line(57, "u2", "A1"),
        line(40, "u3", "B1"),
        line(61, "u1", "名单"),
    ]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    assert [each["at"] for each in said] == sorted(each["at"] for each in said)
    assert [each["buyer"] for each in state["group_buys"][0]["sign_ups"]] == ["u1", "u2", "u3"]


async def test_a_message_that_comes_twice_counts_once(tmp_path: Path) -> None:
    again = line(60, "u1", "A2", id="x")
    later = line(90000, "u1", "A2", id="x")
    restart = {"type": "restart", "at": line(70, "", "")["at"]}
    lines = [*opened(), again, again, restart, again, later]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    assert state["group_buys"][0]["items"][0]["taken"] == 2
    assert [each["cause"] for each in said if each["room"]] == ["2", "3", "x"]


@pytest.mark.parametrize(
    "odd",
    [
        line(60, "u1", "", kind="image"),
        line(60, "u1", "", kind="location"),
        line(60, "u1", "A2", kind="something-new"),
        line(60, "u1", "", kind="voice"),
        line(60, "u1", "", kind="mini_program", raw="<msg><broken"),
        line(60, "u1", "", kind="file", raw=""),
        line(60, "u1", "", quote="never-said"),
        {"at": line(60, "", "")["at"], "room": "r1", "sender": "u1"},
        line(60, "u1", "\u200b\u200d\ufeff"),
        line(60, "u1", "\x00\x01\x02"),
        line(60, "u1", "\ud83d"),
        line(60, "", "早"),
        line(60, "u1", "好吃" * 50_000),
        line(60, "u1", "1" * 100_000),
        line(60, "u1", "\n" * 100_000),
        line(60, "u1", "早上好，" * 25_000),
        {**line(60, "u1", ""), "type": "recall", "message": "never-said"},
        {**line(60, "u1", ""), "type": "leave", "members": ["nobody"]},
        {**line(60, "u1", ""), "type": "join", "members": []},
        {**line(60, "u1", ""), "type": "join", "members": ["u77"], "room": "unknown"},
    ],
    ids=lambda odd: f"{odd.get('type', 'message')}-{odd.get('kind', 'text')}-{ascii(odd.get('text'))[:12]}",
)
async def test_odd_input_is_met_with_silence_and_hurts_nobody(tmp_path: Path, odd: dict[str, Any]) -> None:
    lines = [*opened(), odd, line(70, "u2", "A2")]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    assert [each["cause"] for each in said] == ["2", "3", "5"]
    assert [each["buyer"] for each in state["group_buys"][0]["sign_ups"]] == ["u2"]


@pytest.mark.parametrize(
    "name", ["\u202e梅小长团", "小\u200b陈", "x" * 5000, "\x00", "\ud800", "​", "客服小周", ""]
)
async def test_strange_names_are_names(tmp_path: Path, name: str) -> None:
    lines = [*opened(), line(60, "u9", "A2", name=name), line(70, "u9", "开团"), line(80, "u-lead", "名单")]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    assert [each["buyer"] for each in state["group_buys"][0]["sign_ups"]] == ["u9"]
    assert len(state["group_buys"]) == 1
    assert all(each["cause"] in ("2", "3", "4", "5", "6") for each in said)


async def test_ordinary_chatter_hears_nothing(tmp_path: Path) -> None:
    lines = [line(20 * n, f"u{n % 30 + 1}", CHATTER[n % len(CHATTER)]) for n in range(150)]
    said, state = await played(written(tmp_path / "a.jsonl", lines))
    assert said == []
    assert state["timers"] == []


AT = START.isoformat()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "1: not JSON"),
        ("[1]", "1: expected a JSON object"),
        ('{"type":"nope"}', "1: type: expected one of"),
        ('{"sender":"u1"}', "1: at: expected an RFC 3339 time"),
        ('{"sender":"u1","at":"2026-05-21T10:00:00"}', "1: at: expected an RFC 3339 time with offset"),
        ('{"sender":"u1","at":5}', "1: at: "),
        (f'{{"at":"{AT}","text":"x"}}', "1: sender: expected the id of a person"),
        (f'{{"at":"{AT}","sender":"u","text":5}}', "1: text: expected a text"),
        (f'{{"at":"{AT}","sender":"u","mentions":"bot"}}', "1: mentions: expected a list"),
        (f'{{"at":"{AT}","type":"recall","sender":"u"}}', "1: message: expected the id"),
        (f'{{"at":"{AT}","type":"join","room":"r"}}', "1: members: expected a list"),
        (f'{{"at":"{AT}","type":"join","members":["u"]}}', "1: room: expected the id"),
        (f'{{"at":"{AT}","type":"restart","until":"2020-01-01T00:00:00Z"}}', "1: until: lies before"),
        (f'{{"at":"{AT}","type":"clock"}}\n\n{{"type":"setup"}}', "3: type: setup must be the first"),
        ('{"type":"setup","shops":"x"}', "1: shops: unknown"),
        ('{"type":"setup","rooms":[{"name":"x"}]}', r"1: rooms\[0\].room: expected the id"),
        ('{"type":"setup","rooms":[{"room":"r","leaders":"u"}]}', r"1: rooms\[0\].leaders: expected"),
        ('{"type":"setup","rooms":[{"room":"r","members":["u"]}]}', r"1: rooms\[0\].members: expected"),
        ('{"type":"setup","agents":[{"name":"x"}]}', r"1: agents\[0\].id: expected"),
        ('{"type":"setup","facts":{"a":[5]}}', "1: facts.a: expected a text"),
        ("\n" * 3 + '{"at":' + "[" * 100_000, "4: not JSON"),
    ],
)
def test_a_malformed_log_is_told_with_line_and_field(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(LogError, match=f"log.jsonl:{problem}"):
        read_log(file)


@pytest.mark.parametrize(
    ("setup", "problem"),
    [
        ({"timezone": "Mars/Base"}, "log.jsonl:1: shop.timezone: "),
        ({"catalogue": "nowhere.csv"}, "log.jsonl:1: catalogue: .*cannot be read"),
        ({"config": {"pacee": {}}}, 'log.jsonl:1: .*did you mean "pace"'),
        ({"config": {"database": "mysql://x"}}, "log.jsonl:1: database: expected sqlite"),
    ],
)
async def test_a_wrong_setup_is_told_before_anything_happens(
    tmp_path: Path, setup: dict[str, Any], problem: str
) -> None:
    log = written(tmp_path / "log.jsonl", opened(), **setup)
    with pytest.raises(Exception, match=problem):
        await played(log)
    assert SETUP["type"] == "setup"


def test_a_log_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\xff\xfe{}")
    with pytest.raises(LogError, match=r"log\.jsonl: expected UTF-8"):
        read_log(file)


# -- databases and kills -------------------------------------------------------------------------


async def test_postgresql_gives_the_same_bytes_as_memory(tmp_path: Path, empty_postgres: str) -> None:
    lines = mixed(5, 120)
    memory = await played(written(tmp_path / "a.jsonl", lines))
    log = written(tmp_path / "b.jsonl", lines, config={"database": empty_postgres})
    assert told(await played(log)) == told(memory)


PLAY = """
import asyncio, sys
from pathlib import Path
from bot.replay import World
from bot.replay_log import read_log
asyncio.run(World(read_log(Path(sys.argv[1])), 7).run())
"""


def orders(count: int) -> list[dict[str, Any]]:
    """Every line changes something, so that the last one handled tells how far it came."""
    return [
        *opened(),
        *(line(60 + 10 * n, f"u{n % 30 + 1}", f"{'AB'[n % 2]}1", id=f"m{n}") for n in range(count)),
    ]


def handled(file: Path) -> list[str]:
    """The messages that left a row, in no order."""
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return [row[0] for row in connection.execute("SELECT message_id FROM handled")]
        except sqlite3.OperationalError:  # killed before the tables were there
            return []


def killed(log: Path, file: Path, after: float) -> None:
    """Plays the log in a process that is killed so many seconds after its first commit."""
    with subprocess.Popen([sys.executable, "-c", PLAY, str(log)], cwd=ROOT) as process:
        while not handled(file) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(after)
        process.kill()


@pytest.mark.prove
def test_a_killed_replay_leaves_a_prefix_and_goes_on_to_the_same_end(tmp_path: Path, prove: bool) -> None:
    lines = orders(1000 if prove else 250)
    _, whole = asyncio.run(played(written(tmp_path / "whole.jsonl", lines)))
    chance, cut_short = random.Random(7), 0
    for number in range(30 if prove else 4):
        config = {"database": f"sqlite:///k{number}.db"}
        log = written(tmp_path / f"k{number}.jsonl", lines, config=config)
        file = tmp_path / f"k{number}.db"
        killed(log, file, chance.random() * (1.5 if prove else 0.2))
        done = len(handled(file))
        cut_short += done < len(lines)
        _, expected = asyncio.run(played(written(tmp_path / "prefix.jsonl", lines[:done])))
        assert asyncio.run(stored(file))["group_buys"] == expected["group_buys"]
        _, end = asyncio.run(played(log))
        assert end["group_buys"] == whole["group_buys"]
    assert cut_short


async def stored(file: Path) -> dict[str, Any]:
    """The state that a process left in its file."""
    config = config_from_mapping({"database": f"sqlite:///{file.name}"}, file.parent, "test")
    async with reading(config) as shop:
        return await shop_state(shop, START)

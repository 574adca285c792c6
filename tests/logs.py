"""Recorded chats for tests: written line by line, or made at length from a seed."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.replay import World
from bot.replay_log import read_log

OPENING = """开团
周末果蔬
A 红颜草莓 39.9元/盒 限60盒
B 土鸡蛋 28.8元/板
C 鲜牛奶 49.9元/箱 每人限3箱
周六20点截止，10份成团，周日上午3号楼架空层自提"""
CHATTER = ("早上好", "今天好热啊", "哈哈哈", "谁家的猫跑出来了", "收到", "周末去爬山吗", "[强]", "电梯又坏了")
ORDERS = ("A1", "A2 B1", "+1", "B2", "C1", "A改成3", "不要了", "再来一盒草莓", "帮我妈也来一份鸡蛋", "我的单")
QUESTIONS = ("草莓多少钱", "什么时候截单", "鸡蛋还有吗", "牛奶是哪里产的", "可以送货吗", "还差多少成团")
TROUBLE = ("草莓烂了一半，怎么办", "人工", "上次的鸡蛋碎了三个，退钱")
START = datetime.fromisoformat("2026-05-21T10:00:00+08:00")
SETUP: Mapping[str, Any] = {
    "type": "setup",
    "shop": "果园鲜生",
    "timezone": "Asia/Shanghai",
    "facts": {"配送": "周六上午送到各楼架空层", "付款": "成团后微信转团长"},
    "rooms": [
        {
            "room": "r1",
            "name": "果园一群",
            "leaders": ["u-lead"],
            "members": {"u-lead": "团长小美", **{f"u{n}": f"邻居{n}" for n in range(1, 31)}},
        }
    ],
    "agents": [{"id": "u-agent", "name": "客服小周"}],
    "agent_room": "r-agents",
}


def line(seconds: float, sender: str, text: str, **more: Any) -> dict[str, Any]:
    """A message so many seconds after the start."""
    at = (START + timedelta(seconds=seconds)).isoformat()
    return {"at": at, "room": "r1", "sender": sender, "text": text, **more}


def opened() -> list[dict[str, Any]]:
    """A group buy is opened."""
    return [line(0, "u-lead", OPENING), line(5, "u-lead", "开团")]


def mixed(seed: int, count: int) -> list[dict[str, Any]]:
    """Everything that happens in a group, at random but the same for a seed."""
    chance = random.Random(seed)
    lines, at = opened(), 60.0
    for number in range(count):
        at += chance.choice((1, 2, 5, 20, 60, 400))
        who = f"u{chance.randint(1, 30)}"
        kind = chance.random()
        if kind < 0.35:
            lines.append(line(at, who, chance.choice(CHATTER)))
        elif kind < 0.75:
            lines.append(line(at, who, chance.choice(ORDERS), id=f"m{number}"))
        elif kind < 0.87:
            lines.append(line(at, who, chance.choice(QUESTIONS)))
        elif kind < 0.90:
            lines.append(line(at, who, chance.choice(TROUBLE)))
        elif kind < 0.93 and number > 2:
            recalled = f"m{chance.randint(0, number - 1)}"
            lines.append({**line(at, who, ""), "type": "recall", "message": recalled})
        elif kind < 0.95:
            lines.append({**line(at, who, ""), "type": "join", "members": {f"n{number}": f"新人{number}"}})
        elif kind < 0.97:
            lines.append({"type": "clock", "at": line(at, "", "")["at"]})
        elif kind < 0.985:
            lines.append(line(at, "u-lead", chance.choice(("名单", "还差多少", "截单", "重开"))))
        else:
            until = line(at + 300, "", "")["at"]
            lines.append({"type": "restart", "at": line(at, "", "")["at"], "until": until})
    return lines


def written(file: Path, lines: Sequence[Mapping[str, Any]], **setup: Any) -> Path:
    """The lines as a log file, the setup first."""
    whole = [{**SETUP, **setup}, *lines]
    file.write_text("\n".join(json.dumps(each) for each in whole) + "\n", "utf-8")
    return file


async def played(file: Path, batch: int = 128) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What the bot said to a log, and the end state."""
    world = World(read_log(file), batch)
    state = await world.run()
    return world.outlet.lines, state

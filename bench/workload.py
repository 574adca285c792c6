"""The seeded mix: 60 % chatter, 20 % product questions, 15 % sign-ups, 5 % complaints, with its oracle.

`python -m bench.workload --messages 20000 --out mix.jsonl` writes a log for `xiaotuan replay`. The
oracle says what must come of it: pieces taken per group buy, how many tickets, silence on chatter.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOMS, SKUS, ITEMS = 200, 1_000, 5
SHARES = (0.60, 0.20, 0.15)
TOGETHER = timedelta(seconds=6)
"""What one person asks within this may be answered in one message."""
ORDERS_ONLY = (0.0, 0.0, 1.0)
MOST_BLAMED = 2
NO_COMPLAINTS = (0.60, 0.20, 0.20)
START = datetime.fromisoformat("2026-05-21T10:00:00+08:00")
KINDS = [
    "苹果",
    "梨",
    "橙子",
    "柚子",
    "葡萄",
    "西瓜",
    "蓝莓",
    "荔枝",
    "芒果",
    "香蕉",
    "大米",
    "面粉",
    "挂面",
    "牛奶",
    "酸奶",
    "鸡蛋",
    "土豆",
    "红薯",
    "玉米",
    "白菜",
]
PLACES = [
    "阳山",
    "烟台",
    "洛川",
    "赣南",
    "攀枝花",
    "丹东",
    "五常",
    "盘锦",
    "蒙阴",
    "大荔",
    "昭通",
    "百色",
    "郫县",
    "崇明",
    "阳澄",
    "平谷",
    "秭归",
    "融安",
    "仙居",
    "奉化",
]
GRADES = ["礼盒", "家庭装", "特级"]
CHATTER = [
    "今天好热啊",
    "下班了吗",
    "孩子作业写完没",
    "楼下快递有点多",
    "谁家猫跑出来了",
    "周末去爬山不",
    "物业又贴通知了",
    "这天气要下雨",
    "昨晚球赛看了没",
    "电梯又坏了",
    "有没有人拼车去高铁站",
    "我家娃明天家长会",
    "晚饭吃啥",
    "小区门口修路",
    "哈哈哈笑死",
    "早上好",
    "收到谢谢",
    "路上堵车了",
    "停水停到几点",
    "谁有梯子借一下",
]
QUESTIONS = ("{name}多少钱", "{name}还有吗", "{name}哪里产的", "{name}怎么存放", "{name}多少一份")
ORDERS = ("{name}{count}份", "要{count}份{name}", "{code}{count}", "{code}+{count}")
COMPLAINTS = ("{name}烂了两个", "收到的{name}坏了一半", "{name}少发了一份", "{name}发错了，不是我要的")


@dataclass
class Oracle:
    """What must come of the mix."""

    taken: dict[str, int] = field(default_factory=dict)
    tickets: int = 0
    chatter: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Product questions and complaints that get a word back; parts of one question get one together."""

    def verdict(self, outcome: dict[str, Any]) -> str:
        """`ok`, or the first thing in an outcome {taken, tickets, replied} that is not as it must be."""
        for key in sorted({*self.taken, *outcome["taken"]}):
            wanted, found = self.taken.get(key), outcome["taken"].get(key)
            if wanted != found and not key.split(":")[2].startswith("old"):
                return f"taken {key}: {wanted} wanted, {found} found"
        if outcome["tickets"] != self.tickets:
            return f"tickets: {self.tickets} wanted, {outcome['tickets']} found"
        replied = set(outcome["replied"])
        unanswered = [message for message in self.answered if message not in replied]
        spoken = [message for message in self.chatter if message in replied]
        if unanswered or spoken:
            return f"unanswered {unanswered[:3]}, spoken on chatter {spoken[:3]}"
        return "ok"


class Mix:
    """A seeded stream of messages over many rooms; group buys run in the first `opened` of them.

    `shares` are chatter, questions and sign-ups; the rest complains.
    """

    def __init__(
        self,
        messages: int,
        seed: int = 7,
        *,
        rooms: int = ROOMS,
        skus: int = SKUS,
        opened: int | None = None,
        shares: tuple[float, float, float] = SHARES,
    ) -> None:
        self.chance = random.Random(seed)
        self.count, self.rooms, self.skus = messages, rooms, skus
        self.opened = rooms if opened is None else opened
        chatter, questions, orders = shares
        self._below = (chatter, chatter + questions, chatter + questions + orders)
        self.names = [
            f"{PLACES[i % 20]}{KINDS[i // 20 % 20]}{GRADES[i // 400 % 3]}{'' if i < 1200 else i}"
            for i in range(skus)
        ]
        self.oracle = Oracle()
        self.now = START
        self._complained: set[tuple[str, str]] = set()
        self._blamed: Counter[str] = Counter()
        self._asked: dict[str, tuple[datetime, str]] = {}

    def catalogue(self) -> str:
        """The shop's products as CSV."""
        lines = ["编号,名称,价格,单位,产地,储存"]
        lines += [
            f"S{i},{name},{10 + i % 90}.90,份,{PLACES[i % 20]},阴凉干燥处"
            for i, name in enumerate(self.names)
        ]
        return "\n".join(lines) + "\n"

    def offered(self, room: int) -> list[str]:
        """What the room's group buy offers, in letter order."""
        return [self.names[(room * ITEMS + k) % self.skus] for k in range(ITEMS)]

    def opening(self) -> Iterator[dict[str, Any]]:
        """Every room's leader opens a group buy."""
        for room in range(self.opened):
            lines = [f"{'ABCDE'[k]} {name} 19.9元/份" for k, name in enumerate(self.offered(room))]
            text = "开团\n日常团\n" + "\n".join(lines) + "\n6月30日20点截止，自提3号楼"
            for said in (text, "开团"):
                yield self._line(room, f"lead{room}", said)

    def messages(self) -> Iterator[dict[str, Any]]:
        """The mix itself; the oracle grows with it."""
        for number in range(self.count):
            room = self.chance.randrange(self.opened)
            who = f"r{room}p{self.chance.randrange(40)}"
            dice = self.chance.random()
            make = (
                self._chatter
                if dice < self._below[0]
                else self._question
                if dice < self._below[1]
                else self._order
                if dice < self._below[2]
                else self._complaint
            )
            line = make(room, who)
            line["id"] = f"m{number}"
            if make == self._chatter:
                self.oracle.chatter.append(line["id"])
            elif make != self._order:
                self._expect_answer(line)
            yield line

    def _expect_answer(self, line: dict[str, Any]) -> None:
        at, earlier = self._asked.get(line["sender"], (START - TOGETHER, ""))
        if self.now - at < TOGETHER:
            self.oracle.answered.remove(earlier)
        self.oracle.answered.append(line["id"])
        self._asked[line["sender"]] = (self.now, line["id"])

    def _line(self, room: int, who: str, text: str) -> dict[str, Any]:
        self.now += timedelta(milliseconds=250)
        return {"at": self.now.isoformat(), "room": f"room{room}", "sender": who, "text": text}

    def _chatter(self, room: int, who: str) -> dict[str, Any]:
        if self.rooms > self.opened:  # people chat in every room, also where nothing is sold
            room = self.chance.randrange(self.rooms)
        return self._line(room, who, self.chance.choice(CHATTER))

    def _question(self, room: int, who: str) -> dict[str, Any]:
        name = self.chance.choice(self.offered(room))
        return self._line(room, who, self.chance.choice(QUESTIONS).format(name=name))

    def _order(self, room: int, who: str) -> dict[str, Any]:
        index, count = self.chance.randrange(ITEMS), self.chance.randint(1, 5)
        form = self.chance.choice(ORDERS)
        name, code = self.offered(room)[index], "ABCDE"[index]
        key, line = f"{room}:{code}:{who}", form.format(name=name, code=code, count=count)
        before = self.oracle.taken.get(key, 0)
        self.oracle.taken[key] = before + count if "+" in form else count
        return self._line(room, who, line)

    def _complaint(self, room: int, who: str) -> dict[str, Any]:
        others = ((room + step) % self.opened for step in range(self.opened))
        room = next((other for other in others if self._hardly_blamed(other)), room)
        name = self.chance.choice(self._hardly_blamed(room) or self.offered(room))
        who = f"r{room}c{len(self._complained)}"
        self._complained.add((who, name))
        self._blamed[name] += 1
        self.oracle.tickets += 1
        return self._line(room, who, self.chance.choice(COMPLAINTS).format(name=name))

    def _hardly_blamed(self, room: int) -> list[str]:
        """What a complaint may be about: the third about one article would stop its sale."""
        return [name for name in self.offered(room) if self._blamed[name] < MOST_BLAMED]

    def setup(self, catalogue: str, config: dict[str, Any] | None = None) -> dict[str, Any]:
        """The log's first line."""
        rooms = [
            {"room": f"room{r}", "name": f"{r}群", "leaders": [f"lead{r}"], "members": {}}
            for r in range(self.rooms)
        ]
        return {
            "type": "setup",
            "shop": "果园",
            "catalogue": catalogue,
            "facts": {"付款": "微信转团长"},
            "rooms": rooms,
            "agents": [{"id": "agent", "name": "小周"}],
            "agent_room": "desk",
            "config": config or {},
        }


def taken_in(state: dict[str, Any]) -> dict[str, int]:
    """What a state JSON has booked, in the oracle's shape."""
    found: dict[str, int] = {}
    for group_buy in state["group_buys"]:
        room = group_buy["room"].removeprefix("room")
        for line in group_buy["sign_ups"]:
            for item in line["items"]:
                found[f"{room}:{item['code']}:{line['buyer']}"] = item["quantity"]
    return found


def write(mix: Mix, out: Path, config: dict[str, Any] | None = None) -> Oracle:
    """Write the log and its catalogue beside it."""
    catalogue = out.with_suffix(".csv")
    catalogue.write_text(mix.catalogue(), encoding="utf-8")
    with out.open("w", encoding="utf-8") as file:
        for line in (mix.setup(catalogue.name, config), *mix.opening(), *mix.messages()):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return mix.oracle


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write(Mix(options.messages, options.seed), options.out)

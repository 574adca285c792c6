"""Random histories of a group buy against an oracle of plain dicts: the ledger is what people said.

Joins, changes, cancellations, recalls, duplicates (also late ones), re-posted lists and restarts between
any two steps; every total is worked out again from the raw messages.
"""

import random
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from chat import PEOPLE, Shop

from bot.channels import Recalled
from bot.replay_log import ACCOUNT

NAMES = ("小陈", "王姐", "老周", "阿May", "张敏", "李姐")
OPEN = "开团\n周六团\nA 手工水饺 22元/包\nB 五常大米 69元/袋\n周五20点截止"
SAMPLE, FULL, STEPS = 25, 5_000, 14


@dataclass
class Oracle:
    """What each person wants, as the messages say it, with nothing but dicts."""

    said: dict[str, list[tuple[str, str, str, int]]] = field(default_factory=dict)

    def hears(self, who: str, message: str, code: str, mode: str, count: int) -> None:
        self.said.setdefault(who, []).append((message, code, mode, count))

    def recalls(self, who: str, message: str) -> None:
        self.said[who] = [entry for entry in self.said.get(who, []) if entry[0] != message]

    def wants(self, who: str) -> dict[str, int]:
        wanted: dict[str, int] = {}
        for _, code, mode, count in self.said.get(who, []):
            codes = "AB" if code == "*" else code
            for one in codes:
                before = wanted.get(one, 0)
                after = {"set": count, "add": before + count, "subtract": max(before - count, 0)}
                wanted[one] = after[mode]
        return {code: count for code, count in wanted.items() if count}

    def all(self) -> dict[str, dict[str, int]]:
        wants = {who: self.wants(who) for who in self.said}
        return {who: items for who, items in wants.items() if items}


class History:
    """One random history, played and remembered."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.oracle = Oracle()
        self.sent: list[tuple[str, str, str]] = []
        self.listed: set[str] = set()

    async def play(self, shop: Shop) -> None:
        await shop.say("团长小美", OPEN)
        await shop.say("团长小美", "开团")
        steps = [self.join, self.join, self.change, self.cancel, self.recall, self.again, self.list]
        for _ in range(STEPS):
            await self.chance.choice(steps)(shop)
            if self.chance.random() < 0.15:
                await shop.restart()
            await shop.passes(seconds=self.chance.choice((11, 15, 40)))

    async def _say(self, shop: Shop, who: str, text: str) -> str:
        message = f"x{len(self.sent)}"
        self.sent.append((who, text, message))
        await shop.say(who, text, id=message)
        return message

    async def join(self, shop: Shop) -> None:
        who, code, count = self.who(), self.chance.choice("AB"), self.chance.randint(1, 4)
        name = {"A": "水饺", "B": "大米"}[code]
        forms = [(f"{code}{count}", "set"), (f"再来{count}份{name}", "add")]
        if who not in self.listed:  # who is on a list is asked what his bare +1 means
            forms.append((f"{code}+{count}", "add"))
        text, mode = self.chance.choice(forms)
        message = await self._say(shop, who, text)
        self.oracle.hears(who, message, code, mode, count)

    async def change(self, shop: Shop) -> None:
        who, code, count = self.who(), self.chance.choice("AB"), self.chance.randint(1, 5)
        message = await self._say(shop, who, f"{code}改成{count}份")
        self.oracle.hears(who, message, code, "set", count)

    async def cancel(self, shop: Shop) -> None:
        who = self.who()
        if not self.oracle.wants(who):
            return
        message = await self._say(shop, who, "我的不要了")
        for code in self.oracle.wants(who):
            self.oracle.hears(who, message, code, "set", 0)

    async def recall(self, shop: Shop) -> None:
        if not self.sent:
            return
        who, _, message = self.chance.choice(self.sent)
        await shop.work(
            Recalled(account=ACCOUNT, room="r1", message=message, sender=PEOPLE[who], at=shop.now)
        )
        self.oracle.recalls(who, message)

    async def again(self, shop: Shop) -> None:
        """Delivered once more, also long after: nothing changes."""
        if self.sent:
            who, text, message = self.chance.choice(self.sent)
            await shop.say(who, text, id=message)

    async def list(self, shop: Shop) -> None:
        """Somebody copies the list as it stands and puts himself on it."""
        who = self.who()
        wants = self.oracle.all()
        self.listed |= {who, *wants}
        mine = {"A": self.chance.randint(1, 3)}
        wants[who] = mine
        lines = [
            f"{index}. {name} " + " ".join(f"{code}{count}" for code, count in items.items())
            for index, (name, items) in enumerate(wants.items(), 1)
        ]
        text = "#接龙\n团1 周六团\n\n" + "\n".join(lines)
        message = await self._say(shop, who, text)
        for code in "AB":
            self.oracle.hears(who, message, code, "set", mine.get(code, 0))

    def who(self) -> str:
        return self.chance.choice(NAMES)


def booked(state: dict) -> dict[str, dict[str, int]]:
    names = {ident: name for name, ident in PEOPLE.items()}
    lines = state["group_buys"][0]["sign_ups"]
    return {
        names[line["buyer"]]: {item["code"]: item["quantity"] for item in line["items"]}
        for line in lines
        if line["items"]
    }


async def test_the_ledger_is_what_people_said(prove: bool) -> None:
    for seed in range(FULL if prove else SAMPLE):
        shop = await Shop().open()
        history = History(seed)
        await history.play(shop)
        state = await shop.state()
        await shop.close()
        assert booked(state) == history.oracle.all(), f"seed {seed}: {history.sent}"
        for item in state["group_buys"][0]["items"]:
            total = sum(Decimal(w.get(item["code"], 0)) for w in history.oracle.all().values())
            assert item["taken"] == total, f"seed {seed}"


@pytest.mark.parametrize("stock", [1, 7, 30])
async def test_scarce_stock_is_never_oversold(stock: int, prove: bool) -> None:
    for trial in range(3_334 if prove else 4):
        chance = random.Random(trial * 100 + stock)
        shop = await Shop().open()
        await shop.say("团长小美", f"开团\n限量团\nA 手工水饺 22元/包 总共{stock}包\n周五20点截止")
        await shop.say("团长小美", "开团")
        demand = 0
        for buyer in range(50):
            count = chance.randint(1, 3)
            demand += count
            await shop.say(f"buyer-{buyer}", f"要{count}包", name=f"邻居{buyer}")
        state = await shop.state()
        await shop.close()
        item = state["group_buys"][0]["items"][0]
        sold = sum(i["quantity"] for s in state["group_buys"][0]["sign_ups"] for i in s["items"])
        assert sold == item["taken"] == min(stock, demand)
        waiting = sum(i["quantity"] for w in state["group_buys"][0]["waiting"] for i in w["items"])
        assert sold + waiting == demand

"""Random histories of a group buy against an oracle of plain dicts: the ledger is what people said.

Joins, changes, cancellations, recalls (also before their message), duplicates (at once and late), lists
copied from the bot's or continued from an old one in any order, and restarts between any two steps; every total is worked out again from the raw messages.
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
TRIALS = 3_334
"""Of each of the three stocks, ten thousand in all."""


@dataclass
class Oracle:
    """What each person wants, as the messages say it, with nothing but dicts."""

    said: dict[str, list[tuple[str, str, str, int]]] = field(default_factory=dict)
    lists: dict[tuple[str, str], list[dict[str, int]]] = field(default_factory=dict)
    """(who, message) → what a list of his own said of his line."""

    def hears(self, who: str, message: str, code: str, mode: str, count: int) -> None:
        self.said.setdefault(who, []).append((message, code, mode, count))

    def recalls(self, who: str, message: str) -> None:
        self.said[who] = [entry for entry in self.said.get(who, []) if entry[0] != message]

    def listed(self, who: str, message: str) -> list[dict[str, int]]:
        return self.lists.pop((who, message), [])

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
    """One random history, played and remembered.

    `said` is what the versions of the list said of each line, the last one at the end: what a list
    says as its last version did is no wish, however the ledger has changed since.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.oracle = Oracle()
        self.sent: list[tuple[str, str, str]] = []
        self.listed: set[str] = set()
        self.said: dict[str, list[dict[str, int]]] = {}
        self.version: dict[str, dict[str, int]] = {}
        self.alive: set[str] = set()
        """Who had something when the last list was posted."""

    async def play(self, shop: Shop) -> None:
        await shop.say("团长小美", OPEN)
        await shop.say("团长小美", "开团")
        steps = [self.join, self.join, self.change, self.cancel, self.recall, self.again, self.early_recall]
        steps += [self.copy, self.copy, self.go_on, self.withdraw]
        for _ in range(STEPS):
            await self.chance.choice(steps)(shop)
            if self.chance.random() < 0.15:
                await shop.restart()
            await shop.passes(seconds=self.chance.choice((11, 15, 40)))

    async def _say(self, shop: Shop, who: str, text: str) -> str:
        message = f"x{len(self.sent)}"
        self.sent.append((who, text, message))
        happening = shop.message(who, text, id=message)
        twice = [happening] * self.chance.choice((1, 1, 1, 2))  # also delivered twice in one batch
        await shop.together(twice)
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
        await self._recalled(shop, who, message)
        for items in self.oracle.listed(who, message):
            self.said[who] = [other for other in self.said[who] if other != items] or [{}]
        self.oracle.recalls(who, message)

    async def early_recall(self, shop: Shop) -> None:
        """The recall overtakes its message: nothing comes of either."""
        who, message = self.who(), f"x{len(self.sent)}"
        await self._recalled(shop, who, message)
        await self._say(shop, who, "B3")

    async def _recalled(self, shop: Shop, who: str, message: str) -> None:
        await shop.work(
            Recalled(account=ACCOUNT, room="r1", message=message, sender=PEOPLE[who], at=shop.now)
        )

    async def again(self, shop: Shop) -> None:
        """Delivered once more, also long after: nothing changes."""
        if self.sent:
            who, text, message = self.chance.choice(self.sent)
            await shop.say(who, text, id=message)

    # -- lists -----------------------------------------------------------------------------------

    async def copy(self, shop: Shop) -> None:
        """Somebody copies the bot's list, in any order, and puts himself on it."""
        await shop.say("团长小美", "名单", mentions=("bot",))
        wants = self.oracle.all()
        for who, said in self.said.items():
            if who not in wants and said[-1]:
                said.append({})
        for who, items in wants.items():
            self._shown(who, items)
        await self._post(shop, self.who(), wants)

    async def go_on(self, shop: Shop) -> None:
        """Somebody goes on from the list as it was posted last, whatever was said since."""
        who = self.who()
        lines = dict(self.version)
        if lines and self.chance.random() < 0.3:  # a neighbour's line is overwritten
            lines.pop(self.chance.choice([name for name in lines if name != who] or [who]))
        await self._post(shop, who, lines, unchanged=self.chance.random() < 0.3)

    async def withdraw(self, shop: Shop) -> None:
        """Somebody takes himself off the list that was posted last."""
        here = [who for who in self.version if who in self.alive and self.oracle.wants(who)]
        if len(self.version) < 2 or not here:
            return
        who = self.chance.choice(here)
        lines = {name: items for name, items in self.version.items() if name != who}
        codes = list(self.oracle.wants(who))
        message = await self._put_up(shop, who, lines)
        for code in codes:
            self.oracle.hears(who, message, code, "set", 0)

    async def _post(
        self, shop: Shop, who: str, lines: dict[str, dict[str, int]], *, unchanged: bool = False
    ) -> None:
        mine = lines.get(who) if unchanged else None
        mine = mine or {"A": self.chance.randint(1, 3)}
        before = self.oracle.wants(who)
        message = await self._put_up(shop, who, {**lines, who: mine})
        last = self.said.get(who, [{}])[-1]
        if mine in (before, last) and mine != before:
            return  # as the last version said
        for code in "AB":
            self.oracle.hears(who, message, code, "set", mine.get(code, 0))
        self.oracle.lists.setdefault((who, message), []).append(mine)
        self.said.setdefault(who, []).append(mine)
        self.alive.add(who)

    async def _put_up(self, shop: Shop, who: str, lines: dict[str, dict[str, int]]) -> str:
        names = list(lines)
        self.chance.shuffle(names)
        rows = [
            f"{index}. {name} " + " ".join(f"{code}{count}" for code, count in lines[name].items())
            for index, name in enumerate(names, 1)
        ]
        message = await self._say(shop, who, "#接龙\n团1 周六团\n\n" + "\n".join(rows))
        self.version, self.alive = lines, set(self.oracle.all())
        self.listed |= {who, *lines, *self.oracle.all()}
        for name in names:
            if name != who:
                self._read(name, lines[name])
        return message

    def _shown(self, who: str, items: dict[str, int]) -> None:
        if self.said.setdefault(who, [])[-1:] != [items]:
            self.said[who].append(items)

    def _read(self, who: str, items: dict[str, int]) -> None:
        """What a neighbour's list says of a line: it becomes what was said last when it is true."""
        if items not in self.said.get(who, []) and items == self.oracle.wants(who):
            self.said.setdefault(who, []).append(items)

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
    for trial in range(TRIALS if prove else 4):
        chance = random.Random(trial * 100 + stock)
        shop = await Shop().open()
        await shop.say("团长小美", f"开团\n限量团\nA 手工水饺 22元/包 总共{stock}包\n周五20点截止")
        await shop.say("团长小美", "开团")
        counts = [chance.randint(1, 3) for _ in range(50)]
        demand = sum(counts)
        orders = [
            shop.message(f"buyer-{buyer}", f"要{count}包", name=f"邻居{buyer}")
            for buyer, count in enumerate(counts)
        ]
        while orders:  # the fifty come in batches of any size
            size = chance.choice((1, 3, 16, 50))
            await shop.together(orders[:size])
            orders = orders[size:]
        state = await shop.state()
        await shop.close()
        item = state["group_buys"][0]["items"][0]
        sold = sum(i["quantity"] for s in state["group_buys"][0]["sign_ups"] for i in s["items"])
        assert sold == item["taken"] == min(stock, demand)
        waiting = sum(i["quantity"] for w in state["group_buys"][0]["waiting"] for i in w["items"])
        assert sold + waiting == demand

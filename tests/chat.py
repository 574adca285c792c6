"""A shop that can be played from transcripts: real worker, real rules, real SQLite, virtual clock.

    await shop.plays('''
        团长小美：开团⏎周六草莓⏎A 红颜草莓 39.9元/盒
        小团：……
        小陈：+1
        小团：……
        （20:00）            the clock moves to the next 20:00
        小陈（私聊）：我的单
        小团→小陈：……
        客服小周（售后群）：接 A101
        小团（售后群）：……
        小陈撤回：+1
    ''')

⏎ stands for a line break. What the bot says right after a line must be written under it, all of it;
silence is written by writing nothing. Lines of a room other than the first are marked with its name.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import ndiff
from pathlib import Path
from textwrap import dedent
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels import Incoming, Quote, Recalled
from bot.config import Config, config_from_mapping
from bot.core import build_worker, settings_of
from bot.replay import ReplayOutlet
from bot.replay_log import ACCOUNT
from bot.state import shop_state
from bot.worker import Command, Entry, Tick, Worker
from storage.catalogue_files import parse_catalogue
from storage.database import Database
from storage.ids import Ids
from storage.secrets import Vault
from storage.shop import all_models

BOT = "小团"
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 5, 21, 10, 0, tzinfo=ZONE)  # a Thursday
SETTLE = timedelta(seconds=3)
"""After each line so much time passes, so that fragments of a question are answered."""

CATALOGUE = """编号,名称,别名,价格,单位,规格,库存,限购,产地,保质期,储存,描述,凭证
P1,红颜草莓,草莓;红颜,39.90,盒,2斤/盒,40,,丹东,3天,冷藏,糖度12-13,
P2,土鸡蛋,鸡蛋;散养蛋,28.80,板,1板=30枚,,,安徽,30天,阴凉处,散养,
P3,鲜牛奶,牛奶,49.90,箱,12瓶/箱,60,3,本地牧场,7天,冷藏,巴氏杀菌,品牌授权书至2026-12
P4,手工水饺,水饺,22.00,包,50颗/包,,,本地,90天,冷冻,猪肉白菜馅,
P5,五常大米,大米;五常米,69.00,袋,10斤/袋,,,黑龙江五常,12个月,阴凉干燥,口感软糯,
"""
PEOPLE = {
    "团长小美": "u-lead",
    "小陈": "u1",
    "王姐": "u2",
    "老周": "u3",
    "阿May": "u4",
    "张敏": "u5",
    "李姐": "u6",
    "客服小周": "u-agent",
    "客服小吴": "u-agent2",
}
ROOMS = {"果园一群": "r1", "果园二群": "r2", "售后群": "r-agents"}
FACTS = {
    "配送": "周六上午送到各楼架空层",
    "自提": "3号楼架空层 9-20点",
    "付款": "成团后微信转团长",
    "退换": "坏果包赔",
    "电话": "021-00000000",
}


class Shop:
    """One shop with a leader, members and agents, at ten on a Thursday morning."""

    def __init__(
        self,
        *,
        database: Database | None = None,
        config: Mapping[str, Any] | None = None,
        catalogue: str = CATALOGUE,
        start: datetime = START,
        rooms: Mapping[str, str] = ROOMS,
    ) -> None:
        shop = {"name": "果园鲜生", "facts": FACTS}
        self.config: Config = config_from_mapping({"shop": shop, **(config or {})}, Path(), "test")
        self.database = database or Database("sqlite://", synchronous="OFF")
        self.outlet = ReplayOutlet(self.config)
        self.ids = Ids(seed="test")
        self.now = start.astimezone(UTC)
        self.catalogue, self.rooms = catalogue, dict(rooms)
        self.count = 0
        self.vault = Vault(bytes(range(32)))
        self.sent: dict[tuple[str, str], str] = {}
        self.worker: Worker | None = None

    async def open(self) -> "Shop":
        all_models()
        await self.database.create()
        await self.restart()
        people = {"u-lead": "团长小美", **{who: name for name, who in PEOPLE.items()}}
        members = {who: name for who, name in people.items() if not who.startswith("u-agent")}
        groups = {room: name for name, room in self.rooms.items() if room != "r-agents"}
        await self.command(
            "configure",
            {
                "rooms": {
                    room: {"name": name, "leaders": ["u-lead"], "members": members}
                    for room, name in groups.items()
                },
                "agents": {"u-agent": "客服小周", "u-agent2": "客服小吴"},
                "agent_room": "r-agents",
            },
        )
        found = parse_catalogue(self.catalogue.encode(), "test.csv")
        assert not found.problems
        await self.command("import_catalogue", found.products)
        return self

    async def close(self) -> None:
        await self.database.close()

    async def restart(self) -> None:
        """The process dies without warning and starts again on what it had stored."""
        self.worker = build_worker(
            settings_of(self.config),
            self.database,
            self.outlet,
            ids=self.ids,
            started=self.now,
            default_account=ACCOUNT,
            vault=self.vault,
        )
        self.outlet.worker = self.worker
        await self.worker.open()

    # -- acting ----------------------------------------------------------------------------------

    async def command(self, name: str, data: Any) -> Any:
        import asyncio

        done = asyncio.get_running_loop().create_future()
        await self.work(Command(name, data, done))
        return await done

    async def work(self, what: Any) -> list[dict[str, Any]]:
        """Hand one thing to the worker; what was said."""
        return await self.together([what])

    async def together(self, happenings: Sequence[Any]) -> list[dict[str, Any]]:
        """Hand several things to the worker in one batch; what was said."""
        assert self.worker is not None
        before = len(self.outlet.lines)
        await self.worker.work([Entry(what, self.now, self.now) for what in happenings])
        return self.outlet.lines[before:]

    async def say(self, who: str, text: str, *, room: str | None = "r1", **more: Any) -> Any:
        """Somebody says something; what the bot says to it at once."""
        return await self.work(self.message(who, text, room=room, **more))

    def message(self, who: str, text: str, *, room: str | None = "r1", **more: Any) -> Incoming:
        self.count += 1
        ident = more.pop("id", f"m{self.count}")
        sender = PEOPLE.get(who, who)
        self.sent[sender, text] = ident
        quote = more.pop("quote", None)
        return Incoming(
            account=ACCOUNT,
            id=ident,
            room=room,
            sender=sender,
            text=text,
            at=more.pop("at", self.now),
            name=who if who in PEOPLE else more.pop("name", None),
            quote=Quote(id=quote) if isinstance(quote, str) else quote,
            **more,
        )

    async def passes(self, **time: float) -> list[dict[str, Any]]:
        """Time passes (`minutes=5`); what the bot says meanwhile."""
        self.now += timedelta(**time)
        return await self.work(Tick())

    async def until(self, hour: int, minute: int = 0) -> list[dict[str, Any]]:
        """Time passes until the next hour:minute of the shop's clock."""
        local = self.now.astimezone(ZONE)
        then = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= local:
            then += timedelta(days=1)
        self.now = then.astimezone(UTC)
        return await self.work(Tick())

    async def state(self) -> dict[str, Any]:
        assert self.worker is not None
        return await shop_state(self.worker.shop, self.now)

    # -- transcripts -----------------------------------------------------------------------------

    async def opens(self, offer: str) -> None:
        """The leader pastes an offer and publishes it; how that reads has tests of its own."""
        await self._acts(f"团长小美：开团⏎{offer}")
        said = await self._acts("团长小美：开团")
        assert said[-1]["text"].startswith("🎉"), said

    async def plays(self, transcript: str) -> None:
        """The members' lines are said; the bot's own must come out as written, and no others."""
        expected = [line.strip() for line in dedent(transcript).strip().splitlines()]
        expected = [line for line in expected if line]
        heard: list[str] = []
        for line in expected:
            if line.startswith((f"{BOT}：", f"{BOT}→", f"{BOT}（")):
                continue
            heard.append(line)
            heard += [self.written(said) for said in await self._acts(line)]
        assert heard == expected, "\n" + "\n".join(ndiff(expected, heard))

    async def _acts(self, line: str) -> list[dict[str, Any]]:
        if line.startswith("（"):
            return await self._time(line.strip("（）"))
        head, _, text = line.partition("：")
        text = text.replace("⏎", "\n")
        if head.endswith("撤回"):
            who = PEOPLE[head.removesuffix("撤回")]
            recalled = Recalled(
                account=ACCOUNT, room="r1", message=self.sent[who, text], sender=who, at=self.now
            )
            return await self._settled(await self.work(recalled))
        who, _, place = head.partition("（")
        room = self._room(place.rstrip("）"))
        mentions = ("bot",) if text.startswith("@小团") else ()
        return await self._settled(await self.say(who, text, room=room, mentions=mentions))

    def _room(self, place: str) -> str | None:
        if place == "私聊":
            return None
        return self.rooms[place] if place else "r1"

    async def _settled(self, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return said + await self.passes(seconds=SETTLE.total_seconds())

    async def _time(self, text: str) -> list[dict[str, Any]]:
        if text == "重启":
            await self.restart()
            return await self.work(Tick())
        if text.endswith("分钟后"):
            return await self.passes(minutes=float(text.removesuffix("分钟后")))
        if text.endswith("秒后"):
            return await self.passes(seconds=float(text.removesuffix("秒后")))
        hour, _, minute = text.partition(":")
        return await self.until(int(hour), int(minute))

    def written(self, said: Mapping[str, Any]) -> str:
        """One message of the bot as a transcript has it."""
        text = said["text"].replace("\n", "⏎")
        if said["room"] is None:
            who = next((name for name, ident in PEOPLE.items() if ident == said["to"]), said["to"])
            return f"{BOT}→{who}：{text}"
        if said["room"] == "r1":
            return f"{BOT}：{text}"
        name = next(name for name, ident in self.rooms.items() if ident == said["room"])
        return f"{BOT}（{name}）：{text}"

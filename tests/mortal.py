"""A bot that is killed at named points, many times over: forked from one process that has loaded all.

    python tests/mortal.py FOLDER        prints how often each point is passed in a whole life
    python tests/mortal.py FOLDER CASES  JSON Lines {"point","nth"} in CASES: a life, a death, a second life

Everything is the product's own but the platform (files of what people said and what the bot sent) and the
clock.  The points lie around each database transaction and each message sent or heard.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.channels import ChannelState, Deliver, Incoming, Outgoing, Recalled
from bot.clock import VirtualClock
from bot.config import config_from_mapping
from bot.core import build_worker, settings_of
from bot.delivery import Delivery
from bot.inbox import Inbox
from bot.log import configure
from bot.sending import ECHO_WAIT
from bot.state import shop_state
from storage.catalogue import Product
from storage.catalogue_files import parse_catalogue
from storage.database import Database
from storage.ids import Ids
from storage.outbox import OutboxRow, Sending
from storage.shop import all_models

T = TypeVar("T")
START = datetime.fromisoformat("2026-05-21T10:00:00+08:00")
ACCOUNT, ROOM = "a", "r1"
CATALOGUE = "编号,名称,价格,单位,库存\nP1,红颜草莓,39.90,盒,20\nP2,土鸡蛋,28.80,板,\n"
OPENING = "开团\n周末鲜果\nA 红颜草莓 39.9元/盒 限20盒\nB 土鸡蛋 28.8元/板\n今天11点截止，10份成团，3号楼自提"
LIST = "#接龙\n团1 周末鲜果\n\n1. 邻居1：A3盒\n2. 邻居2：A2盒 B1板\n3. 邻居9：A1盒"
READY = (Sending.PENDING, Sending.IN_DOUBT)
STEPS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("lead", OPENING),),
    (("lead", "开团"),),
    (("lead", "今天10点20分发：今晚有新到的脐橙"),),
    (("u1", "A3"),),
    (("u2", "A2 B1"), ("u3", "A4"), ("u4", "B3"), ("u5", "早上好")),
    (("u6", "A8"), ("u7", "A2"), ("u8", "A5")),
    (("u3", "A改成2"),),
    (("u4", "撤回"),),
    (("u9", LIST),),
    (("u1", "草莓甜吗"), ("u2", "帮我妈也来一板鸡蛋 5-301")),
    (("u6", "不要了"),),
    (("u8", "收到的草莓烂了一半"),),
    (("agent", "接 A101"),),
    (("agent", "A101 给您补一盒"),),
    (),  # ten minutes go by: the post
    (),  # an hour: the deadline
    (("u1", "已付"), ("u2", "已转")),
    (("lead", "邻居1已付"),),
    (("lead", "已下单"),),
    (("u7", "不要了"),),
)
"""What people say at once, a step every thirty seconds, but for the last two long ones."""


def moment(step: int) -> datetime:
    """When a step is."""
    late = timedelta(minutes=25 if step == 14 else 61 if step > 14 else 0)
    return START + late + timedelta(seconds=30 * step)


class Fate:
    """Counts the points that are passed, and kills at one of them."""

    def __init__(self, point: str = "", nth: int = 0) -> None:
        self.point, self.nth = point, nth
        self.passed: Counter[str] = Counter()

    def __call__(self, point: str) -> None:
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalDatabase(Database):
    """May die with a transaction done but not kept, or kept but not known to be."""

    fate = Fate()

    async def run(self, work: Callable[[Any], T]) -> T:
        def whole(connection: Any) -> T:
            result = work(connection)
            self.fate("before the commit")
            return result

        result = await super().run(whole)
        self.fate("after the commit")
        return result


class Platform:
    """A chat platform in files: they outlive whoever is connected."""

    account = ACCOUNT

    def __init__(self, file: Path, fate: Fate) -> None:
        self._file, self._fate = file, fate

    async def start(self, deliver: Deliver) -> None:
        """Nothing comes by itself."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def send(self, message: Outgoing) -> str | None:
        self._fate("before it is sent")
        with self._file.open("a", encoding="utf-8") as sent:
            line = {"key": message.key, "to": message.room or message.to, "text": message.text}
            sent.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._fate("after it is sent")
        return None

    async def can_dm(self, person: str) -> bool:
        return True

    def state(self) -> ChannelState:
        return ChannelState(connected=True, logged_in=True)


class Bot:
    """One process over a store, in front of the platform."""

    def __init__(self, folder: Path, fate: Fate, now: datetime) -> None:
        shop = {"name": "果园鲜生", "facts": {"付款": "成团后微信转团长"}}
        settings = {"shop": shop, "pace": {"seconds_between_sends": 0}, "digest_seconds": 20}
        self.config = config_from_mapping(settings, folder, "mortal")
        self.folder, self.fate, self.clock = folder, fate, VirtualClock(now)
        self.database = MortalDatabase(f"sqlite:///{folder}/bot.db", synchronous="OFF")
        self.database.fate = fate

    async def start(self) -> None:
        all_models()
        await self.database.create()
        platform = Platform(self.folder / "sent.jsonl", self.fate)
        self.delivery = Delivery([platform], self.clock, poll=0.002)
        self.worker = build_worker(
            settings_of(self.config),
            self.database,
            self.delivery,
            ids=Ids(),
            started=self.clock.now(),
            default_account=ACCOUNT,
        )
        await self.worker.open()
        self.inbox = Inbox(self.worker, self.clock)
        self.inbox.start()
        members = {"lead": "小美", **{f"u{n}": f"邻居{n}" for n in range(1, 10)}}
        room = {"name": "果园一群", "leaders": ["lead"], "members": members, "account": ACCOUNT}
        people = {"rooms": {ROOM: room}, "agents": {"agent": "客服小周"}, "agent_room": "desk"}
        await self.inbox.command("configure", people)
        await self.inbox.command("import_catalogue", parse_catalogue(CATALOGUE.encode(), "c").products)

    async def live(self, first: int) -> None:
        """What was said until step `first` comes again; then all further steps, as they happen."""
        self.delivery.start(self.inbox)
        await self.rest()
        await asyncio.sleep(0.05)  # the sender sees that the account is there: from now on echoes may come
        self.clock.move_to(moment(first) + ECHO_WAIT + timedelta(seconds=1))
        await self.rest()
        for step in range(first):
            await self.hear(step)
        for step in range(first, len(STEPS)):
            (self.folder / "step").write_text(str(step))
            self.clock.move_to(moment(step))
            await self.inbox.tick()
            await self.hear(step)
            await self.rest()
        self.clock.move_to(moment(len(STEPS)) + timedelta(minutes=2))
        await self.inbox.tick()
        await self.rest()

    async def hear(self, step: int) -> None:
        for number, (who, text) in enumerate(STEPS[step]):
            self.fate("a message is heard")
            await self.inbox.deliver(happening(f"{step}-{number}", who, text, moment(step)))

    async def rest(self) -> None:
        """Until everything is decided, and everything that can be said is said."""
        while True:
            await self.inbox._queue.join()
            now, rows = self.clock.now(), list(self.worker.shop.rows(OutboxRow))
            waits = {_place(row) for row in rows if row.state == Sending.IN_DOUBT and row.next_at > now}
            if not any(
                row.state == Sending.SENDING
                or (row.state in READY and row.next_at <= now and _place(row) not in waits)
                for row in rows
            ):
                return
            await asyncio.sleep(0.002)

    async def facts(self) -> dict[str, Any]:
        """What the store says, and whether its totals are what its lines say."""
        state = await shop_state(self.worker.shop, self.clock.now())
        table = OutboxRow.table().c
        outbox = await self.worker.shop.query(OutboxRow, table.number >= 0)
        stock = {row.id: row.values() for row in self.worker.shop.rows(Product)}
        return {
            "group_buys": state["group_buys"],
            "tickets": state["tickets"],
            "posts": state["posts"],
            "keys": [row.idem_key for row in outbox],
            "unsent": [[row.text, row.state] for row in outbox if row.state != Sending.SENT],
            "stock": {id: str(values.get("stock")) for id, values in stock.items()},
            "reserved": {id: str(values.get("reserved")) for id, values in stock.items()},
        }


def _place(row: OutboxRow) -> tuple[str | None, str | None]:
    """Where it is said: later words wait there for earlier ones."""
    return row.room_id, row.person_id


def happening(id: str, who: str, text: str, at: datetime) -> Incoming | Recalled:
    """A step's words as the platform tells them."""
    if text == "撤回":
        return Recalled(account=ACCOUNT, room=ROOM, message="4-2", sender=who, at=at)
    room = "desk" if who == "agent" else ROOM
    name = {"lead": "小美", "agent": "客服小周"}.get(who, f"邻居{who[1:]}")
    return Incoming(account=ACCOUNT, id=id, room=room, sender=who, text=text, at=at, name=name)


def sent(folder: Path) -> list[dict[str, str]]:
    """What the platform got, in order."""
    file = folder / "sent.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


async def first_life(folder: Path, fate: Fate) -> None:
    bot = Bot(folder, fate, START)
    await bot.start()
    fate.passed.clear()
    if fate.point:
        (folder / "born").touch()
    await bot.live(0)
    facts = {"passed": fate.passed, **await bot.facts(), "sent": sent(folder)}
    (folder / "whole.json").write_text(json.dumps(facts, ensure_ascii=False))


async def second_life(folder: Path) -> None:
    step = int((folder / "step").read_text()) if (folder / "step").exists() else 0
    before = sent(folder)
    bot = Bot(folder, Fate(), moment(step))
    await bot.start()
    facts = {"at_death": await bot.facts(), "sent_before": before}
    await bot.live(step)
    facts |= {"end": await bot.facts(), "sent": sent(folder)}
    (folder / "second.json").write_text(json.dumps(facts, ensure_ascii=False))


def forked(work: Callable[[], Any]) -> int:
    """Do it in a process of its own; its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:  # nothing of the parent may go on in the child
            sys.stderr.write(f"{error!r}\n")
            sys.stderr.flush()
            os._exit(1)
    return os.waitpid(child, 0)[1]


def main() -> None:
    configure("CRITICAL")
    root = Path(sys.argv[1])
    warm = root / "warm"
    warm.mkdir()
    os.chdir(root)
    if len(sys.argv) == 2:
        asyncio.run(first_life(warm, Fate()))
        sys.stdout.write((warm / "whole.json").read_text())
        return
    import bot.arrivals  # noqa: F401  (everything is loaded before the forks)

    for number, line in enumerate(Path(sys.argv[2]).read_text().splitlines()):
        case = json.loads(line)
        folder = root / f"case{number}"
        folder.mkdir()
        fate = Fate(case["point"], case["nth"])
        status = forked(lambda folder=folder, fate=fate: asyncio.run(first_life(folder, fate)))  # type: ignore[misc]
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        again = forked(lambda folder=folder: asyncio.run(second_life(folder)))  # type: ignore[misc]
        result = case | {"killed": killed, "ok": again == 0}
        if again == 0:
            result |= json.loads((folder / "second.json").read_text())
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

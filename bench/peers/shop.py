"""The shop that the Python peers keep: SQLModel with a session for each write, as their guides show.

It knows the workload's sentences by three patterns and a dictionary of names, which is the least that
gives the right answers, so what is measured is the framework and the store and not somebody's NLP.
"""

import csv
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine, func, select

QUESTION = r"^(.+?)(多少钱|还有吗|哪里产的|怎么存放|多少一份)$"
ORDER = r"^(?:([A-E])(\+?)(\d+)|要(\d+)份(.+)|(.+?)(\d+)份)$"
COMPLAINT = r"^(?:收到的)?(.+?)(烂了|坏了|少发|发错)"


class SignUp(SQLModel, table=True):
    room: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    buyer: str = Field(primary_key=True)
    quantity: int


class Ticket(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    room: str
    buyer: str
    text: str


class Handled(SQLModel, table=True):
    message: str = Field(primary_key=True)


class Shop:
    def __init__(self, log: Path, store: Path, outcome: Path) -> None:
        self.outcome = outcome
        self.engine = create_engine(f"sqlite:///{store}")
        event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL"))
        SQLModel.metadata.create_all(self.engine)
        with log.with_suffix(".csv").open(encoding="utf-8") as file:
            self.products = {row["名称"]: row for row in csv.DictReader(file)}
        self.lines = [json.loads(line) for line in log.read_bytes().splitlines()[1:]]
        self.offers: dict[str, dict[str, str]] = {}
        for line in self.lines:
            if "id" not in line and "日常团" in line["text"]:
                self.offers[line["room"]] = dict(re.findall(r"^([A-E]) (\S+)", line["text"], re.M))
        self.messages = [line for line in self.lines if "id" in line]
        self.replied: list[str] = []

    def answer(self, name: str, asked: str) -> str | None:
        product = self.products.get(name)
        if product is None:
            return None
        told = {"哪里产的": product["产地"], "怎么存放": product["储存"], "还有吗": "有"}
        return f"{name}：{told.get(asked, product['价格'] + '元')}"

    def sign_up(self, message: str, room: str, buyer: str, match: tuple[str | None, ...]) -> str | None:
        code, plus, number, first, named, other, last = match
        name = named or other
        if name is not None:
            code = next((c for c, offered in self.offers[room].items() if offered == name), None)
        if code is None:
            return None
        count = int(number or first or last or 0)
        with Session(self.engine) as session:
            if session.get(Handled, message):
                return None
            session.add(Handled(message=message))
            line = session.get(SignUp, (room, code, buyer))
            if line is None:
                line = SignUp(room=room, code=code, buyer=buyer, quantity=0)
            line.quantity = line.quantity + count if plus else count
            session.add(line)
            session.commit()
        return f"{buyer} {code}{count}"

    def complain(self, message: str, room: str, buyer: str, name: str, text: str) -> str | None:
        if name not in self.products:
            return None
        with Session(self.engine) as session:
            if session.get(Handled, message):
                return None
            session.add(Handled(message=message))
            session.add(Ticket(room=room, buyer=buyer, text=text))
            session.commit()
        return "已登记，客服马上联系您"

    async def play(
        self, pack: Callable[[dict[str, Any]], bytes], hear: Callable[[str, Any], Awaitable[object]]
    ) -> None:
        """Have `hear` handle every message, one after the other; tell what came of it and what it cost."""
        wire = [(line["id"], pack(line)) for line in self.messages]
        spent, started = cpu(), time.perf_counter()
        for message, raw in wire:
            await hear(message, json.loads(raw))
        row = {"cpu": cpu() - spent, "wall": time.perf_counter() - started, "messages": len(wire)}
        row |= {"ready_cpu": spent, "rss_end_mb": psutil.Process().memory_info().rss / 1e6}
        with Session(self.engine) as session:
            lines = session.exec(select(SignUp)).all()
            tickets = session.exec(select(func.count()).select_from(Ticket)).one()
        taken = {f"{s.room.removeprefix('room')}:{s.code}:{s.buyer}": s.quantity for s in lines}
        outcome = {"taken": taken, "tickets": tickets, "replied": self.replied}
        self.outcome.write_text(json.dumps(outcome))
        print(json.dumps(row))


def opened() -> Shop:
    """The shop that the command line names: LOG STORE OUTCOME."""
    return Shop(*map(Path, sys.argv[1:4]))


def cpu() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)

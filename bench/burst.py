"""P12: a thousand sign-ups in a minute in one room: how many messages the bot says, and when the last."""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.workload import Mix
from bot.log import configure
from bot.replay import replay


def write_burst(folder: Path, sign_ups: int) -> tuple[Path, datetime]:
    """The log of one room in which everybody signs up within a minute; and when that minute ends."""
    mix = Mix(0, rooms=1)
    catalogue, log = folder / "burst.csv", folder / "burst.jsonl"
    catalogue.write_text(mix.catalogue(), encoding="utf-8")
    setup = mix.setup(catalogue.name, {"pace": {"seconds_between_sends": 1}})
    lines: list[dict[str, Any]] = [setup, *mix.opening()]
    start = mix.now + timedelta(minutes=30)
    for number in range(sign_ups):
        at = start + timedelta(seconds=60 * number / sign_ups)
        who = f"p{number}"
        line = {"at": at.isoformat(), "room": "room0", "sender": who, "name": name_of(number)}
        lines.append({**line, "text": f"{'ABCDE'[number % 5]}{1 + number % 3}", "id": f"m{number}"})
    end = start + timedelta(seconds=60)
    lines.append({"type": "clock", "at": (end + timedelta(minutes=30)).isoformat()})
    log.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return log, end


def name_of(number: int) -> str:
    """A name that is part of no other one."""
    return f"邻居{number:04d}"


def measured(folder: Path, sign_ups: int) -> dict[str, Any]:
    """Messages to the room since the burst began, the last one's lateness, and who was never named."""
    log, end = write_burst(folder, sign_ups)
    said, state = asyncio.run(replay(log))
    answers = [line for line in said if line["room"] == "room0"][2:]
    heard = " ".join(line["text"] for line in answers)
    named = {who for line in answers for who in line["mentions"]}
    unnamed = sum(name_of(n) not in heard and f"p{n}" not in named for n in range(sign_ups))
    last = max(datetime.fromisoformat(line["at"]) for line in answers)
    booked = len(state["group_buys"][0]["sign_ups"])
    return {
        "messages": sign_ups,
        "sent": len(answers),
        "late_s": (last - end).total_seconds(),
        "unnamed": unnamed,
        "oracle": "ok" if booked == sign_ups else f"{booked} of {sign_ups} booked",
    }


if __name__ == "__main__":
    configure("ERROR")
    print(json.dumps({"subject": "xiaotuan", **measured(Path(sys.argv[1]), int(sys.argv[2]))}))

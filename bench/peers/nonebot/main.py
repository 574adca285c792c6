"""NoneBot2 with OneBot v11: events as go-cqhttp sends them, without the websocket in between."""

import asyncio
import json
from typing import Any

import nonebot
from nonebot import on_regex
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent
from nonebot.params import RegexGroup
from shop import COMPLAINT, ORDER, QUESTION, opened
from wire import onebot

nonebot.init(driver="~none", log_level="WARNING")
shop = opened()
question, order, complaint = on_regex(QUESTION), on_regex(ORDER), on_regex(COMPLAINT)
Groups = RegexGroup()


@question.handle()
async def answer(event: GroupMessageEvent, found: tuple[Any, ...] = Groups) -> None:
    await question.finish(shop.answer(found[0], found[1]))


@order.handle()
async def sign_up(event: GroupMessageEvent, found: tuple[Any, ...] = Groups) -> None:
    room, buyer = f"room{event.group_id}", event.sender.card or ""
    await order.finish(shop.sign_up(f"m{event.message_id}", room, buyer, found))


@complaint.handle()
async def complain(event: GroupMessageEvent, found: tuple[Any, ...] = Groups) -> None:
    room, buyer, text = f"room{event.group_id}", event.sender.card or "", event.get_plaintext()
    await complaint.finish(shop.complain(f"m{event.message_id}", room, buyer, found[0], text))


class Feed(Adapter):
    current = ""

    def setup(self) -> None: ...

    async def _call_api(self, bot: Bot, api: str, **data: Any) -> Any:
        json.dumps({"action": api, "params": data}, default=str)
        shop.replied.append(self.current)
        return {"message_id": len(shop.replied)}


async def main() -> None:
    nonebot.get_driver().register_adapter(Feed)
    feed: Any = nonebot.get_adapter(Feed)
    bot = Bot(feed, "10000")
    feed.bot_connect(bot)

    async def hear(message: str, raw: Any) -> None:
        feed.current = message
        await bot.handle_event(feed.json_to_event(raw))

    await shop.play(onebot, hear)


asyncio.run(main())

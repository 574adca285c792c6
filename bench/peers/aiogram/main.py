"""aiogram: updates as a webhook gets them, requests end before the network."""

import asyncio
import json
import re
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.base import BaseSession
from aiogram.types import Chat, Message
from shop import COMPLAINT, ORDER, QUESTION, opened
from wire import telegram

shop = opened()
dispatcher = Dispatcher()


@dispatcher.message(F.text.regexp(QUESTION).as_("found"))
async def answer(message: Message, found: re.Match[str]) -> None:
    await say(message, shop.answer(*found.groups()))


@dispatcher.message(F.text.regexp(ORDER).as_("found"))
async def sign_up(message: Message, found: re.Match[str]) -> None:
    key, who = f"m{message.message_id}", message.from_user.first_name
    await say(message, shop.sign_up(key, message.chat.title, who, found.groups()))


@dispatcher.message(F.text.regexp(COMPLAINT).as_("found"))
async def complain(message: Message, found: re.Match[str]) -> None:
    key, who = f"m{message.message_id}", message.from_user.first_name
    await say(message, shop.complain(key, message.chat.title, who, found[1], message.text))


async def say(message: Message, text: str | None) -> None:
    if text is not None:
        await message.answer(text)


class Feed(BaseSession):
    current = ""

    async def close(self) -> None: ...
    async def stream_content(self, *_: Any, **__: Any) -> Any: ...

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        json.dumps(method.model_dump(exclude_none=True), default=str)
        shop.replied.append(self.current)
        return Message(message_id=1, date=1, chat=Chat(id=-1, type="group"), text=".")


async def main() -> None:
    feed = Feed()
    bot = Bot("1:a", session=feed)

    async def hear(message: str, raw: Any) -> None:
        feed.current = message
        await dispatcher.feed_raw_update(bot, raw)

    await shop.play(telegram, hear)


asyncio.run(main())

"""python-telegram-bot: updates as a webhook gets them, requests end before the network."""

import asyncio
import json
from typing import Any

from shop import COMPLAINT, ORDER, QUESTION, opened
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest, RequestData
from wire import telegram

Context = ContextTypes.DEFAULT_TYPE
shop = opened()


async def answer(update: Update, context: Context) -> None:
    await say(update, shop.answer(*context.matches[0].groups()))


async def sign_up(update: Update, context: Context) -> None:
    message = update.message
    found = context.matches[0].groups()
    await say(update, shop.sign_up(f"m{message.id}", message.chat.title, message.from_user.first_name, found))


async def complain(update: Update, context: Context) -> None:
    message = update.message
    who, name = message.from_user.first_name, context.matches[0][1]
    await say(update, shop.complain(f"m{message.id}", message.chat.title, who, name, message.text))


async def say(update: Update, text: str | None) -> None:
    if text is not None:
        await update.message.reply_text(text)


class Feed(BaseRequest):
    current = ""
    read_timeout = 5.0

    async def initialize(self) -> None: ...
    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_: Any
    ) -> Any:
        result: dict[str, Any] = {"id": 1, "is_bot": True, "first_name": "bot", "username": "bot"}
        if url.endswith("sendMessage"):
            json.dumps(request_data.json_parameters)
            shop.replied.append(self.current)
            result = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}, "text": "."}
        return 200, json.dumps({"ok": True, "result": result}).encode()


async def main() -> None:
    feed = Feed()
    app = Application.builder().token("1:a").request(feed).get_updates_request(feed).updater(None).build()
    for pattern, handler in ((QUESTION, answer), (ORDER, sign_up), (COMPLAINT, complain)):
        app.add_handler(MessageHandler(filters.Regex(pattern), handler))
    await app.initialize()

    async def hear(message: str, raw: Any) -> None:
        feed.current = message
        await app.process_update(Update.de_json(raw, app.bot))

    await shop.play(telegram, hear)


asyncio.run(main())

"""Messages go out: put as the gateway wants them, and told apart when they do not arrive.

No call here is ever repeated: a message of which nobody knows whether it went out must be looked
for first (its echo), and that is the business of who sends.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from bot.channels import NotSent, Outgoing, SendInDoubt
from bot.channels.wechaty import wire
from bot.channels.wechaty.puppet import LARGE, RobustPuppet
from bot.channels.wechaty.sdk import CONNECTION_ERRORS, Cardinality, GRPCError, Status
from bot.channels.wechaty.sent import Originals
from bot.channels.wechaty.wechat_text import with_mentions

log = structlog.get_logger()

REFUSED = {
    Status.UNAUTHENTICATED,
    Status.PERMISSION_DENIED,
    Status.UNIMPLEMENTED,
    Status.RESOURCE_EXHAUSTED,
    Status.INVALID_ARGUMENT,
    Status.NOT_FOUND,
    Status.FAILED_PRECONDITION,
}
"""Said before a message is handed to WeChat. Any other status may come after."""

TITLE = 60
"""Characters of a link's title; what is more goes into its description."""


class Sender:
    """Sends through a puppet."""

    def __init__(self, puppet: RobustPuppet, originals: Originals, logged_in: Callable[[], bool]) -> None:
        self._puppet, self._originals, self._logged_in = puppet, originals, logged_in

    async def send(self, message: Outgoing) -> str | None:
        """Send one message; its id if the puppet knows it. Raises NotSent or SendInDoubt."""
        link = self._puppet.link
        conversation = message.room or message.to
        if not conversation:
            raise NotSent("neither a room nor a person to send to")
        if not link.connected:
            raise NotSent(f"not connected: {link.detail}")
        if not self._logged_in():
            raise NotSent("the account is not logged in")
        call, request = await self._request(message, conversation)
        reply: wire.Sent = await self._ask(call, request)
        return reply.id

    async def _request(self, message: Outgoing, conversation: str) -> tuple[str, Any]:
        if message.kind == "text":
            text = with_mentions(message.text, message.mentions)
            self._originals.keep(conversation, text, message.text)
            return "MessageSendText", wire.SendText(
                conversation_id=conversation, text=text, mention_ids=list(message.mentions)
            )
        if message.kind == "link" and message.url:
            return "MessageSendUrl", _link(conversation, message.text, message.url)
        if message.kind in ("image", "file") and message.path:
            box = await self._file_box(Path(message.path))
            return "MessageSendFile", wire.SendFile(conversation_id=conversation, file_box=box)
        raise NotSent(f"a message of kind {message.kind} without its content")

    async def _file_box(self, path: Path) -> str:
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise NotSent(f"{path}: {error.strerror or error}") from error
        if len(data) < LARGE:
            base64 = b64encode(data).decode()
            return json.dumps({"type": 1, "name": path.name, "base64": base64})
        try:
            uuid = await self._puppet.upload(data)
        except (*CONNECTION_ERRORS, GRPCError) as error:
            raise NotSent(f"the upload failed: {_why(error)}") from error
        return json.dumps({"type": 7, "name": path.name, "uuid": uuid})

    async def _ask(self, call: str, request: Any) -> Any:
        """One call whose failure tells whether the request can have left."""
        link = self._puppet.link
        left = False
        try:
            async with link.open_channel().request(
                wire.SERVICE + call,
                Cardinality.UNARY_UNARY,
                type(request),
                wire.Sent,
                metadata=link.metadata,
                timeout=link.timing.rpc,
            ) as stream:
                await stream.send_request()
                left = True
                await stream.send_message(request, end=True)
                reply = await stream.recv_message()
        except GRPCError as error:
            if not left or error.status in REFUSED:
                raise NotSent(_why(error)) from error
            raise SendInDoubt(_why(error)) from error
        except CONNECTION_ERRORS as error:
            if not left:
                raise NotSent(_why(error)) from error
            raise SendInDoubt(_why(error)) from error
        if reply is None:
            raise SendInDoubt("the gateway answered nothing")
        return reply


def _link(conversation: str, text: str, url: str) -> wire.SendUrl:
    title, _, description = text.strip().partition("\n")
    if len(title) > TITLE:
        title, description = title[:TITLE], f"{title[TITLE:]}\n{description}".strip()
    card = wire.UrlLink(title=title or url, description=description.strip(), url=url)
    return wire.SendUrl(conversation_id=conversation, url_link=card)


def _why(error: BaseException) -> str:
    """In words for the log, without what the gateway may have quoted."""
    if isinstance(error, GRPCError):
        return f"the gateway says {error.status.name}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

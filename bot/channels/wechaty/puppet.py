"""wechaty's puppet, made to survive: the transport of the channel, and of every wechaty plugin.

The bot's own work hangs on `on_event`, which is awaited event by event: wechaty's listeners get a
task for each event, and with that the order is lost.
"""

import copy
import json
import warnings
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import ClientSession

from bot.channels.wechaty import bridge, events, wire
from bot.channels.wechaty.directory import Directory
from bot.channels.wechaty.events import GatewayEvent
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.sdk import (
    Cardinality,
    ContactPayloadResponse,
    FileBox,
    GRPCError,
    PuppetOptions,
    PuppetService,
    map_message_type,
)

log = structlog.get_logger()

CHUNK = 64 * 1024
"""Bytes in one message of an upload; a gateway takes up to 4 MB."""

ARTWORK = 3
"""The picture as it was sent, no thumbnail."""

LARGE = 2 * 1024 * 1024
"""Bytes from which a file is uploaded first: base64 in a call must fit in those 4 MB."""


class RobustPuppet(PuppetService):  # type: ignore[misc]
    """A PuppetService that reconnects, takes any event, keeps bounded caches, and can send."""

    def __init__(
        self,
        make_link: Callable[..., Link],
        on_event: Callable[[GatewayEvent], Awaitable[None]],
        on_lost: Callable[[], None],
    ) -> None:
        super().__init__(PuppetOptions(token="-", end_point="-"))  # else it asks chatie.io
        self.link = make_link(on_event=self._arrived, on_lost=self._lost)
        self.directory = Directory(self.link.stub)
        self._on_event, self._on_lost = on_event, on_lost
        self.attached: Callable[[str], bool] = lambda _: False
        """Whether anybody in the SDK listens to an event of this name."""

    @property
    def puppet_stub(self) -> Any:
        """The calls, over the connection of the moment. Raises ConnectionError."""
        return self.link.stub()

    async def start(self) -> None:
        """Stay connected until cancelled."""
        await self.link.run()

    async def stop(self) -> None:
        """Let go; the account stays logged in at the gateway."""
        self._event_stream.remove_all_listeners()
        self.directory.close()

    async def _arrived(self, number: int, payload: str) -> None:
        event = events.parse(number, payload)
        self.directory.forget(event)
        if event.kind == "login":
            self.login_user_id = event.text("contactId") or None
        elif event.kind == "logout":
            self.login_user_id = None
        await self._on_event(event)
        if event.kind in bridge.ALWAYS or self.attached(event.kind):
            bridge.emit(self._event_stream, event)

    def _lost(self) -> None:
        self.login_user_id = None  # told anew on every connection
        self._on_lost()

    # What the SDK asks; served from the caches

    async def message_payload(self, message_id: str) -> Any:
        """The payload with wechaty's message type, "unspecified" for types it does not know."""
        payload = copy.copy(await self.directory.message(message_id))
        payload.type = int(payload.type) if 0 <= int(payload.type) <= 15 else 0
        return map_message_type(payload)

    async def contact_payload(self, contact_id: str) -> Any:
        """The payload of a contact; an empty one if there is none.

        wechaty drops a whole event for one person that it cannot look up, such as the inviter who
        is missing when somebody joins by a QR code.
        """
        try:
            return await self.directory.person(contact_id)
        except GRPCError:
            return ContactPayloadResponse(id=contact_id or "-", name=contact_id or "-")

    async def room_payload(self, room_id: str) -> Any:
        """The payload of a room."""
        return await self.directory.room(room_id)

    async def room_member_payload(self, room_id: str, contact_id: str) -> Any:
        """The payload of somebody in a room."""
        return await self.directory.member(room_id, contact_id)

    # What the old stubs no longer get across

    async def _ask(self, call: str, request: Any, reply: Any) -> Any:
        return await self.link.stub()._unary_unary(wire.SERVICE + call, request, reply)

    async def room_topic(self, room_id: str, new_topic: str | None = None) -> str:
        """Set the topic, or get it."""
        return await self._text("RoomTopic", room_id, new_topic)

    async def room_announce(self, room_id: str, announcement: str | None = None) -> str:
        """Set the announcement (群公告), or get it."""
        return await self._text("RoomAnnounce", room_id, announcement)

    async def contact_alias(self, contact_id: str, alias: str | None = None) -> str:
        """Set the account's remark on a contact, or get it."""
        return await self._text("ContactAlias", contact_id, alias)

    async def _text(self, call: str, id: str, text: str | None) -> str:
        if text is None:
            return str((await self._ask(call, wire.ById(id=id), wire.GotText)).text)
        await self._ask(call, wire.SetText(id=id, text=text), wire.Empty)
        return text

    async def room_qr_code(self, room_id: str) -> str:
        """What the QR code for joining the room encodes."""
        reply = await self._ask("RoomQRCode", wire.ById(id=room_id), wire.QrCode)
        return str(reply.qrcode)

    async def message_forward(self, to_id: str, message_id: str) -> str | None:
        """Forward a message of any kind; the id of the new one."""
        request = wire.Forward(message_id=message_id, conversation_id=to_id)
        reply: wire.Sent = await self._ask("MessageForward", request, wire.Sent)
        return reply.id

    async def message_location(self, message_id: str) -> wire.Location:
        """The place in a location message."""
        reply = await self._ask("MessageLocation", wire.ById(id=message_id), wire.GotLocation)
        location: wire.Location = reply.location
        return location

    # Files

    async def message_send_file(self, conversation_id: str, file: Any) -> str | None:
        """Send a FileBox of the SDK; the id of the message."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # FileBox calls what it has deprecated itself
            box = json.loads(file.to_json_str())
        if "remoteUrl" in box:
            box["url"] = box["remoteUrl"]  # what file-box 1.5 reads
        request = wire.SendFile(conversation_id=conversation_id, file_box=json.dumps(box))
        reply: wire.Sent = await self._ask("MessageSendFile", request, wire.Sent)
        return reply.id

    async def message_image(self, message_id: str, image_type: int = 3) -> Any:
        """The picture of an image message."""
        reply = await self.puppet_stub.message_image(id=message_id, type=int(image_type))
        return await self._file_box(reply.filebox)

    async def picture(self, message_id: str, longest: int) -> bytes | None:
        """The bytes of an image message; None when there are none, or more than `longest`."""
        reply = await self.puppet_stub.message_image(id=message_id, type=ARTWORK)
        box = json.loads(reply.filebox)
        if box.get("type") == 7:
            return await self.download(box["uuid"], longest)
        if isinstance(box.get("base64"), str):
            return b64decode(box["base64"])[: longest + 1]
        address = box.get("url") or box.get("remoteUrl")
        return await _fetched(address, longest) if isinstance(address, str) else None

    async def message_file(self, message_id: str) -> Any:
        """The file of a message: a document, a voice message, a video."""
        return await self._file_box((await self.puppet_stub.message_file(id=message_id)).filebox)

    async def _file_box(self, text: str) -> Any:
        box = json.loads(text)
        if box.get("type") == 7:  # Uuid: larger than 20 kB, to be fetched by its id
            data = await self.download(box["uuid"])
            return FileBox.from_base64(b64encode(data), name=box.get("name") or "file")
        if "url" in box:
            box["remoteUrl"] = box["url"]
        return FileBox.from_json(json.dumps(box))

    async def download(self, uuid: str, longest: int | None = None) -> bytes:
        """The bytes that the gateway keeps under an id; not much more than `longest`."""
        stub = self.link.stub(self.link.timing.upload)
        chunks: AsyncIterator[wire.Chunk] = stub._unary_stream(
            wire.SERVICE + "Download", wire.ById(id=uuid), wire.Chunk
        )
        found = bytearray()
        async for chunk in chunks:
            found += chunk.chunk
            if longest is not None and len(found) > longest:
                break
        return bytes(found)

    async def upload(self, data: bytes) -> str:
        """Leave bytes at the gateway; the id to send them by."""
        async with self.link.open_channel().request(
            wire.SERVICE + "Upload",
            Cardinality.STREAM_UNARY,
            wire.Chunk,
            wire.Uploaded,
            metadata=self.link.metadata,
            timeout=self.link.timing.upload,
        ) as stream:
            for start in range(0, len(data), CHUNK):
                await stream.send_message(wire.Chunk(chunk=data[start : start + CHUNK]))
            await stream.end()
            return str((await stream.recv_message()).id)


async def _fetched(address: str, longest: int) -> bytes | None:
    """What WeChat's own servers keep under an address that the gateway named."""
    if not address.startswith("https://"):
        return None
    async with ClientSession() as http, http.get(address, allow_redirects=False) as response:
        if response.status != HTTPStatus.OK:
            return None
        return await response.content.read(longest + 1)

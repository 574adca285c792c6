"""The calls of wechaty-grpc 1.x that the Python stubs of 0.20 lack or spell in a dead field.

Field numbers are those of the proto files of npm wechaty-grpc 1.5.2.  The stubs write optional
texts into the StringValue fields that gateways no longer read: the call succeeds, in vain.
"""

from dataclasses import dataclass
from typing import List, Optional  # noqa: UP035 (betterproto reads these forms)

import betterproto

SERVICE = "/wechaty.Puppet/"


@dataclass
class ById(betterproto.Message):
    """A request that names one thing (RoomQRCode, Download, MessageLocation, and the getters)."""

    id: str = betterproto.string_field(1)


@dataclass
class SetText(betterproto.Message):
    """Set the topic or the announcement of a room, or the alias of a contact."""

    id: str = betterproto.string_field(1)
    text: str = betterproto.string_field(3)


@dataclass
class GotText(betterproto.Message):
    """The topic, announcement or alias that was asked for."""

    text: str = betterproto.string_field(2)


@dataclass
class Empty(betterproto.Message):
    """An answer that says nothing but that it was done."""


@dataclass
class QrCode(betterproto.Message):
    """What a QR code encodes."""

    qrcode: str = betterproto.string_field(1)


@dataclass
class Chunk(betterproto.Message):
    """A piece of a file, to (Upload) or from (Download) the gateway."""

    chunk: bytes = betterproto.bytes_field(1)


@dataclass
class Uploaded(betterproto.Message):
    """The id by which an uploaded file can be sent."""

    id: str = betterproto.string_field(1)


@dataclass
class SendText(betterproto.Message):
    """MessageSendText."""

    conversation_id: str = betterproto.string_field(1)
    text: str = betterproto.string_field(2)
    mention_ids: List[str] = betterproto.string_field(3)  # noqa: RUF009, UP006


@dataclass
class SendFile(betterproto.Message):
    """MessageSendFile; `file_box` is the JSON of a FileBox of npm file-box 1.5."""

    conversation_id: str = betterproto.string_field(1)
    file_box: str = betterproto.string_field(2)


@dataclass
class UrlLink(betterproto.Message):
    """A link card."""

    description: str = betterproto.string_field(1)
    thumbnail_url: str = betterproto.string_field(2)
    title: str = betterproto.string_field(3)
    url: str = betterproto.string_field(4)


@dataclass
class SendUrl(betterproto.Message):
    """MessageSendUrl."""

    conversation_id: str = betterproto.string_field(1)
    url_link: UrlLink = betterproto.message_field(3)  # noqa: RUF009


@dataclass
class Forward(betterproto.Message):
    """MessageForward."""

    message_id: str = betterproto.string_field(1)
    conversation_id: str = betterproto.string_field(2)


@dataclass
class Location(betterproto.Message):
    """A place on the map."""

    accuracy: float = betterproto.float_field(1)
    address: str = betterproto.string_field(2)
    latitude: float = betterproto.double_field(3)
    longitude: float = betterproto.double_field(4)
    name: str = betterproto.string_field(5)


@dataclass
class GotLocation(betterproto.Message):
    """MessageLocation's answer."""

    location: Location = betterproto.message_field(1)  # noqa: RUF009


@dataclass
class Sent(betterproto.Message):
    """The id of a sent message, if the puppet knows it: new gateways use field 2, old ones 1."""

    old_id: Optional[str] = betterproto.message_field(  # noqa: UP045
        1, wraps=betterproto.TYPE_STRING
    )
    new_id: str = betterproto.string_field(2)

    @property
    def id(self) -> str | None:
        """The id, or None."""
        return self.new_id or self.old_id or None

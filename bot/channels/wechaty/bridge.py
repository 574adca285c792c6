"""Gateway events, put into the shapes that wechaty's listeners expect, every field filled."""

from typing import Any

from bot.channels.wechaty.events import GatewayEvent
from bot.channels.wechaty.sdk import ScanStatus, wechaty_puppet

ALWAYS = frozenset({"login", "logout", "scan", "ready", "error", "heartbeat"})
"""Told in any case: the SDK's own state hangs on them. The rest only if somebody listens."""


def emit(stream: Any, event: GatewayEvent) -> None:
    """Tell the SDK's listeners; events that it does not know are left out."""
    shaped = _SHAPES.get(event.kind)
    if shaped is not None:
        name = "heart-beat" if event.kind == "heartbeat" else event.kind  # as the bridge spells it
        stream.emit(name, shaped(event))


def _error(event: GatewayEvent) -> Any:
    return wechaty_puppet.EventErrorPayload(data=event.text("data", "gerror"))


def _scan(event: GatewayEvent) -> Any:
    status = event.number("status")
    known = status in {item.value for item in ScanStatus}
    return wechaty_puppet.EventScanPayload(
        status=ScanStatus(status if known else 0),
        qrcode=event.text("qrcode") or None,
        data=event.text("data") or None,
    )


def _join(event: GatewayEvent) -> Any:
    return wechaty_puppet.EventRoomJoinPayload(
        invited_ids=list(event.ids("inviteeIdList")),
        inviter_id=event.text("inviterId"),
        room_id=event.text("roomId"),
        timestamp=event.number("timestamp"),
    )


def _leave(event: GatewayEvent) -> Any:
    return wechaty_puppet.EventRoomLeavePayload(
        removed_ids=list(event.ids("removeeIdList")),
        remover_id=event.text("removerId"),
        room_id=event.text("roomId"),
        timestamp=event.number("timestamp"),
    )


def _topic(event: GatewayEvent) -> Any:
    return wechaty_puppet.EventRoomTopicPayload(
        changer_id=event.text("changerId"),
        new_topic=event.text("newTopic"),
        old_topic=event.text("oldTopic"),
        room_id=event.text("roomId"),
        timestamp=event.number("timestamp"),
    )


_SHAPES = {
    "message": lambda e: wechaty_puppet.EventMessagePayload(message_id=e.text("messageId")),
    "dong": lambda e: wechaty_puppet.EventDongPayload(data=e.text("data")),
    "heartbeat": lambda e: wechaty_puppet.EventHeartbeatPayload(data=e.text("data")),
    "ready": lambda e: wechaty_puppet.EventReadyPayload(data=e.text("data")),
    "error": _error,
    "login": lambda e: wechaty_puppet.EventLoginPayload(contact_id=e.text("contactId")),
    "logout": lambda e: wechaty_puppet.EventLogoutPayload(
        contact_id=e.text("contactId"), data=e.text("data")
    ),
    "scan": _scan,
    "friendship": lambda e: wechaty_puppet.EventFriendshipPayload(friendship_id=e.text("friendshipId")),
    "room-invite": lambda e: wechaty_puppet.EventRoomInvitePayload(
        room_invitation_id=e.text("roomInvitationId")
    ),
    "room-join": _join,
    "room-leave": _leave,
    "room-topic": _topic,
}

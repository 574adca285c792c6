"""What the account does by itself: it comes when invited, and befriends members of its rooms."""

from collections.abc import Awaitable, Callable

import structlog

from bot.channels.wechaty.events import GatewayEvent
from bot.channels.wechaty.puppet import RobustPuppet
from bot.channels.wechaty.sdk import CONNECTION_ERRORS, GRPCError

log = structlog.get_logger()

CONFIRMED, REQUESTED = 1, 2
"""FriendshipType: who befriended the account, and who asks to."""


async def answer(puppet: RobustPuppet, event: GatewayEvent) -> str | None:
    """Accept a room invitation (入群邀请), or a friend request of a member (contract §9.15).

    Returns the id of somebody who is a friend now.
    """
    answers: dict[str, Callable[[RobustPuppet, GatewayEvent], Awaitable[str | None]]] = {
        "room-invite": _come,
        "friendship": _befriend,
    }
    try:
        return await answers[event.kind](puppet, event)
    except (*CONNECTION_ERRORS, GRPCError) as error:
        log.warning("wechaty.not_accepted", kind=event.kind, why=type(error).__name__)
        return None


async def _come(puppet: RobustPuppet, event: GatewayEvent) -> None:
    await puppet.room_invitation_accept(event.text("roomInvitationId"))
    log.info("wechaty.invitation_accepted")


async def _befriend(puppet: RobustPuppet, event: GatewayEvent) -> str | None:
    id = event.text("friendshipId")
    request = await puppet.puppet_stub.friendship_payload(id=id)
    puppet.directory.forget_person(request.contact_id)
    person: str = request.contact_id
    if int(request.type) != REQUESTED:
        return person if int(request.type) == CONFIRMED else None
    if not await puppet.directory.shares_a_room(person):
        log.info("wechaty.stranger_not_befriended", person=person)
        return None
    await puppet.friendship_accept(id)
    puppet.directory.forget_person(person)
    log.info("wechaty.befriended", person=person)
    return person

"""The pictures of a case: asked for when somebody shows one, passed on to the agents once they are here."""

from collections.abc import Iterable, Mapping
from typing import Any

from handlers import Chat, Router, Turn
from handlers.tickets.base import record
from storage.tickets import Ticket
from storage.tickets.photos import WANTED, Photo, want


def take_picture(chat: Chat, ticket: Ticket) -> None:
    """The message itself shows one."""
    if chat.message.kind == "image":
        want(chat.shop, ticket, chat.message.account, chat.message.id, chat.now)


def take_earlier(chat: Chat, ticket: Ticket, messages: Iterable[str]) -> None:
    """Pictures that came before the words (H16)."""
    for message in messages:
        want(chat.shop, ticket, chat.message.account, message, chat.now)


async def kept(turn: Turn, data: Mapping[str, Any]) -> bool:
    """`photo.kept` {ticket, message, file, path}: a clean copy is here; the agents see it, too (E8)."""
    photo = turn.rows(Photo).get((data["ticket"], data["message"]))
    if photo is None or photo.state != WANTED:
        return False
    photo.keep(data["file"])
    ticket = turn.rows(Ticket).get(photo.ticket)
    if ticket is None or ticket.ended:
        return True
    turn.say_to_agents(f"{ticket.label} 的照片", kind="image", path=data["path"])
    return True


async def failed(turn: Turn, data: Mapping[str, Any]) -> None:
    """`photo.failed` {ticket, message}: it could not be had; in the end that is on record."""
    photo = turn.rows(Photo).get((data["ticket"], data["message"]))
    if photo is None or photo.state != WANTED:
        return
    photo.failed(turn.now)
    ticket = turn.rows(Ticket).get(photo.ticket)
    if photo.state != WANTED and ticket is not None:
        record(turn, ticket, "event", "有一张照片没取到，请客户重发")


def register(router: Router) -> None:
    """Name the commands."""
    router.command("photo.kept")(kept)
    router.command("photo.failed")(failed)

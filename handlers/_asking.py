"""Questions that an answer of one word cannot settle: the asked person says the whole once more."""

from collections.abc import Awaitable, Callable
from functools import wraps

from handlers._chat import Ask, Chat

Handler = Callable[[Chat], Awaitable[bool | None]]
RESUMED = ("which_item", "how_many", "which_group_buy")
"""Questions whose answer goes on with the order that waits in their `request`."""


def said_whole(handler: Handler) -> Handler:
    """For what is no order: no request waits for “A” or “2”, so its question asks for everything again."""

    @wraps(handler)
    async def asking(chat: Chat) -> bool | None:
        try:
            return await handler(chat)
        except Ask as ask:
            if ask.kind not in RESUMED or "request" in ask.data:
                raise
            head, _, tail = ask.question.partition("？")
            options = f"？{tail.removesuffix('回团号就行')}" if ask.kind == "which_group_buy" else "？"
            raise Ask(f"{head}{options}请连着再说一次", "say_again") from None

    return asking

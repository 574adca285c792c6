"""Whether a broker answers and keeps what it is given, for the doctor."""

from contextlib import suppress

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js.errors import NotFoundError

from bot.broker.connection import shown
from bot.broker.subjects import DEAD, STREAM

SECONDS = 3


async def look(url: str) -> str:
    """What is to be said of it. Raises ConnectionError with one line."""
    reasons: list[str] = []

    async def told(error: Exception) -> None:
        reasons.append(" ".join(str(error).split()) or type(error).__name__)

    client = Client()
    try:
        await client.connect(
            url, connect_timeout=SECONDS, allow_reconnect=False, max_reconnect_attempts=1, error_cb=told
        )
    except (NatsError, OSError, TimeoutError) as error:
        await client.close()
        last = str(error) if not reasons or not isinstance(error, NoServersError) else reasons[-1]
        raise ConnectionError(f"{shown(url)} does not answer: {last or type(error).__name__}") from None
    try:
        stream = client.jetstream(timeout=SECONDS)
        try:
            await stream.account_info()
        except (NatsError, TimeoutError):
            raise ConnectionError(f"{shown(url)} answers, but without JetStream: start it with -js") from None
        dead = 0
        with suppress(NotFoundError):
            dead = (await stream.stream_info(DEAD)).state.messages
        waiting = "nothing carried yet"
        with suppress(NotFoundError):
            waiting = f"{(await stream.stream_info(STREAM)).state.messages} messages kept"
        aside = f", {dead} put aside" if dead else ""
        return f"{shown(url)} answers, {waiting}{aside}"
    finally:
        await client.close()

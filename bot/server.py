"""The one HTTP server: live, ready, metrics, security headers, and the pages mounted on it."""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

HOME: web.AppKey[Handler] = web.AppKey("home")
"""Where a mounted app keeps the handler of its front page, so that `/` can show it."""

Pages = dict[str, web.Application]
"""What is mounted, by name."""

FIRST_PAGES = ("simulator", "desk")
"""What `/` leads to: the first of these that is mounted."""

SECONDS_FOR_READINESS = 5.0
"""A database that does not answer by then is down, for all that readiness cares."""

SECONDS_TO_CLOSE = 2.0
"""How long open requests may take to end when the server stops."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether one part works, and what is wrong if it does not."""

    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether what the bot stands on works; `channels` by account."""

    database: Check
    broker: Check
    channels: Mapping[str, Check] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether all of it works."""
        return all(part.ok for part in (self.database, self.broker, *self.channels.values()))


class PortTaken(Exception):
    """The address cannot be listened on; as a text, one line that says what to do."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"http: {host}:{port} {reason}: stop the program that uses it, "
            "or set another http.port in config.yaml"
        )
        self.host = host
        self.port = port


@dataclass(frozen=True, slots=True)
class Runner:
    """A server that is running at `url`."""

    inner: web.AppRunner
    url: str

    async def stop(self) -> None:
        """Close the sockets and end the requests; idempotent."""
        await self.inner.cleanup()


State = Callable[[], Awaitable[Readiness]]


def build_server(
    *, state: State, metrics: CollectorRegistry, apps: Mapping[str, web.Application]
) -> web.Application:
    """The server with `apps` mounted under their names (`simulator` at `/simulator/`)."""
    server = web.Application()
    server.on_response_prepare.append(_add_security_headers)
    server.router.add_get("/", _front_page(apps))
    server.router.add_get("/healthz", _healthz)
    server.router.add_get("/readyz", _readyz(state))
    server.router.add_get("/metrics", _metrics(metrics))
    for name, app in apps.items():
        server.add_subapp(f"/{name}/", app)
    return server


async def serve(app: web.Application, host: str, port: int) -> Runner:
    """Start to listen (port 0: any free one). Raises PortTaken."""
    inner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_CLOSE)
    await inner.setup()
    try:
        await web.TCPSite(inner, host, port).start()
    except OSError as error:
        await inner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port, "is taken") from error
        if error.errno in (errno.EACCES, errno.EADDRNOTAVAIL):
            raise PortTaken(host, port, "may not be used") from error
        raise
    bound = inner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return Runner(inner, f"http://{shown}:{bound}/")


async def _add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


def _front_page(apps: Mapping[str, web.Application]) -> Handler:
    first = next((name for name in FIRST_PAGES if name in apps), None)

    async def front_page(request: web.Request) -> web.StreamResponse:
        if first is None:
            return web.Response(text="小团 is running; no page is configured.\n")
        home: Handler | None = apps[first].get(HOME)
        if home is not None:
            return await home(request)
        raise web.HTTPFound(f"/{first}/")

    return front_page


async def _healthz(_: web.Request) -> web.StreamResponse:
    return web.json_response({"live": True}, headers={"Cache-Control": "no-store"})


def _readyz(state: State) -> Handler:
    async def readyz(_: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(SECONDS_FOR_READINESS):
                now = await state()
        except Exception as error:  # whatever it is, the bot is not ready
            body = {"ready": False, "detail": str(error) or type(error).__name__}
        else:
            body = {"ready": now.ready} | asdict(now)
        status = 200 if body["ready"] else 503
        return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})

    return readyz


def _metrics(registry: CollectorRegistry) -> Handler:
    async def metrics(_: web.Request) -> web.StreamResponse:
        body = generate_latest(registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics

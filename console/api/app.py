"""The API put together (routes follow)."""

from aiohttp import web

from console.parts import DESK, Desk


def build_api(desk: Desk) -> web.Application:
    """The API, to be mounted at `/api/`."""
    app = web.Application()
    app[DESK] = desk
    return app

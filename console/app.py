"""The web desk put together: which address is whose, and what has to be there before it opens."""

from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from console.access import NEEDS, guard, readable
from console.live import HUB, Hub, close_all, socket
from console.pages import (
    accounts,
    canned,
    evidence,
    group_buys,
    queue,
    records,
    reports,
    shop,
    sign_in,
    ticket,
)
from console.parts import DESK, FOLDER, Desk
from console.who import ADMINS, EVERYBODY, LEADS_DESK, MANAGERS, SIGNED_IN
from storage.accounts import Account, account_of, add_account

SERVED = {".css", ".js", ".svg"}


def build_desk(desk: Desk, hub: Hub) -> web.Application:
    """The pages, to be mounted at `/desk/`."""
    app = web.Application(middlewares=[readable, guard])
    app[DESK], app[HUB], app[NEEDS] = desk, hub, {}
    hub.desk = desk
    _way_in(app)
    _tickets(app)
    _shop(app)
    _accounts(app)
    app.on_shutdown.append(close_all)
    return app


def _way_in(app: web.Application) -> None:
    _get(app, "/static/{file}", _file, EVERYBODY)
    _get(app, "/sign-in", sign_in.show, EVERYBODY)
    _post(app, "/sign-in", sign_in.sign_in, EVERYBODY, "sign_in")
    _post(app, "/sign-in/simulated", sign_in.sign_in_simulated, EVERYBODY, "sign_in")
    _post(app, "/sign-out", sign_in.sign_out, SIGNED_IN, "sign_out")
    _get(app, "/welcome/{secret}", sign_in.welcome, EVERYBODY)
    _post(app, "/welcome/{secret}", sign_in.set_password, EVERYBODY, "password")


def _tickets(app: web.Application) -> None:
    _get(app, "/", queue.show, SIGNED_IN)
    _get(app, "/socket", socket, SIGNED_IN)
    _post(app, "/presence", queue.presence, SIGNED_IN, "agent.presence")
    _get(app, "/canned", canned.show, SIGNED_IN)
    _post(app, "/canned", canned.keep, SIGNED_IN, "canned.keep")
    _post(app, "/canned/drop", canned.drop, SIGNED_IN, "canned.drop")
    _get(app, r"/tickets/{number:\d+}", ticket.show, SIGNED_IN)
    _get(app, r"/tickets/{number:\d+}/canned", ticket.canned, SIGNED_IN)
    _get(app, r"/tickets/{number:\d+}/photos/{photo:[0-9a-f]{32}\.jpg}", ticket.photo, SIGNED_IN)
    for name, act in ticket.ACTS.items():
        _post(app, rf"/tickets/{{number:\d+}}/{name}", act, SIGNED_IN, ticket.DEEDS[name])


def _shop(app: web.Application) -> None:
    _get(app, "/group-buys", group_buys.show, SIGNED_IN)
    _get(app, r"/group-buys/{number:\d+}", group_buys.detail, SIGNED_IN)
    _get(app, r"/group-buys/{number:\d+}/list.{kind:xlsx|csv}", group_buys.download, SIGNED_IN)
    _get(app, "/deals", shop.deals, SIGNED_IN)
    _get(app, "/products", shop.products, SIGNED_IN)
    _post(app, "/products/import", shop.import_products, MANAGERS, "catalogue.import")
    _get(app, "/questions", shop.questions, SIGNED_IN)
    _get(app, "/reports", reports.show, MANAGERS)
    _get(app, "/reports/evidence.zip", evidence.download, MANAGERS)
    _get(app, "/health", records.health, LEADS_DESK)


def _accounts(app: web.Application) -> None:
    _post(app, "/binding", accounts.own_code, SIGNED_IN, "binding.offer")
    _get(app, "/accounts", accounts.show, ADMINS)
    _post(app, "/accounts", accounts.add, ADMINS, "account.add")
    _get(app, "/accounts/{id}", accounts.one, ADMINS)
    _post(app, "/accounts/{id}", accounts.change, ADMINS, "account.change")
    _post(app, "/accounts/{id}/link", accounts.invite, ADMINS, "account.invite")
    _post(app, "/accounts/{id}/code", accounts.code, ADMINS, "binding.offer")
    _post(app, "/accounts/{id}/unbind", accounts.unbind, ADMINS, "binding.set")
    _post(app, "/tokens", accounts.add_token, ADMINS, "token.add")
    _post(app, "/tokens/drop", accounts.remove_token, ADMINS, "token.drop")
    _get(app, "/audit", records.audit, ADMINS)


def _get(app: web.Application, path: str, handler: Handler, need: frozenset[str]) -> None:
    app[NEEDS][handler] = ("", need)
    app.router.add_get(path, handler)


def _post(app: web.Application, path: str, handler: Handler, need: frozenset[str], deed: str) -> None:
    app[NEEDS][handler] = (deed, need)
    app.router.add_post(path, handler)


async def _file(request: web.Request) -> web.StreamResponse:
    """A file of the page itself."""
    path = FOLDER / "static" / request.match_info["file"]
    if path.parent != FOLDER / "static" or path.suffix not in SERVED or not path.is_file():
        raise web.HTTPNotFound
    # no-cache: ask each time (an ETag answers), so that an upgrade never mixes old and new modules
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def prepare(desk: Desk) -> str | None:
    """Make the simulator's people ready; the path of the first admin's link while there is no admin."""
    for one in desk.simulated:
        account_id = f"sim-{one.person}"
        account = Account(
            tenant_id=desk.tenant,
            id=account_id,
            login=account_id,
            name=one.name,
            role=one.role,
            simulated=True,
            created_at=desk.wall(),
        )
        if await desk.run(partial(account_of, tenant=desk.tenant, account_id=account_id)) is None:
            await desk.run(partial(add_account, account=account))
        await desk.command("binding.set", {"account": account_id, "person": one.person})
    return await sign_in.first_link(desk)

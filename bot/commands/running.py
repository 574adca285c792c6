"""`xiaotuan run` and `xiaotuan doctor`: the bot itself, and whether it could run."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands._common import ConfigFile, say
from bot.failures import Mistake
from bot.roles import Role

if TYPE_CHECKING:
    from bot.config import Config
    from bot.process import Runs

commands = typer.Typer()


class Level(StrEnum):
    """From which severity on events are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@commands.command()
def run(
    config: ConfigFile = None,
    role: Annotated[Role, typer.Option(help="What this process does of the whole.")] = Role.ALL,
    account: Annotated[
        list[str] | None, typer.Option(help="With --role gateway: hold only this account (repeatable).")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Listen there instead of http.port.")
    ] = None,
    log: Annotated[Level, typer.Option(help="Log from this severity on.")] = Level.INFO,
) -> None:
    """The bot with everything that the config names, or one part of it; Ctrl-C stops it."""
    from bot.config import load_config
    from bot.log import configure

    settings = load_config(config)
    if port is not None:
        settings = settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})
    _check(settings, role, account or [])
    configure(log.upper())
    asyncio.run(_serve(settings, role, account or []))


def _check(settings: "Config", role: Role, accounts: list[str]) -> None:
    """Refuse what cannot work together. Raises Mistake."""
    from bot.accounts import accounts_of

    if role is not Role.ALL and settings.broker == "memory":
        raise Mistake(f"--role {role}: broker: memory is for one process; set nats://HOST:4222")
    if settings.broker != "memory" and settings.database == "sqlite://" and role is not Role.GATEWAY:
        raise Mistake("database: a store in memory cannot be shared; with a broker use a file or PostgreSQL")
    if accounts and role is not Role.GATEWAY:
        raise Mistake(f"--account: only with --role {Role.GATEWAY}")
    for account in accounts:
        if account not in (known := accounts_of(settings)):
            raise Mistake(f"--account {account}: the config has {', '.join(known) or 'none'}")


async def _serve(settings: "Config", role: Role, accounts: list[str]) -> None:
    from bot.process import run

    app: Runs
    if settings.broker == "memory":
        from bot.app import App

        app = App(settings)
    elif role is Role.GATEWAY:
        from bot.outpost import Outpost

        app = Outpost(settings, accounts)
    else:
        from bot.member import Member

        parts = (Role.GATEWAY, Role.WORKER, Role.WEB) if role is Role.ALL else (role,)
        app = Member(settings, frozenset(parts))
    await run(app, on_ready=_ready)


def _ready(app: "Runs") -> None:
    assert app.runner is not None
    typer.echo(f"小团 is running at {app.runner.url} (Ctrl-C stops it)")
    if app.first_sign_in is not None:
        link = app.runner.url.rstrip("/") + app.first_sign_in
        typer.echo(f"Nobody is admin of the desk yet: set a password at {link} (once, within an hour)")


@commands.command()
def doctor(config: ConfigFile = None) -> None:
    """Check config, database, broker, channels, fonts and time zone, one line each."""
    from bot.doctor import examine

    findings = asyncio.run(examine(config))
    for finding in findings:
        say(str(finding))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)

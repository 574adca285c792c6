"""`xiaotuan export`: a group buy as a spreadsheet, as CSV, or as text."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands._common import ConfigFile, check_writable, write_whole
from bot.failures import Mistake

if TYPE_CHECKING:
    from storage.exports import Sheet

commands = typer.Typer()


class Format(StrEnum):
    """What a group buy can be written as."""

    XLSX = "xlsx"
    CSV = "csv"
    TEXT = "text"


@commands.callback()
def lists() -> None:
    """Lists for spreadsheets and for paper."""


@commands.command("group-buy")
def group_buy(
    number: Annotated[int, typer.Argument(help="What people call it: 12 for 团12.")],
    format_: Annotated[Format, typer.Option("--format")],
    out: Annotated[Path | None, typer.Option(help="Where to write it; standard output without.")] = None,
    config: ConfigFile = None,
) -> None:
    """The sign-up list (名单), the purchase order (进货单) and the sorting sheet (分货单)."""
    check_writable(out)
    if out is None and format_ is Format.XLSX and sys.stdout.isatty():
        raise Mistake("--out: name a file for the workbook")
    content = _written(asyncio.run(_sheets(number, config)), format_)
    if out is not None:
        write_whole({out: content})
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def _written(sheets: "list[Sheet]", format_: Format) -> bytes:
    from storage.exports import to_csv, to_text, to_xlsx

    if format_ is Format.XLSX:
        return to_xlsx(sheets)
    return (to_csv(sheets) if format_ is Format.CSV else to_text(sheets)).encode()


async def _sheets(number: int, config: Path | None) -> "list[Sheet]":
    from bot.config import load_config
    from bot.offline import reading
    from storage.group_buys.sheets import sheets_of

    async with reading(load_config(config)) as shop:
        found = await sheets_of(shop, number)
    if found is None:
        raise Mistake(f"NUMBER: there is no group buy {number}")
    return found

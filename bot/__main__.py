"""The command line: `xiaotuan …` (contract §2). Errors are one line on stderr, never a traceback."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="xiaotuan",
    help="小团: a shopping assistant that lives in WeChat groups.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Out = Annotated[Path | None, typer.Option(help="Where to write it; stdout without.")]


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(help="A recorded chat, JSON Lines.")],
    out: Annotated[Path | None, typer.Option(help="What the bot said, JSON Lines.")] = None,
    state: Annotated[Path | None, typer.Option(help="The end state, JSON.")] = None,
) -> None:
    """Feed a recorded chat through the real pipeline on a virtual clock."""
    from bot.replay import replay as play
    from bot.replay import write_lines

    lines, end = asyncio.run(play(log))
    if out is None:
        write_lines(lines, sys.stdout)
    else:
        with out.open("w", encoding="utf-8") as file:
            write_lines(lines, file)
    if state is not None:
        state.write_text(json.dumps(end, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@app.callback()
def prepare() -> None:
    """Quiet logs for commands that print their result."""
    from bot.log import configure

    configure("WARNING")


def main() -> None:
    """Run a command; a mistake of the caller is exit 2, a failure exit 1, each in one line."""
    try:
        app()
    except Exception as error:
        from bot.failures import explain

        code, line = explain(error)
        sys.stderr.write(line + "\n")
        sys.exit(code)


if __name__ == "__main__":
    main()

"""The command line: `xiaotuan …` (contract §2). Errors are one line on stderr, never a traceback."""

import os
import sys
from io import TextIOWrapper

import typer

from bot.commands import catalogue, export, reading, running, store

app = typer.Typer(
    name="xiaotuan",
    help="小团: a shopping assistant that lives in WeChat groups.",
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(running.commands)
app.add_typer(reading.commands)
app.add_typer(catalogue.commands, name="catalogue", help="Products from files, and finding them.")
app.add_typer(export.commands, name="export", help="Lists for spreadsheets and for paper.")
app.add_typer(store.commands)
app.add_typer(store.database_commands, name="db", help="Migrations and backups.")


def main() -> None:
    """Run a command; a mistake of the caller is exit 2, a failure exit 1, each in one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(_run(sys.argv[1:] or ["--help"]))


def _run(arguments: list[str]) -> int:
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="xiaotuan", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except typer.Exit as stop:
        return int(stop.exit_code)
    except Exception as error:
        from bot.failures import explain

        code, line = explain(error)
        sys.stderr.write(line + "\n")
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()

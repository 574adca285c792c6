"""What journeys share: a browser, and one line at the end when there was none."""

import pytest
from journeys.browser import HOW, browser, window

__all__ = ["browser", "window"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if HOW in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"skipped {len(skipped)} journeys in a browser: {HOW}")

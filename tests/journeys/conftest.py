"""What journeys share: a browser."""

from journeys.browser import browser, window

__all__ = ["browser", "window"]

"""Charts as SVG that the server draws: no script, no style but the page's, a title for each bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from markupsafe import Markup

WIDTH, ROW, LABEL, VALUE = 640, 26, 132, 70
COLUMN_HEIGHT = 150
LETTER = 15
"""What a letter of a value takes at most, on a small screen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `shown` is how its value reads."""

    label: str
    value: float
    shown: str


def bars(bars: Sequence[Bar], title: str) -> Markup:
    """Lying bars, for kinds and items."""
    height = ROW * len(bars) + 8
    most = max((bar.value for bar in bars), default=0) or 1
    room = max([VALUE, *(LETTER * len(bar.shown) for bar in bars)])
    parts = [_open(height, title)]
    for index, bar in enumerate(bars):
        top = index * ROW + 4
        width = (WIDTH - LABEL - room) * bar.value / most
        label = bar.label if len(bar.label) <= 10 else f"{bar.label[:9]}…"
        parts.append(
            f'<text x="{LABEL - 8}" y="{top + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="bar-1" x="{LABEL}" y="{top + 3}" width="{width:.1f}" height="16" rx="3">'
            f"<title>{escape(bar.label)} {escape(bar.shown)}</title></rect>"
            f'<text x="{LABEL + width + 6:.1f}" y="{top + 15}">{escape(bar.shown)}</text>'
        )
    return Markup("".join(parts) + "</svg>")


def columns(bars: Sequence[Bar], title: str) -> Markup:
    """Standing bars over an axis, for days; every few days have their name."""
    most = max((bar.value for bar in bars), default=0) or 1
    step = (WIDTH - 40) / max(len(bars), 1)
    every = max(1, ceil(len(bars) / 10))
    base = COLUMN_HEIGHT + 10
    parts = [
        _open(COLUMN_HEIGHT + 34, title),
        f'<path class="axis" d="M34 10V{base}H{WIDTH}"/>',
        f'<text x="28" y="20" text-anchor="end">{most:g}</text>',
        f'<text x="28" y="{base}" text-anchor="end">0</text>',
    ]
    for index, bar in enumerate(bars):
        left, height = 36 + index * step, COLUMN_HEIGHT * bar.value / most
        parts.append(
            f'<rect class="bar-1" x="{left:.1f}" y="{base - height:.1f}" width="{step * 0.72:.1f}" '
            f'height="{height:.1f}" rx="2"><title>{escape(bar.label)} {escape(bar.shown)}</title></rect>'
        )
        if index % every == 0:
            parts.append(f'<text x="{left:.1f}" y="{base + 18}">{escape(bar.label)}</text>')
    return Markup("".join(parts) + "</svg>")


def _open(height: int, title: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" '
        'xmlns="http://www.w3.org/2000/svg">'
    )

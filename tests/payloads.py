"""Words that would be markup or script wherever somebody forgot to escape them."""

from itertools import product

_ACTS = ("alert(1)", "window.__ran=1", "fetch('/desk/')")
_SHAPES = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<body onload={}>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<a href=javascript:{}>x</a>",
    "<form action=javascript:{}><button autofocus>x",
    "<math><mtext><table><mglyph><style><img src=x onerror={}>",
    "<style>@import 'javascript:{}'</style>",
    "<link rel=stylesheet href=javascript:{}>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<object data=javascript:{}>",
    "<base href='//evil.example/'><script>{}</script>",
    "javascript:{}",
    "{{{{constructor.constructor('{}')()}}}}",
    "{{% print('{}') %}}",
    "${{{}}}",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "＜script＞{}＜/script＞",
)
_BEFORE = ("", '"', "'", '">', "'>", "-->", "]]>", "</textarea>", "</title>", "</option></select>")
_AFTER = ("", "//", '"', "<!--")


def payloads() -> list[str]:
    """300 and more, each different."""
    found = [
        before + shape.format(act) + after
        for number, (shape, before) in enumerate(product(_SHAPES, _BEFORE))
        for act, after in [(_ACTS[number % 3], _AFTER[number % 4])]
    ]
    found += [before + shape.format(_ACTS[1]) for shape, before in product(_SHAPES, ("` ", "<!-- "))]
    return list(dict.fromkeys(found))

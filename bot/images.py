"""Images: what people send is drawn anew before anybody else sees it; Pillow is used here alone.

Neither the place where a picture was taken (EXIF) nor anything hidden in its file goes on.
"""

import hashlib
import io
import warnings

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

LARGEST = 12 * 1024 * 1024
"""Bytes of a picture that are looked at."""
MOST_POINTS = 60_000_000
"""Width times height that is drawn; a small file can claim to be a huge picture."""
SIDE = 1600
"""The longer side of what is kept: enough to count bad strawberries."""
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class NoPicture(Exception):
    """It is not one, or not one that is taken; str() says why."""


def cleaned(content: bytes) -> bytes:
    """The picture as a plain JPEG of at most `SIDE` points, upright, without metadata. Raises NoPicture."""
    if len(content) > LARGEST:
        raise NoPicture(f"larger than {LARGEST} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is told below
            with Image.open(io.BytesIO(content), formats=KINDS) as found:
                if found.width * found.height > MOST_POINTS:
                    raise NoPicture(f"{found.width} x {found.height} points")
                found.draft("RGB", (SIDE, SIDE))
                return _drawn(found)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture(type(error).__name__) from None


def _drawn(found: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(found)
    if upright.mode not in ("RGB", "L"):
        flat = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA")
        flat.paste(layer, mask=layer)
        upright = flat
    upright.thumbnail((SIDE, SIDE))
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=82)
    return out.getvalue()


def sample_picture(seed: str) -> bytes:
    """A drawn tray of strawberries, some of them bad: what the simulator's people send."""
    points = hashlib.sha256(seed.encode()).digest()
    tray = Image.new("RGB", (640, 480), "#e9dcc3")
    brush = ImageDraw.Draw(tray)
    brush.rectangle((40, 40, 600, 440), fill="#cfe0d2", outline="#7f9a86", width=6)
    for index in range(15):
        x, y = 75 + index % 5 * 105, 70 + index // 5 * 122
        bad = points[index] % 3 == 0
        brush.ellipse((x, y, x + 84, y + 100), fill="#7a4a34" if bad else "#d02b3a")
        brush.polygon(((x + 20, y + 8), (x + 64, y + 8), (x + 42, y + 30)), fill="#3f8f46")
        if bad:
            brush.ellipse((x + 22, y + 38, x + 62, y + 78), fill="#4d2f22")
    out = io.BytesIO()
    tray.save(out, "JPEG", quality=80)
    return out.getvalue()

"""Linear models over text features: the weights file, and reading probabilities from it."""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from typing import Any

from nlp.features import DATA, features

Header = dict[str, Any]
"""What stands before the weights of a file: labels, number of features, scale, fingerprint."""

Share = tuple[str, float, str | None, float]
"""An intent, its share of one, its likeliest sub, and the share of that."""
BIAS = ""
"""The feature that every text has."""

_LANE = 4
"""Bytes a label takes in a packed row: sums of thousands of byte weights cannot spill over."""
_SHARPNESS = 1.25
"""Scores are stretched by this: decay leaves the trained probabilities too timid (measured on
real chat: of the texts called 0.75 sure, 86 % were right)."""
_MIDDLE = 128
"""What is stored for a weight of zero, as lanes cannot be negative."""


class LinearModel:
    """Softmax over labels with one row of byte weights for each feature.

    A row is packed into one integer, one lane a label, so that adding rows is one big-integer
    addition each instead of a loop over labels (a 15-character text: about 30 µs in all).
    """

    __slots__ = ("_bias", "_families", "_lanes", "_rows", "header", "labels", "scale")

    def __init__(
        self, labels: tuple[str, ...], rows: Mapping[str, int], scale: float, header: Header
    ) -> None:
        self.labels = labels
        self.scale = scale
        self.header = header
        self._rows = rows
        self._lanes = struct.Struct(f"<{len(labels)}I")
        self._families = _families(labels)
        self._bias = [(own - _MIDDLE) * scale for own in self._read(rows[BIAS])]

    def _read(self, total: int) -> tuple[int, ...]:
        return self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))

    def scores(self, found: Sequence[str]) -> list[float]:
        """A score for each label in the order of `labels`, before the softmax."""
        hits = [row for row in map(self._rows.get, found) if row is not None]
        shift = len(hits) * _MIDDLE
        norm = self.scale / sqrt(len(found) or 1)
        return [
            (lane - shift) * norm + own for lane, own in zip(self._read(sum(hits)), self._bias, strict=True)
        ]

    def shares(self, found: Sequence[str]) -> list[Share]:
        """The share of each family of labels (intent/sub) for features already taken."""
        scores = self.scores(found)
        top = max(scores)
        parts = [exp(score - top) for score in scores]
        total = sum(parts)
        made = []
        for intent, start, end, subs in self._families:
            if end - start == 1:
                share = parts[start] / total
                made.append((intent, share, subs[0] or None, share))
            else:
                best, sub = max(zip(parts[start:end], subs, strict=True))
                made.append((intent, sum(parts[start:end]) / total, sub or None, best / total))
        return made

    def predict(self, text: str) -> tuple[tuple[str, float], ...]:
        """Labels with their probabilities, best first."""
        return self.rank(features(text))

    def rank(self, found: Sequence[str]) -> tuple[tuple[str, float], ...]:
        """Labels with their probabilities for features already taken, best first."""
        scores = self.scores(found)
        top = max(scores)
        shares = [exp(score - top) for score in scores]
        total = sum(shares)
        ranked = sorted(zip(shares, self.labels, strict=True), reverse=True)
        return tuple([(label, share / total) for share, label in ranked])


def _families(labels: Sequence[str]) -> list[tuple[str, int, int, list[str]]]:
    """Neighbouring labels of one intent: its name, from where to where, and their subs."""
    parted = [label.partition("/") for label in labels]
    firsts = [at for at, (intent, _, _) in enumerate(parted) if at == 0 or parted[at - 1][0] != intent]
    return [
        (parted[start][0], start, end, [sub for _, _, sub in parted[start:end]])
        for start, end in pairwise([*firsts, len(labels)])
    ]


class IntentModel:
    """The intent of a text by its wording alone (contract labels `intent` or `intent/sub`)."""

    __slots__ = ("linear",)

    def __init__(self, linear: LinearModel) -> None:
        self.linear = linear

    @classmethod
    def load(cls) -> "IntentModel":
        """The model that ships, read once and shared."""
        return _shipped()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label there is."""
        return self.linear.labels

    def predict(self, text: str) -> tuple[tuple[str, float], ...]:
        """Labels with calibrated probabilities, best first.  Product names may be masked by the
        caller with `nlp.features.GOODS`; names of common goods are masked here."""
        return self.linear.predict(text)

    def shares(self, text: str) -> list[Share]:
        """The share of each intent with its likeliest sub, in no order."""
        return self.linear.shares(features(text))


@lru_cache(maxsize=1)
def _shipped() -> IntentModel:
    return IntentModel(read(DATA / "intent.bin"))


@lru_cache(maxsize=1)
def review_model() -> LinearModel:
    """The model that tells complaining from contented reviews, read once and shared."""
    return read(DATA / "reviews.bin")


def pack(
    labels: Sequence[str], weights: Mapping[str, Sequence[float]], about: str
) -> tuple[Header, list[str], bytes]:
    """Weights as a header, the features in order, and their rows of one byte a label.
    `about` is the fingerprint of the examples they come from."""
    names = sorted(weights)
    step = max(abs(value) for row in weights.values() for value in row) / 127
    header: Header = {
        "labels": list(labels),
        "features": len(names),
        "scale": step * _SHARPNESS,
        "examples": about,
    }
    rows = bytes(_MIDDLE + round(value / step) for name in names for value in weights[name])
    return header, names, rows


def write(file: Path, labels: Sequence[str], weights: Mapping[str, Sequence[float]], about: str) -> None:
    """Weights as a file: a JSON line, then the zipped features, one a line, and byte rows."""
    header, names, rows = pack(labels, weights, about)
    body = zlib.compress("\n".join(names).encode() + b"\n" + rows, 9)
    file.write_bytes(json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)


def read(file: Path) -> LinearModel:
    """A model from its weights file."""
    head, _, body = file.read_bytes().partition(b"\n")
    header = json.loads(head)
    data = zlib.decompress(body)
    cut = len(data) - len(header["labels"]) * header["features"]
    return unpack(header, data[: cut - 1].decode().split("\n"), data[cut:])


def unpack(header: Header, names: Sequence[str], data: bytes) -> LinearModel:
    """A model from what `pack` gives."""
    labels = tuple(header["labels"])
    width = len(labels)
    rows = {}
    lane = bytearray(width * _LANE)
    for at, name in enumerate(names):
        lane[::_LANE] = data[at * width : (at + 1) * width]
        rows[name] = int.from_bytes(lane, "little")
    return LinearModel(labels, rows, header["scale"], header)

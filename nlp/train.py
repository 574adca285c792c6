"""Makes the weights files from the project's own examples: `python -m nlp.train`."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, sqrt
from operator import mul
from pathlib import Path
from random import Random

from nlp.examples import examples, fingerprint, reviews
from nlp.features import DATA, features, is_concept
from nlp.model import BIAS, pack, unpack, write

Weights = dict[str, list[float]]

_SEED = 20
_EPOCHS = 5
_RATE = 1.0
_DECAY = 0.02
"""Share of every weight that is taken away after each pass, so that rare features stay small."""
_CONCEPT_VALUE = 2.0
"""A word class counts for more than an n-gram: it carries over to words the examples lack."""


def vocabulary(texts: Iterable[Sequence[str]], least: int = 2) -> set[str]:
    """The features that at least `least` texts have."""
    counts = Counter(feature for found in texts for feature in found)
    return {feature for feature, count in counts.items() if count >= least}


def fit(samples: Sequence[tuple[Sequence[str], int]], width: int, epochs: int = _EPOCHS) -> Weights:
    """Multinomial logistic regression by stochastic gradients with a step size for each feature
    (AdaGrad).  Deterministic: the order of the samples comes from a fixed seed."""
    known = vocabulary(found for found, _ in samples)
    weights: Weights = {feature: [0.0] * width for feature in sorted(known)}
    weights[BIAS] = [0.0] * width
    steps = dict.fromkeys(weights, 0.1)
    shares = _shares(samples, width)
    rows = [([f for f in found if f in known], 1 / sqrt(len(found) or 1), label) for found, label in samples]
    chance = Random(_SEED)
    for epoch in range(epochs):
        chance.shuffle(rows)
        rate = _RATE * (1 - epoch / epochs)
        for found, norm, label in rows:
            _step(weights, steps, found, norm, label, rate, shares[label])
        for feature, row in weights.items():
            weights[feature] = [value * (1 - _DECAY) for value in row]
    return {feature: [value * _value(feature) for value in row] for feature, row in weights.items()}


def _shares(samples: Sequence[tuple[Sequence[str], int]], width: int) -> list[float]:
    """How much a sample of each label weighs: rare labels somewhat more."""
    counts = Counter(label for _, label in samples)
    most = max(counts.values())
    return [(most / (counts[label] or most)) ** 0.3 for label in range(width)]


def _value(feature: str) -> float:
    return _CONCEPT_VALUE if feature and is_concept(feature) else 1.0


def _step(
    weights: Weights,
    steps: dict[str, float],
    found: Sequence[str],
    norm: float,
    label: int,
    rate: float,
    share: float,
) -> None:
    """One sample's gradient."""
    scores = weights[BIAS]
    for feature in found:
        value = norm * _value(feature)
        row = weights[feature]
        scores = [score + value * own for score, own in zip(scores, row, strict=True)]
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    slope = [share * power / total for power in powers]
    slope[label] -= share
    if slope[label] > -0.02:
        return
    size = sum(map(mul, slope, slope))
    for feature, value in [(BIAS, 1.0), *((f, norm * _value(f)) for f in found)]:
        steps[feature] += size * value * value
        pace = rate * value / sqrt(steps[feature])
        row = weights[feature]
        weights[feature] = [own - pace * part for own, part in zip(row, slope, strict=True)]


def prune(weights: Weights, least: float) -> Weights:
    """Weights without the features that hardly tell labels apart."""
    return {
        feature: row for feature, row in weights.items() if feature == BIAS or max(row) - min(row) >= least
    }


def numbered(pairs: Iterable[tuple[str, str]]) -> tuple[list[tuple[Sequence[str], int]], list[str]]:
    """Pairs of text and label as samples, and the labels in their order."""
    kept = list(pairs)
    labels = sorted({label for _, label in kept})
    number = {label: at for at, label in enumerate(labels)}
    return [(features(text), number[label]) for text, label in kept], labels


def with_kinds(pairs: Iterable[tuple[str, str]], lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Reviews with intent labels: contented ones are chitchat, the others get the kind that a
    model of the complaint lines alone finds in them."""
    samples, labels = numbered(pair for pair in lines if pair[1].startswith("complaint/"))
    kinds = unpack(*pack(labels, fit(samples, len(labels), epochs=4), ""))
    return [
        (text, kinds.predict(text)[0][0] if label == "complaint" else "chitchat") for text, label in pairs
    ]


def train_intents(file: Path) -> int:
    """Learns the intents and writes the weights file; gives the number of examples."""
    lines = list(examples())
    told = list(dict.fromkeys(reviews()))
    Random(_SEED).shuffle(told)
    samples, labels = numbered(lines + with_kinds(told[: len(told) // 2], lines))
    write(file, labels, prune(fit(samples, len(labels)), 0.25), fingerprint())
    return len(samples)


def train_reviews(file: Path) -> int:
    """Learns what tells a complaining review from another; gives the number of examples."""
    samples, labels = numbered(reviews())
    write(file, labels, prune(fit(samples, len(labels)), 0.15), fingerprint())
    return len(samples)


def main() -> None:
    """Trains and writes every model."""
    for name, train in (("intent.bin", train_intents), ("reviews.bin", train_reviews)):
        sys.stdout.write(f"{name}: {train(DATA / name)} examples\n")


if __name__ == "__main__":
    main()

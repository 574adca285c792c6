"""Training gives the same weights for the same examples, and the shipped weights are of these."""

from pathlib import Path

from nlp.examples import fingerprint
from nlp.features import DATA, features
from nlp.model import BIAS, pack, read, unpack, write
from nlp.train import fit, numbered, prune, vocabulary, with_kinds

LINES = [
    ("草莓多少钱", "price"),
    ("这个怎么卖", "price"),
    ("一箱什么价", "price"),
    ("草莓烂了一半", "damaged"),
    ("打开就是坏的", "damaged"),
    ("鸡蛋碎了三个", "damaged"),
] * 3


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    samples, labels = numbered(LINES)
    for name in ("one.bin", "two.bin"):
        write(tmp_path / name, labels, fit(samples, len(labels)), "x")
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "two.bin").read_bytes()


def test_a_small_model_learns_its_examples(tmp_path: Path) -> None:
    samples, labels = numbered(LINES)
    write(tmp_path / "small.bin", labels, fit(samples, len(labels)), "x")
    model = read(tmp_path / "small.bin")
    assert [model.predict(text)[0][0] for text, _ in LINES] == [label for _, label in LINES]
    assert model.predict("芒果怎么卖")[0][0] == "price"


def test_the_file_keeps_what_was_packed(tmp_path: Path) -> None:
    weights = {BIAS: [0.5, -0.5], "多少": [1.0, -1.0], "坏": [-0.75, 0.25]}
    write(tmp_path / "w.bin", ["a", "b"], weights, "x")
    found = ["多少", "坏", "没见过"]
    kept = read(tmp_path / "w.bin")
    assert kept.scores(found) == unpack(*pack(["a", "b"], weights, "x")).scores(found)


def test_rare_features_are_left_out() -> None:
    known = vocabulary([["甲", "乙"], ["甲"], ["丙"]])
    assert known == {"甲"}


def test_pruning_keeps_the_bias_and_what_tells_labels_apart() -> None:
    kept = prune({BIAS: [0.0, 0.0], "flat": [0.1, 0.1], "steep": [1.0, -1.0]}, 0.2)
    assert set(kept) == {BIAS, "steep"}


def test_displeased_reviews_get_a_kind_and_contented_ones_are_chitchat() -> None:
    lines = [("坏了", "complaint/damaged"), ("少了一个", "complaint/missing")] * 4
    told = [("收到坏了", "complaint"), ("很好吃", "not_complaint")]
    assert with_kinds(told, lines) == [
        ("收到坏了", "complaint/damaged"),
        ("很好吃", "chitchat"),
    ]


def test_shipped_weights_are_of_these_examples() -> None:
    for name in ("intent.bin", "reviews.bin"):
        assert read(DATA / name).header["examples"] == fingerprint(), "run `make train`"


def test_shipped_weights_stay_small() -> None:
    assert sum((DATA / name).stat().st_size for name in ("intent.bin", "reviews.bin")) < 3_000_000


def test_features_of_the_weights_file_are_those_taken_today() -> None:
    model = read(DATA / "intent.bin")
    bare = model.scores([])
    assert model.scores(features("怎么还没发货")) != bare

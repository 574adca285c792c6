"""Related words: what everyday words mean in a shop."""

from importlib.resources import files

from nlp.related import LONGEST, RING, SAYING, SEVERAL, Hint, RelatedWords

RULES = RelatedWords(
    ["# a remark", "", "土豆 洋芋", "擦地|地+擦\t拖把 平板拖把", "盖碗\t保鲜膜", "锅+盖\t锅盖"]
)


def test_a_saying_gives_its_product_words():
    assert RULES.of("有擦地的东西") == [Hint(["拖把", "平板拖把"], SEVERAL)]
    assert RULES.of("剩菜盖碗用") == [Hint(["保鲜膜"], SAYING)]


def test_several_parts_may_stand_apart_and_in_any_order():
    assert RULES.of("地板脏了要擦一擦") == [Hint(["拖把", "平板拖把"], SEVERAL)]
    assert RULES.of("盖在锅上") == [Hint(["锅盖"], SEVERAL)]
    assert RULES.of("只有锅") == []


def test_words_of_a_ring_stand_for_each_other():
    assert RULES.of("洋芋多少") == [Hint(["土豆", "洋芋"], RING)]


def test_several_sayings_of_one_line_are_one_hint():
    assert len(RULES.of("擦地 地面擦")) == 1


def test_the_shipped_file_has_no_line_that_can_never_match():
    lines = files("nlp").joinpath("data/related.tsv").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    sayings = [s for line in rules if "\t" in line for s in line.split("\t")[0].split("|")]
    assert len(rules) > 1000
    assert all(0 < len(s.split("+")[0]) <= LONGEST for s in sayings)
    assert all(line.split("\t")[1].split() for line in rules if "\t" in line)
    assert all(len(line.split()) > 1 for line in rules if "\t" not in line)

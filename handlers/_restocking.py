"""How a leader says that more of something has come in: 草莓补货10盒, 又进了一箱葡萄."""

import re

from nlp.quantities import UNIT

_NUM = r"(?:\d{1,5}(?:\.\d)?|[一二两三四五六七八九十百]{1,5})"
_CAME = r"(?:补货|补了|加货|追加|进货|又?进了|又到了|又来了)了?"
RESTOCK = re.compile(
    rf"(?P<item>[^\d,，。:：]{{1,14}}?)的?(?:库存)?(?:又|再|已经|刚刚?|今天)?{_CAME}\s*(?P<n>{_NUM})\s*(?P<unit>{UNIT})?[了。!！]*"
    rf"|{_CAME}\s*[:：]?\s*(?P<item2>[^\d,，。:：]{{1,14}}?)\s*(?P<n2>{_NUM})\s*(?P<unit2>{UNIT})[了。!！]*"
)

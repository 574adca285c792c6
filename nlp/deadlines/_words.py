"""The words of time: numerals, weekdays, parts of the day, feasts and how long a unit is."""

from datetime import date, timedelta

from nlp.quantities import number

NUMBER = r"(?:\d{1,4}(?:\.5)?|[零〇一二三四五六七八九十两俩仨廿卅百]{1,5}|半)"
SMALL = r"(?:\d{1,2}|[零〇一二三四五六七八九十两廿卅]{1,4})"


def value(word: str) -> float:
    """The number that digits or Chinese numerals name (三十五 → 35, 半 → 0.5); 0 for none."""
    found = number(word)
    return 0.0 if found is None else float(found)


WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")}
WEEKDAYS |= {"天": 6, "末": 6} | {str(n + 1): n for n in range(7)}
BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

DAYS_AHEAD = {
    "大后": 3,
    "后": 2,
    "明": 1,
    "次": 1,
    "第二": 1,
    "听": 1,
    "聽": 1,
    "今": 0,
    "昨": -1,
    "前": -2,
    "大前": -3,
}

MORNING, NOON, AFTERNOON, EVENING, NIGHT, DAWN = "早", "中午", "下午", "傍晚", "晚", "凌晨"
PARTS = {
    "凌晨": DAWN,
    "清晨": MORNING,
    "清早": MORNING,
    "大清早": MORNING,
    "一早": MORNING,
    "早晨": MORNING,
    "早上": MORNING,
    "早间": MORNING,
    "朝早": MORNING,
    "上午": MORNING,
    "早": MORNING,
    "am": MORNING,
    "中午": NOON,
    "正午": NOON,
    "午间": NOON,
    "午": NOON,
    "午后": AFTERNOON,
    "下午": AFTERNOON,
    "pm": AFTERNOON,
    "傍晚": EVENING,
    "黄昏": EVENING,
    "晚上": NIGHT,
    "晚间": NIGHT,
    "夜晚": NIGHT,
    "夜里": NIGHT,
    "夜间": NIGHT,
    "半夜": NIGHT,
    "深夜": NIGHT,
    "午夜": NIGHT,
    "晚": NIGHT,
    "夜": NIGHT,
}
"""Words for a part of the day and the part they mean."""

ENDS = {DAWN: 6 * 60, NOON: 12 * 60, AFTERNOON: 18 * 60, EVENING: 19 * 60, NIGHT: 24 * 60}
"""When a part that is named without an hour is over, in minutes; a morning: see `part_end`."""


def part_end(word: str) -> int:
    """Minutes after midnight at which the named part of the day is over."""
    if word in {"上午", "am"}:
        return 12 * 60
    if word in {"半夜", "午夜"}:
        return 24 * 60
    return ENDS.get(PARTS[word], 10 * 60)


UNITS = {
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "分钟": timedelta(minutes=1),
    "分": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "周": timedelta(days=7),
    "星期": timedelta(days=7),
    "礼拜": timedelta(days=7),
    "月": timedelta(days=30),
}

FIXED_FEASTS = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "三八节": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "618": (6, 18),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
}

_LUNAR = {
    2025: "0129 0531 0829 1006 1029",
    2026: "0217 0619 0819 0925 1018",
    2027: "0206 0609 0808 0915 1008",
    2028: "0126 0528 0826 1003 1026",
    2029: "0213 0616 0816 0922 1016",
    2030: "0203 0605 0805 0912 1005",
    2031: "0123 0624 0824 1001 1024",
    2032: "0211 0612 0812 0919 1012",
    2033: "0131 0601 0801 0908 1001",
    2034: "0219 0620 0820 0927 1020",
    2035: "0208 0610 0810 0916 1009",
    2036: "0128 0530 0828 1004 1027",
    2037: "0215 0618 0817 0924 1017",
    2038: "0204 0607 0807 0913 1007",
    2039: "0124 0527 0826 1002 1026",
    2040: "0212 0614 0814 0920 1014",
}
"""Spring Festival, 端午, 七夕, 中秋, 重阳 of each year as MMDD (from the package lunardate)."""

_LUNAR_FEASTS = {
    "春节": (0, 0),
    "大年初一": (0, 0),
    "初一": (0, 0),
    "除夕": (0, -1),
    "年三十": (0, -1),
    "大年三十": (0, -1),
    "元宵": (0, 14),
    "端午": (1, 0),
    "七夕": (2, 0),
    "中秋": (3, 0),
    "重阳": (4, 0),
}
FEASTS = (*FIXED_FEASTS, *_LUNAR_FEASTS, "清明", "母亲节", "父亲节")


def feast(name: str, year: int) -> date | None:
    """The day of a feast in `year`; None for a lunar one outside the table."""
    if name in FIXED_FEASTS:
        return date(year, *FIXED_FEASTS[name])
    if name == "清明":
        # The usual formula of the solar terms, valid for the 21st century.
        short = year % 100
        return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
    if name in {"母亲节", "父亲节"}:
        first = date(year, 5 if name == "母亲节" else 6, 1)
        sundays = 1 if name == "母亲节" else 2
        return first + timedelta(days=(6 - first.weekday()) + 7 * sundays)
    days = _LUNAR.get(year)
    if days is None:
        return None
    column, shift = _LUNAR_FEASTS[name]
    written = days.split()[column]
    return date(year, int(written[:2]), int(written[2:])) + timedelta(days=shift)

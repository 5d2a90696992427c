"""Numbers of both languages as one kind of key: ``1억1천만`` and ``110 million`` are the same."""

from __future__ import annotations

import re

KOREAN_UNITS = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 10**3, "백": 10**2}
ENGLISH_UNITS = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
MONTHS = {
    name: month
    for month, name in enumerate(
        (
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ),
        1,
    )
}  # fmt: skip
KOREAN = re.compile(r"(?:\d[\d,]*(?:\.\d+)?\s?[조억만천백]*\s?)+")
PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?([조억만천백]*)")
ENGLISH = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:[\s-](hundred|thousand|million|billion|trillion))?")


def korean_numbers(text: str) -> set[str]:
    """Keys of the numbers of a Korean text.

    >>> sorted(korean_numbers("1억1천만 달러, 12조3천억 번, 2020년 10월"))
    ['#10', '#110000000', '#12300000000000', '#2020', '@10']
    """
    keys = {f"@{int(month)}" for month in re.findall(r"(?<!\d)(1[0-2]|[1-9])\s?월", text)}
    for found in KOREAN.finditer(text):
        keys |= _korean_value(found.group())
    return keys


def _korean_value(text: str) -> set[str]:
    """``1억 1천만`` is a sum, its units falling; where they do not fall, a new number begins."""
    values, total, last, group = set[str](), 0.0, 10**13, 0.0
    for digits, units in PART.findall(text):
        factor = 1
        for unit in units:
            factor *= KOREAN_UNITS[unit]
        if factor >= last:
            values.add(_key(total + group))
            total = group = 0.0
        group += float(digits.replace(",", "")) * factor
        total, group, last = total + group, 0.0, factor
        if factor == 1:
            values.add(_key(total))
            total, last = 0.0, 10**13
    return values | ({_key(total)} if total else set())


def english_numbers(text: str) -> set[str]:
    """Keys of the numbers and months of an English text.

    >>> sorted(english_numbers("$110 million, 1,500 men and 12.3 trillion in October 2020"))
    ['#110000000', '#12300000000000', '#1500', '#2020', '@10']
    """
    keys = {
        _key(float(digits.replace(",", "")) * ENGLISH_UNITS.get(unit, 1))
        for digits, unit in ENGLISH.findall(text)
    }
    months = re.findall(rf"\b({'|'.join(MONTHS)})\b", text)
    return keys | {f"@{MONTHS[month]}" for month in months}


def _key(value: float) -> str:
    return f"#{round(value, 4):g}" if value < 10**5 else f"#{round(value)}"

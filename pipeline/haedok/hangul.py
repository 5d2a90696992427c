"""The syllables of KS X 1001, for all who take them for what is usually written."""

from __future__ import annotations

KS_X_1001 = tuple(
    bytes((row, cell)).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)
)
"""2,350 syllables, 25 rows of 94, in the order of the standard."""

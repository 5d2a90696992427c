"""The syllables that are usually written, for all who take one list of them."""

from __future__ import annotations

KS_X_1001 = tuple(
    bytes((row, cell)).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)
)
"""2,350 syllables, 25 rows of 94, in the order of the standard."""
MORE = "뎠됬됭딫뙇렜뢴륌믁뵀섌숖썅썜쎤쏼쐉앜읇죵즤쨰쬲켸퀸햏"
"""Found in corpora; a few are in the standard, too."""
IN_USE = tuple(dict.fromkeys((*KS_X_1001, *MORE)))
"""Both. Trained networks number their signs by this order."""

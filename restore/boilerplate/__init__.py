"""Marks what a scraped page has beside its article. Every rule has a name; nothing is deleted.

First each block is looked at by itself (`rules`), then by where it stands (`zones`).
"""

from collections.abc import Sequence
from dataclasses import replace

from restore.article import Block
from restore.boilerplate.rules import RULES
from restore.boilerplate.zones import find_reasons

__all__ = ["RULES", "mark"]


def mark(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks, those that are boilerplate marked with the name of their rule."""
    return tuple(
        replace(block, kind="boilerplate", reason=reason) if reason else block
        for block, reason in zip(blocks, find_reasons(blocks), strict=True)
    )

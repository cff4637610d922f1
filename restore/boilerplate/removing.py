"""Takes out what was marked, as edits like all others, where the user asked for it."""

from collections.abc import Iterator

from restore.article import Article, Edit, make_edit

ENGINE = "boilerplate"
"""What the edits that take out boilerplate are by."""


def remove(article: Article) -> tuple[Edit, ...]:
    r"""Return the edits that delete an article's boilerplate, each block with the line it leaves.

    >>> from restore.article import Block
    >>> text = "Share\n\nIt rained.\n\n  Next\n"
    >>> blocks = (Block(0, 5, "boilerplate", "Share", "share"),
    ...           Block(7, 17, "paragraph", "It rained."),
    ...           Block(21, 25, "boilerplate", "Next", "navigation"))
    >>> [edit.before for edit in remove(Article("a.txt", text, "utf-8", b"", blocks))]
    ['Share\n\n', '\n\n  Next']
    """
    return tuple(_remove(article))


def _remove(article: Article) -> Iterator[Edit]:
    """Yield the edits; at the end of the text the white space before goes, else that after."""
    source, blocks = article.source, article.blocks
    last = max((at for at, b in enumerate(blocks) if b.kind != "boilerplate"), default=-1)
    for at, block in enumerate(blocks):
        if block.kind != "boilerplate":
            continue
        if at > last:
            start, stop = (blocks[at - 1].stop if at else 0), block.stop
        else:
            start, stop = (
                _line_start(source, block.start),
                _line_start(source, blocks[at + 1].start),
            )
        yield make_edit(
            article.locator,
            start,
            stop,
            before=source[start:stop],
            after="",
            engine=ENGINE,
            kind="other",
            reason=f"boilerplate: {block.reason}",
        )


def _line_start(source: str, at: int) -> int:
    """Return where the white space begins that indents what stands at a place."""
    while at and source[at - 1] in " \t":
        at -= 1
    return at

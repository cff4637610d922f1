"""What an edit is in JSON, and a diff as JSON, for programs. Fields are only ever added."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from restore.article import Edit
from restore.moves import find_moves

SCHEMA = "restore.diff/1"


def render(diffs: Iterable[tuple[str, Sequence[Edit]]]) -> str:
    """Return one JSON document: the edits of each named article, in order of place."""
    articles = [{"locator": name, "edits": list(_edits(edits))} for name, edits in diffs]
    document = {"schema": SCHEMA, "articles": articles}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


# The JSON edge: what json.dumps takes cannot be typed more narrowly than Any.
def as_dict(edit: Edit) -> dict[str, Any]:
    """Return an edit's fields; its places count code points of the source."""
    return {
        "id": edit.id,
        "start": edit.start,
        "stop": edit.stop,
        "before": edit.before,
        "after": edit.after,
        "kind": edit.kind,
        "confidence": None if edit.confidence is None else round(edit.confidence, 4),
        "engine": edit.engine,
        "reason": edit.reason,
    }


def _edits(edits: Sequence[Edit]) -> Iterable[dict[str, Any]]:
    moves = find_moves(edits)
    for edit in edits:
        yield as_dict(edit) | ({"moved_with": moves[edit.id]} if edit.id in moves else {})

"""Reviewing by question and answer, for dumb terminals and screen readers, as `git add -p` does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from restore.article import Edit
from restore.notes import one_line
from restore.review.context import facts_touched, sentence_about
from restore.review.decisions import ACCEPTED, REJECTED, Change, Decision, Key
from restore.review.store import Store
from restore.runs.reviewable import Recorded

_QUESTION = "Take this edit [y,n,e,a,d,u,q,?]? "
_HELP = """\
y  yes, take this edit
n  no, leave the source's words
e  edit: type the words that shall stand there
a  take this edit and all later ones of the article
d  leave this edit and all later ones of the article undecided
u  undo the last decision
q  quit; what was decided is kept
?  this help
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One edit, and which of how many it is."""

    recorded: Recorded
    edit: Edit
    keys: Sequence[Key]
    """What is decided with it, itself first."""
    number: int
    of: int


def ask_all(
    questions: Sequence[Question], store: Store, *, ask: Callable[[str], str], out: TextIO
) -> None:
    """Ask about every edit that is undecided, and keep each answer at once.

    Args:
        questions: the edits in question, in order.
        store: the review; saved after each answer.
        ask: shows a prompt and returns a line; raises EOFError at the end of the answers.
        out: where the edits are described.
    """
    at = 0
    while at < len(questions):
        question = questions[at]
        key = question.keys[0]
        if store.review.of(key) is not None:
            at += 1
            continue
        store.place = key
        out.write(describe(question))
        try:
            at = _answer(questions, at, store, ask=ask, out=out)
        except EOFError:
            out.write("\n")
            return
        if at < 0:
            return


def describe(question: Question) -> str:
    """Return an edit in words: where, its sentence with the edit marked, why and how sure."""
    recorded, edit = question.recorded, question.edit
    line = recorded.article.source.count("\n", 0, edit.start) + 1
    parts = [
        (
            f"\n{one_line(recorded.article.locator)}, line {line}: "
            f"edit {question.number} of {question.of}"
        ),
        f"  {_marked(recorded, edit)}",
        f"  before: {_quoted(edit.before)}",
        f"  after:  {_quoted(edit.after)}",
        f"  why:    {one_line(edit.reason) or 'not said'}{_sure(edit)}",
    ]
    before, after = facts_touched(edit)
    if before or after:
        names = [", ".join(one_line(fact.text) for fact in facts) for facts in (before, after)]
        parts.append(f"  facts:  {names[0] or 'none'} before, {names[1] or 'none'} after")
    if len(question.keys) > 1:
        parts.append("  moved:  it is decided together with its other place")
    return "\n".join(parts) + "\n"


def _answer(
    questions: Sequence[Question],
    at: int,
    store: Store,
    *,
    ask: Callable[[str], str],
    out: TextIO,
) -> int:
    """Ask about one edit; return the place of the next question, or -1 to end."""
    question = questions[at]
    while True:
        answer = ask(_QUESTION).strip()
        if answer == "q":
            return -1
        if answer == "d":
            return _next_article(questions, at)
        if answer == "u":
            undone = store.review.undo()
            if undone is None:
                out.write("Nothing to undo.\n")
                continue
            store.save()
            return _first_of(questions, [key for key, _ in undone.changes], at)
        if answer == "?" or answer not in ("y", "n", "e", "a"):
            out.write(_HELP)
            continue
        changes = list(_changes(questions, at, answer, question, ask))
        store.review.decide(changes)
        store.save()
        return at + 1


def _changes(
    questions: Sequence[Question],
    at: int,
    answer: str,
    question: Question,
    ask: Callable[[str], str],
) -> Iterator[Change]:
    decision = {"y": ACCEPTED, "a": ACCEPTED, "n": REJECTED}.get(answer)
    if decision is None:
        decision = Decision("changed", ask(f"Words instead of {_quoted(question.edit.before)}: "))
    meant = questions[at : _next_article(questions, at)] if answer == "a" else [question]
    for one in meant:
        for key in one.keys:
            yield key, decision


def _next_article(questions: Sequence[Question], at: int) -> int:
    index = questions[at].recorded.index
    later = (i for i in range(at, len(questions)) if questions[i].recorded.index != index)
    return next(later, len(questions))


def _first_of(questions: Sequence[Question], keys: Sequence[tuple[int, str]], at: int) -> int:
    wanted = set(keys)
    places = (i for i, q in enumerate(questions) if q.keys[0] in wanted)
    return min(next(places, at), at)


def _marked(recorded: Recorded, edit: Edit) -> str:
    source = recorded.article.source
    start, stop = sentence_about(recorded.article, edit)
    gone = f"[-{edit.before}-]" if edit.before else ""
    come = f"{{+{edit.after}+}}" if edit.after else ""
    return one_line(f"{source[start : edit.start]}{gone}{come}{source[edit.stop : stop]}".strip())


def _quoted(text: str) -> str:
    return f"'{one_line(text)}'" if text else "nothing"


def _sure(edit: Edit) -> str:
    return "" if edit.confidence is None else f" ({edit.confidence:.0%} sure)"

"""Reviewing by question and answer, for dumb terminals and screen readers, as `git add -p` does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from restore.article import Edit
from restore.errors import RestoreError
from restore.glossary import Rule
from restore.glossary import add as add_rule
from restore.glossary import describe as describe_rule
from restore.notes import one_line
from restore.review.context import facts_touched, sentence_about
from restore.review.decisions import ACCEPTED, REJECTED, Decision, Key
from restore.review.store import Store
from restore.review.teaching import as_decision
from restore.runs.reviewable import Recorded

_QUESTION = "Take this edit [y,n,e,a,d,g,u,q,?]? "
_HELP = """\
y  yes, take this edit
n  no, leave the source's words
e  edit: type the words that shall stand there
a  take this edit and all later ones of the article
d  leave this edit and all later ones of the article undecided
g  keep it as a rule: always restore this so, or never touch it
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


@dataclass
class Dialogue:
    """Asks about every edit that is undecided, and keeps each answer at once."""

    questions: Sequence[Question]
    """The edits in question, in order."""
    store: Store
    """The review; saved after each answer."""
    glossary: Path
    """The file that rules are kept in."""
    ask: Callable[[str], str]
    """Shows a prompt and returns a line; raises EOFError at the end of the answers."""
    out: TextIO
    """Where the edits are described."""

    def run(self) -> None:
        """Ask until all is decided, the user quits, or the answers end."""
        at = 0
        while 0 <= at < len(self.questions):
            question = self.questions[at]
            if self.store.review.of(question.keys[0]) is not None:
                at += 1
                continue
            self.store.place = question.keys[0]
            self.out.write(describe(question))
            try:
                at = self._answer(at)
            except EOFError:
                self.out.write("\n")
                return

    def _answer(self, at: int) -> int:
        """Ask about one edit; return the place of the next question, or -1 to end."""
        while True:
            answer = self.ask(_QUESTION).strip()
            if answer == "q":
                return -1
            if answer == "d":
                return self._next_article(at)
            if answer == "u":
                if (back := self._undo(at)) is not None:
                    return back
            elif answer == "g":
                self._keep_rule(self.questions[at])
                return at
            elif answer in ("y", "n", "e", "a"):
                self._decide(at, answer)
                return at + 1
            else:
                self.out.write(_HELP)

    def _decide(self, at: int, answer: str) -> None:
        question = self.questions[at]
        meant = self.questions[at : self._next_article(at)] if answer == "a" else [question]
        decision = REJECTED if answer == "n" else ACCEPTED
        if answer == "e":
            words = self.ask(f"Words instead of {_quoted(question.edit.before)}: ")
            decision = Decision("changed", words)
        self.store.review.decide((key, decision) for one in meant for key in one.keys)
        self.store.save()

    def _undo(self, at: int) -> int | None:
        """Take the last step back; return the place of what it was about."""
        step = self.store.review.undo()
        if step is None:
            self.out.write("Nothing to undo.\n")
            return None
        self.store.save()
        wanted = {key for key, _ in step.changes}
        places = (i for i, question in enumerate(self.questions) if question.keys[0] in wanted)
        return min(next(places, at), at)

    def _keep_rule(self, question: Question) -> None:
        """Ask for a rule, keep it, and decide as it says."""
        spun = question.edit.before
        words = self.ask(f"Always restore {_quoted(spun)} as (empty: never touch it): ")
        rule = Rule(" ".join(spun.split()), " ".join(words.split()) or None)
        try:
            add_rule(self.glossary, rule)
        except RestoreError as exc:
            self.out.write(f"{one_line(exc.message)}\n")
            return
        self.out.write(f"Kept in {self.glossary.name}: {one_line(describe_rule(rule))}\n")
        decision = as_decision(question.edit, rule)
        self.store.review.decide((key, decision) for key in question.keys)
        self.store.save()

    def _next_article(self, at: int) -> int:
        index = self.questions[at].recorded.index
        places = range(at, len(self.questions))
        later = (i for i in places if self.questions[i].recorded.index != index)
        return next(later, len(self.questions))


def describe(question: Question) -> str:
    """Return an edit in words: where, its sentence with the edit marked, why and how sure."""
    recorded, edit = question.recorded, question.edit
    line, _ = recorded.article.place(edit.start)
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

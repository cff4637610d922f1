"""What an editor decided about the edits of a run, step by step, so that each can be undone.

Nothing here touches a file or a screen. An edit without a decision stands as the run made it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from restore.article import Edit
from restore.moves import find_moves
from restore.runs.reviewable import Recorded

Choice = Literal["accepted", "rejected", "changed"]

Key = tuple[int, str]
"""Index of an article in its run, and id of an edit of it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of one edit."""

    choice: Choice
    after: str = ""
    """The editor's own wording, where the choice is `changed`."""


ACCEPTED, REJECTED = Decision("accepted"), Decision("rejected")

Change = tuple[Key, Decision | None]
"""What an edit's decision becomes; None takes it back."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was decided at once: one edit, or all of a kind."""

    changes: tuple[Change, ...]
    before: tuple[Decision | None, ...]
    """The decisions that it replaced, one a change."""


@dataclass(slots=True)
class Review:
    """All decisions of a run's review, in the order in which they were made."""

    steps: list[Step] = field(default_factory=list)
    made: int = 0
    """How many of the steps hold; those after it were undone."""
    _now: dict[Key, Decision] = field(default_factory=dict)

    @classmethod
    def replay(cls, steps: Iterable[Sequence[Change]], made: int) -> "Review":
        """Return the review that made these steps and then undid all but `made` of them."""
        review = cls()
        for changes in steps:
            review.decide(changes)
        while review.made > made and review.undo():
            pass
        return review

    def of(self, key: Key) -> Decision | None:
        """Return what was decided about an edit."""
        return self._now.get(key)

    @property
    def decided(self) -> Mapping[Key, Decision]:
        """All that was decided, and not taken back."""
        return self._now

    def decide(self, changes: Iterable[Change]) -> Step | None:
        """Decide on some edits in one step; steps that were undone are forgotten.

        Returns:
            The step; None where nothing would change.
        """
        new = tuple((key, decision) for key, decision in changes if self._now.get(key) != decision)
        if not new:
            return None
        step = Step(new, tuple(self._now.get(key) for key, _ in new))
        del self.steps[self.made :]
        self.steps.append(step)
        self._take(step.changes)
        self.made += 1
        return step

    def undo(self) -> Step | None:
        """Take the last step back; None where there is none."""
        if not self.made:
            return None
        self.made -= 1
        step = self.steps[self.made]
        self._take((key, was) for (key, _), was in zip(step.changes, step.before, strict=True))
        return step

    def redo(self) -> Step | None:
        """Make the step again that was undone last; None where there is none."""
        if self.made == len(self.steps):
            return None
        step = self.steps[self.made]
        self._take(step.changes)
        self.made += 1
        return step

    def _take(self, changes: Iterable[Change]) -> None:
        for key, decision in changes:
            if decision is None:
                self._now.pop(key, None)
            else:
                self._now[key] = decision


def groups(recorded: Recorded) -> Mapping[str, tuple[Key, ...]]:
    """Return for each edit, by id, what is decided with it: itself, and its move's other half."""
    moves = find_moves(recorded.edits)
    return {
        edit.id: tuple((recorded.index, one) for one in (edit.id, moves.get(edit.id)) if one)
        for edit in recorded.edits
    }


def resulting(recorded: Recorded, review: Review) -> tuple[Edit, ...]:
    """Return the edits that stand: all but the rejected ones, with the editor's own wordings."""
    return tuple(_resulting(recorded.index, recorded.edits, review))


def _resulting(index: int, edits: Sequence[Edit], review: Review) -> Iterable[Edit]:
    for edit in edits:
        decision = review.of((index, edit.id))
        if decision is None or decision.choice == "accepted":
            yield edit
        elif decision.choice == "changed" and decision.after != edit.before:
            yield replace(
                edit, after=decision.after, engine="editor", reason="worded by the editor"
            )

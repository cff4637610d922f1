"""The review as a full screen: the article in its flow, and beside it the edit in question.

What a key does stands in `BINDINGS`; what was decided is on disk before the screen shows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from restore.article import Edit
from restore.errors import RestoreError
from restore.glossary import Rule
from restore.glossary import add as add_rule
from restore.glossary import describe as describe_rule
from restore.notes import one_line, plural
from restore.review.context import Change, same_elsewhere, wording
from restore.review.decisions import (
    ACCEPTED,
    REJECTED,
    Decision,
    Key,
    Step,
    groups,
)
from restore.review.filters import parse
from restore.review.pages import Page
from restore.review.panel import KEYS, About, describe
from restore.review.store import Store
from restore.review.teaching import as_decision, rule_wording
from restore.review.widgets import ArticleView, Ask, Help
from restore.review.writing import write_files
from restore.runs.reviewable import Recorded


@dataclass(frozen=True, slots=True)
class _Place:
    """An edit on the way through the run."""

    article: int
    """Place among the articles on the screen."""
    edit: Edit
    key: Key


class ReviewApp(App[None]):
    """The review of one run."""

    CSS = """
    #head { height: 1; background: $primary; color: $text; padding: 0 1; }
    #foot { height: 1; background: $panel; padding: 0 1; }
    #side { width: 1fr; min-width: 28; height: 1fr; border-left: solid $primary; padding: 0 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "decide('accepted')", "accept"),
        Binding("n", "decide('rejected')", "reject"),
        Binding("e", "edit", "edit"),
        Binding("a", "accept_rest", "accept the rest"),
        Binding("A", "accept_same", "accept everywhere"),
        Binding("u", "undo", "undo"),
        Binding("ctrl+r", "redo", "redo"),
        Binding("j,down", "step(1)", "next"),
        Binding("k,up", "step(-1)", "previous"),
        Binding("tab", "next_undecided", "next undecided", priority=True),
        Binding("right_square_bracket", "article(1)", "next article"),
        Binding("left_square_bracket", "article(-1)", "previous article"),
        Binding("slash", "search", "search"),
        Binding("f", "filter", "filter"),
        Binding("g", "keep_rule", "keep as a rule"),
        Binding("w", "write", "write"),
        Binding("question_mark", "help", "help"),
        Binding("q", "quit", "quit"),
    ]

    def __init__(
        self,
        run: str,
        articles: Sequence[Recorded],
        store: Store,
        *,
        glossary: Path,
        force: bool = False,
    ) -> None:
        """Prepare the screen.

        Args:
            run: its id, for the header.
            articles: those with edits, in order.
            store: the review; saved after every decision.
            glossary: the file that rules are kept in.
            force: whether files are written that were changed since.
        """
        super().__init__()
        self._run, self._articles, self._store = run, articles, store
        self._glossary, self._force = glossary, force
        self._pages: dict[int, Page] = {}
        self._groups = {one.index: groups(one) for one in articles}
        self._all = [
            _Place(number, edit, (one.index, edit.id))
            for number, one in enumerate(articles)
            for edit in one.edits
        ]
        self._same = same_elsewhere(Change(place.key, place.edit) for place in self._all)
        self._left = sum(store.review.of(place.key) is None for place in self._all)
        self._shown = list(self._all)
        self._at = next((i for i, p in enumerate(self._all) if p.key == store.place), 0)
        self._sought = ""
        self._filter = ""

    def compose(self) -> ComposeResult:
        """Lay out the article beside the edit, between a header and the keys."""
        yield Static(id="head")
        with Horizontal():
            yield ArticleView(self._choose)
            with VerticalScroll(id="side", can_focus=False):
                yield Static(id="edit")
        yield Static(Text(KEYS, no_wrap=True, overflow="ellipsis"), id="foot")

    def on_mount(self) -> None:
        """Begin where the review was left."""
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        """Keep the place."""
        if self._shown:
            self._store.place = self._shown[self._at].key
            self._store.save()

    # what the keys do

    def action_decide(self, choice: str) -> None:
        """Accept or reject the edit, and go on."""
        self._decide({"accepted": ACCEPTED, "rejected": REJECTED}[choice], self._here())
        self.action_step(1)

    def action_edit(self) -> None:
        """Ask for other words."""
        for place in self._here():
            question = f"Words instead of '{place.edit.before}' (Enter keeps, Escape gives up):"
            was = self._store.review.of(place.key)
            text = was.after if was and was.choice == "changed" else place.edit.after
            self.push_screen(Ask(question, text), partial(self._word, place))

    def _word(self, place: _Place, words: str | None) -> None:
        if words is not None:
            decision = ACCEPTED if words == place.edit.after else Decision("changed", words)
            self._decide(decision, [place])
            self.action_step(1)

    def action_accept_rest(self) -> None:
        """Accept this edit and all undecided later ones of the article."""
        here = self._here()
        rest = [
            place
            for place in self._shown[self._at :]
            if here and place.article == here[0].article and self._is_left(place)
        ]
        self._decide(ACCEPTED, rest)
        self.notify(f"{plural(len(rest), 'edit')} accepted")
        self.action_article(1)

    def action_accept_same(self) -> None:
        """Accept the same change wherever it is undecided in the run."""
        for place in self._here():
            keys = set(self._same[wording(place.edit)])
            meant = [one for one in self._all if one.key in keys and self._is_left(one)]
            self._decide(ACCEPTED, meant)
            self.notify(f"{plural(len(meant), 'edit')} accepted")
            self.action_next_undecided()

    def action_undo(self) -> None:
        """Take the last step back."""
        self._move_to(self._store.review.undo(), "nothing to undo")

    def action_redo(self) -> None:
        """Make the last step again that was taken back."""
        self._move_to(self._store.review.redo(), "nothing to redo")

    def action_step(self, by: int) -> None:
        """Go to the next or the previous edit."""
        self._go(min(max(0, self._at + by), len(self._shown) - 1))

    def action_next_undecided(self) -> None:
        """Go to the next edit without a decision, from the start after the end."""
        order = [*range(self._at + 1, len(self._shown)), *range(self._at + 1)]
        self._go(next((i for i in order if self._is_left(self._shown[i])), self._at))

    def action_article(self, by: int) -> None:
        """Go to the first edit of the next or the previous article."""
        if not self._shown:
            return
        wanted = self._shown[self._at].article + by
        places = enumerate(self._shown)
        if by > 0:
            found = next((i for i, p in places if p.article >= wanted), len(self._shown) - 1)
        else:
            last = max((p.article for p in self._shown if p.article <= wanted), default=0)
            found = next((i for i, p in places if p.article == last), 0)
        self._go(found)

    def action_search(self) -> None:
        """Ask what to look for."""
        self.push_screen(Ask("Search edits and their reasons for:", self._sought), self._search)

    def _search(self, text: str | None) -> None:
        if text is None:
            return
        self._sought = text.casefold() or self._sought
        order = [*range(self._at + 1, len(self._shown)), *range(self._at + 1)]
        found = next((i for i in order if self._sought in _words(self._shown[i].edit)), None)
        if found is None:
            self.notify(f"not found: {one_line(self._sought)}", severity="warning", markup=False)
        else:
            self._go(found)

    def action_filter(self) -> None:
        """Ask which edits to look at."""
        question = "Show edits with (for example confidence<0.8 and kind=grammar; empty: all):"
        self.push_screen(Ask(question, self._filter), self._set_filter)

    def _set_filter(self, expression: str | None) -> None:
        if expression is None:
            return
        try:
            holds = parse(expression)
        except RestoreError as exc:
            self.notify(one_line(exc.message), severity="error", markup=False)
            return
        shown = [p for p in self._all if holds(self._articles[p.article], p.edit)]
        if not shown:
            self.notify("no edit is like that", severity="warning")
            return
        here = self._shown[self._at] if self._shown else None
        self._filter, self._shown = expression, shown
        self._go(next((i for i, place in enumerate(shown) if place == here), 0))

    def action_keep_rule(self) -> None:
        """Ask for the rule that a decision is to become."""
        for place in self._here():
            words = rule_wording(place.edit, self._store.review.of(place.key))
            question = f"Always restore '{place.edit.before}' as (empty: never touch it):"
            self.push_screen(Ask(question, words), partial(self._keep_rule, place))

    def _keep_rule(self, place: _Place, words: str | None) -> None:
        if words is None:
            return
        try:
            rule = Rule(" ".join(place.edit.before.split()), " ".join(words.split()) or None)
            new = add_rule(self._glossary, rule)
        except RestoreError as exc:
            self.notify(one_line(exc.message), severity="error", markup=False)
            return
        if self._is_left(place):
            self._decide(as_decision(place.edit, rule), [place])
        known = f"{'kept' if new else 'known already'} in {self._glossary.name}"
        self.notify(f"{one_line(describe_rule(rule))}: {known}", markup=False)
        self.action_step(1)

    def action_write(self) -> None:
        """Write the files as decided."""
        try:
            result = write_files(self._articles, self._store, force=self._force)
        except RestoreError as exc:
            self.notify(one_line(exc.message), severity="error", markup=False)
            return
        self.notify(f"{plural(len(result.written), 'file')} written, {result.same:,} as decided")
        for error in result.refused:
            self.notify(
                one_line(f"{error.message}; {error.hint}"),
                severity="error",
                timeout=15,
                markup=False,
            )

    def action_help(self) -> None:
        """Say what the keys do."""
        self.push_screen(Help())

    # what the actions are made of

    def _here(self) -> Sequence[_Place]:
        return self._shown[self._at : self._at + 1]

    def _is_left(self, place: _Place) -> bool:
        return self._store.review.of(place.key) is None

    def _decide(self, decision: Decision, places: Iterable[_Place]) -> None:
        keys = [key for place in places for key in self._groups[place.key[0]][place.key[1]]]
        step = self._store.review.decide((key, decision) for key in keys)
        if step is not None:
            self._keep(step)

    def _move_to(self, step: Step | None, otherwise: str) -> None:
        """Show what an undone or remade step is about."""
        if step is None:
            self.notify(otherwise)
            return
        self._keep(step)
        keys = {key for key, _ in step.changes}
        self._go(next((i for i, place in enumerate(self._shown) if place.key in keys), self._at))

    def _keep(self, step: Step) -> None:
        if self._shown:
            self._store.place = self._shown[self._at].key
        try:
            self._store.save()
        except RestoreError as exc:
            self.notify(one_line(exc.message), severity="error", timeout=15, markup=False)
        changed: dict[int, list[str]] = {}
        for (index, edit), _ in step.changes:
            changed.setdefault(index, []).append(edit)
        for page in self._pages.values():
            page.refresh(changed.get(page.recorded.index, ()))
        self._left = sum(map(self._is_left, self._all))

    def _go(self, at: int) -> None:
        self._at = max(0, at)
        self._draw()

    def _choose(self, edit: str) -> None:
        here = self._shown[self._at].key[0]
        self._go(
            next((i for i, place in enumerate(self._shown) if place.key == (here, edit)), self._at)
        )

    def _draw(self) -> None:
        if not self._shown:
            return
        place = self._shown[self._at]
        self.query_one("#head", Static).update(self._head(place))
        self.query_one("#edit", Static).update(describe(self._about(place)))
        self.query_one(ArticleView).show(self._page(place.article), place.edit.id)

    def _page(self, number: int) -> Page:
        recorded = self._articles[number]
        if number not in self._pages:
            decide = lambda edit: self._store.review.of((recorded.index, edit.id))  # noqa: E731
            self._pages[number] = Page(recorded, decide)
        return self._pages[number]

    def _head(self, place: _Place) -> Text:
        name = one_line(self._articles[place.article].article.locator)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{self._left:,} of {len(self._all):,} left", Style(bold=True))
        text.append(f" · edit {self._at + 1:,}/{len(self._shown):,}")
        text.append(f" · article {place.article + 1:,}/{len(self._articles):,} {name}")
        text.append(f" · run {self._run}")
        return text

    def _about(self, place: _Place) -> About:
        return About(
            self._articles[place.article],
            place.edit,
            self._store.review.of(place.key),
            elsewhere=len(self._same[wording(place.edit)]) - 1,
            halves=len(self._groups[place.key[0]][place.key[1]]),
        )


def _words(edit: Edit) -> str:
    return f"{edit.before}\n{edit.after}\n{edit.reason}".casefold()

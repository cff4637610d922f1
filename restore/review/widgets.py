"""What the review's screen is made of: the article, a line to type, the help."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input, Static

from restore.notes import one_line
from restore.review.pages import META, Page


class ArticleView(ScrollView):
    """The article, of which only the lines in sight are drawn."""

    DEFAULT_CSS = """
    ArticleView {
        width: 2fr; height: 1fr; padding: 0 1;
        overflow-y: scroll; scrollbar-size-vertical: 1;
    }
    """
    can_focus = False

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._chosen = chosen
        self._page: Page | None = None

    def show(self, page: Page, edit: str | None) -> None:
        """Show an article with one of its edits in sight."""
        if page is not self._page and self._page is not None:
            self._page.mark(None)
        self._page = page
        page.fit(max(1, self._width))
        page.mark(edit)
        self._place(edit)

    def on_resize(self, _: events.Resize) -> None:
        """Wrap anew."""
        if self._page is not None:
            self._page.fit(max(1, self._width))
            self._place(None)

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        if self._page is None:
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._page.line(y + self.scroll_offset.y).apply_style(self.rich_style)
        if self._page.height != self.virtual_size.height:
            self.call_later(self._measure)
        return strip

    def on_click(self, event: events.Click) -> None:
        """Go to the edit that was clicked on."""
        edit = event.style.meta.get(META)
        if edit is not None:
            self._chosen(edit)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _measure(self) -> None:
        if self._page is not None:
            self.virtual_size = Size(self._width, self._page.height)

    def _place(self, edit: str | None) -> None:
        assert self._page is not None  # noqa: S101  # both callers have one
        top = 0 if edit is None else self._page.top_of(edit)
        self._measure()
        if edit is not None:
            height = self.scrollable_content_region.height
            if not self.scroll_offset.y + 1 < top < self.scroll_offset.y + height - 2:
                self.scroll_to(y=max(0, top - height // 3), animate=False, immediate=True)
        self.refresh()


class Ask(ModalScreen[str | None]):
    """A line to type; Escape gives it up."""

    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask Static { width: 80%; padding: 0 1; background: $panel; }
    Ask Input { width: 80%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "give up")]

    def __init__(self, question: str, text: str = "") -> None:
        super().__init__()
        self._question, self._text = question, text

    def compose(self) -> ComposeResult:
        """Lay out the question over its field."""
        yield Static(Text(one_line(self._question)))
        yield Input(self._text, select_on_focus=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give back what was typed."""
        self.dismiss(event.value)


class Help(ModalScreen[None]):
    """What the keys do; any key closes it."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help Static { width: auto; height: auto; padding: 1 2; background: $panel; }
    """

    def compose(self) -> ComposeResult:
        """Lay out one line a key."""
        yield Static(Text(_HELP))

    def on_key(self, event: events.Key) -> None:
        """Close."""
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        """Close."""
        self.dismiss(None)


_HELP = """\
y  accept             n  reject, the source's words stand
e  edit the wording   a  accept the rest of the article
A  accept everywhere  the same change, in every article of the run
u  undo               ctrl+r  redo
j ↓  next edit        k ↑  previous edit
]  next article       [  previous article
tab  next edit without a decision
/  search (empty: again)
f  filter: confidence<0.8 and kind=grammar (empty: all)
g  keep as a rule: always restore this so, or never touch it
w  write the files as decided
q  quit; every decision is kept

Edits without a decision stand as the run made them."""

"""What copying from a PDF does to a text is no spinning: broken lines, lost dashes and spaces."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from restore import offline
from restore.article import Article
from restore.documents.text import read_text
from restore.pipeline import restore_offline

GOLD = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "gold.jsonl").read_text("utf-8").splitlines()
]
CLEAN = {row["id"]: row["reference"] or row["text"] for row in GOLD}
SPUN = "The police want facial acknowledgment{}law implementation said since quite a while ago."


def break_lines(text: str, width: int, uneven: int) -> str:
    """Break paragraphs into lines of `width` characters, or up to `uneven` fewer."""
    at_random = random.Random(2)  # the same each time
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.append("")
        for word in paragraph.split():
            if lines[-1] and len(lines[-1]) + len(word) > width - at_random.randrange(uneven):
                lines.append(word)
            else:
                lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def put_dashes(text: str, dash: str) -> str:
    """Put a dash for every third comma."""
    places = iter(range(len(text)))
    return re.sub(r", (?=\w)", lambda comma: comma[0] if next(places) % 3 else dash, text)


def read(text: str) -> Article:
    (article,) = read_text(text.encode(), "a.txt")
    return article


DAMAGE: dict[str, Callable[[str], str]] = {
    "lines of a column": lambda text: break_lines(text, 60, 25),
    "narrow lines": lambda text: break_lines(text, 45, 15),
    "uneven lines": lambda text: break_lines(text, 90, 60),
    "a comma behind its space": lambda text: re.sub(r"(\w), (?=\w)", r"\1 ,", text),
    "no space behind a full stop": lambda text: re.sub(r"(?<=\w\w[.?!]) (?=[A-Z])", "", text),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("clean", CLEAN.values(), ids=CLEAN)
def test_damage_makes_a_clean_text_no_more_spun(clean: str, damage: Callable[[str], str]) -> None:
    whole, damaged = offline.scan(read(clean)), offline.scan(read(damage(clean)))

    assert damage(clean) != clean
    assert damaged.score <= whole.score + 0.1
    assert len(damaged.suspects) <= len(whole.suspects)


@pytest.mark.parametrize("clean", CLEAN.values(), ids=CLEAN)
def test_hyphens_for_a_dash_are_read_as_one(clean: str) -> None:
    whole = offline.scan(read(put_dashes(clean, "—")))
    lost = offline.scan(read(put_dashes(clean, "--")))

    assert lost.score == pytest.approx(whole.score)
    assert len(lost.suspects) == len(whole.suspects)


@pytest.mark.parametrize(
    "between", ["--", " -- ", " ,", "\n", ".The ", ".\n", "---", "\r\nand\n", ", the\n"]
)
def test_words_on_both_sides_of_the_damage_are_restored(between: str) -> None:
    outcome = restore_offline(read(SPUN.format(between)), threshold=0.35)

    assert "facial recognition" in outcome.restored
    assert "law enforcement" in outcome.restored
    assert between in outcome.restored


def test_words_around_a_broken_line_are_restored_as_one_phrase() -> None:
    source = "The police of the city say that they want the facial\nacknowledgment of law\n"
    source += "implementation officers to go on, since quite a\nwhile ago that was refused."

    restored = restore_offline(read(source), threshold=0.35).restored

    assert "facial\nrecognition of law\nenforcement officers" in restored

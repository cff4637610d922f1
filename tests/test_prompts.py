import re
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import prompts, replies
from restore.chunks import Chunk, Piece
from restore.errors import InvalidReply, UsageProblem
from restore.glossary import Rule, Rules

ROOT = Path(__file__).parents[1]
PROMPT = prompts.load("restore@1")
LONG = "The law implementation office has since quite a while ago asked for far more money."
TAGS = st.sampled_from(
    "<piece-1-abcdef> </piece-1-abcdef> <before-012345> <piece-2-> {{ mark }} {% raw %} a b".split(
        " "
    )
)
TEXT = st.text(min_size=1).filter(str.strip) | st.lists(TAGS, min_size=1).map(" ".join)
MALFORMED = {
    "no front matter": b"=== system ===\n=== user ===\n",
    "no user part": b'+++\nid = "a@1"\n+++\n=== system ===\n',
    "no id": b"+++\n+++\n=== system ===\n=== user ===\n",
    "an id that is a number": b"+++\nid = 1\n+++\n=== system ===\n=== user ===\n",
    "front matter that is no TOML": b"+++\nid = \n+++\n=== system ===\n=== user ===\n",
    "not UTF-8": b"\xff",
    "a template's syntax": b'+++\nid = "a@1"\n+++\n=== system ===\n=== user ===\n{% if %}',
    "an unknown variable": b'+++\nid = "a@1"\n+++\n=== system ===\n=== user ===\n{{ piece }}',
    "an attribute out of the sandbox": (
        b'+++\nid = "a@1"\n+++\n=== system ===\n=== user ===\n{{ pieces.__class__.__mro__ }}'
    ),
}


def chunk(*texts: str, before: str = "") -> Chunk:
    pieces = tuple(Piece(0, len(text), text) for text in texts)
    return Chunk(0, pieces, before, sum(len(text.split()) for text in texts))


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write(folder: Path, content: bytes) -> Path:
    """Write a folder of prompts that holds `restore@1` alone."""
    (folder / "restore").mkdir()
    (folder / "restore/v1.md").write_bytes(content)
    return folder


def user_message(part: Chunk) -> str:
    return prompts.render(PROMPT, part)[1]["content"]


def mark_of(part: Chunk) -> str:
    """Return the mark in the tag that closes the last piece, and so the message."""
    return user_message(part).rsplit("-", 1)[1].removesuffix(">")


def reply(part: Chunk, *texts: str) -> str:
    """Answer in the tags that the prompt for `part` asks for."""
    mark = mark_of(part)
    return "\n".join(
        f"<piece-{n}-{mark}>\n{text}\n</piece-{n}-{mark}>" for n, text in enumerate(texts, 1)
    )


def problem(part: Chunk, text: str) -> str:
    with pytest.raises(InvalidReply) as caught:
        replies.parse(text, part)
    return caught.value.problem


def test_the_built_in_prompts_are_as_released() -> None:
    assert prompts.changed() == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"v1": "one", "v2": "two"}, ()),
        ({"v1": "edited", "v2": "two"}, ("restore/v1.md",)),
        ({"v1": "one", "v2": "two", "v3": "extra"}, ("restore/v3.md",)),
        ({"v1": "one"}, ("restore/v2.md",)),
        ({"v1": "two", "v2": "one"}, ("restore/v1.md", "restore/v2.md")),
    ],
    ids=["none", "an edited file", "an extra file", "a missing file", "two files swapped"],
)
def test_files_that_differ_from_their_checksums_are_named(
    tmp_path: Path, files: dict[str, str], expected: tuple[str, ...]
) -> None:
    released = {"v1": "one", "v2": "two"}
    sums = [f"{sha256(text.encode()).hexdigest()}  restore/{v}.md" for v, text in released.items()]
    (tmp_path / "SHA256SUMS").write_text("\n".join(sums))
    (tmp_path / "restore").mkdir()
    for version, text in files.items():
        (tmp_path / f"restore/{version}.md").write_text(text)

    assert prompts.changed(tmp_path) == expected


def test_a_prompt_has_id_description_and_the_digest_of_its_file() -> None:
    prompt = prompts.load("restore@1")

    locked = (ROOT / "prompts/SHA256SUMS").read_text().split()
    assert prompt.id == "restore@1"
    assert prompt.description.startswith("Restore spun wording")
    assert prompt.digest == locked[locked.index("restore/v1.md") - 1]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("restor@1", "did you mean 'restore@1'?"),
        ("restore@99", "did you mean 'restore@3'?"),
        ("zzz", "there are: repair@1, restore@1, restore@2, restore@3"),
        ("../restore@1", "did you mean 'restore@1'?"),
        ("", "there are: repair@1, restore@1, restore@2, restore@3"),
    ],
    ids=["misspelt", "no such version", "nothing alike", "a path", "empty"],
)
def test_an_unknown_prompt_is_answered_with_what_there_is(name: str, hint: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        prompts.load(name)

    assert caught.value.message == f"unknown prompt '{name}'"
    assert caught.value.hint == hint


MINE = b'+++\nid = "restore@1"\n+++\n=== system ===\nmine\n=== user ===\n{{ pieces[0] }}\n'


def test_a_users_folder_shadows_the_built_in_prompts(tmp_path: Path) -> None:
    prompt = prompts.load("restore@1", folder=write(tmp_path, MINE))

    system, user = prompts.render(prompt, chunk("x"))

    assert (system["content"], user["content"]) == ("mine", "x")
    assert prompt.description == ""


def test_the_built_in_prompts_stay_beside_a_users_folder(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/v3.md").write_bytes(MINE)

    assert prompts.names(tmp_path) == ("own@3", "repair@1", "restore@1", "restore@2", "restore@3")
    assert prompts.load("restore@1", folder=tmp_path) == prompts.load("restore@1")


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_prompt_is_an_error_that_names_its_file(tmp_path: Path, content: bytes) -> None:
    folder = write(tmp_path, content)

    with pytest.raises(UsageProblem) as caught:
        prompts.load("restore@1", folder=folder)

    assert str(tmp_path / "restore/v1.md") in caught.value.message


def test_the_system_part_is_the_same_for_every_chunk() -> None:
    one, other = prompts.render(PROMPT, chunk("a")), prompts.render(PROMPT, chunk("b", "c"))

    assert one[0] == other[0]
    assert one[1] != other[1]
    assert [message["role"] for message in one] == ["system", "user"]


@given(st.lists(TEXT, min_size=1, max_size=3), TEXT)
def test_the_same_chunk_gives_the_same_messages(texts: list[str], before: str) -> None:
    once = prompts.render(PROMPT, chunk(*texts, before=before))

    assert once == prompts.render(PROMPT, chunk(*texts, before=before))


@given(TEXT, TEXT)
def test_the_mark_does_not_occur_in_the_text(text: str, before: str) -> None:
    mark = mark_of(chunk(text, before=before))

    assert re.fullmatch("[0-9a-f]{6}", mark)
    assert mark not in text + before


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_a_text_that_holds_the_mark_it_would_get_gets_another() -> None:
    digits = "".join(digest(str(n)) for n in range(200))  # 1 in 1,300 marks occurs in these
    texts = (f"\n{n} {digits}" for n in count())
    text = next(text for text in texts if digest(text)[:6] in text)

    mark = mark_of(chunk(text[1:]))

    assert mark not in text
    assert mark == digest(digest(text)[:6])[:6]


def test_the_mark_depends_on_the_text() -> None:
    assert mark_of(chunk("one")) != mark_of(chunk("other"))


def test_templates_in_an_article_are_inert() -> None:
    text = "{{ 7*7 }} {% raw %} {# note #} {{ mark }}"

    message = user_message(chunk(text, before=text))

    assert message.count(text) == 2
    assert "49" not in re.sub(r"-[0-9a-f]{6}>", "", message)


def test_the_context_is_there_to_read() -> None:
    assert "What stood before." in user_message(chunk("a", before="What stood before."))


def test_without_context_nothing_is_said_of_it() -> None:
    assert "before" not in user_message(chunk("a"))


def test_line_ends_are_plain_in_a_prompt() -> None:
    message = user_message(chunk("a\r\nb", "e\nf", before="c\rd"))

    assert "\r" not in message
    assert all(text in message for text in ("a\nb", "c\nd", "e\nf"))


@given(st.lists(TEXT.map(str.strip).filter(bool), min_size=1, max_size=4), TEXT)
def test_a_reply_of_the_same_pieces_gives_them_back(texts: list[str], before: str) -> None:
    texts = [plain(text) for text in texts]
    part = chunk(*texts, before=before)

    assert replies.parse(reply(part, *texts), part) == tuple(texts)


def test_a_piece_gets_its_own_line_ends_back() -> None:
    part = chunk("a\r\nb", "c\rd", "e\nf")

    assert replies.parse(reply(part, "a\nb", "c\nd", "e\nf"), part) == ("a\r\nb", "c\rd", "e\nf")


def test_mixed_line_ends_become_those_of_windows() -> None:
    part = chunk("a\r\nb\nc\rd")

    assert replies.parse(reply(part, "a\nb\nc\nd"), part) == ("a\r\nb\r\nc\r\nd",)


def test_what_stands_outside_the_tags_never_reaches_a_piece() -> None:
    part = chunk(LONG, "Short.")
    answer = reply(part, LONG, "Short.").replace("\n<piece-2", "\nAnd the second:\n<piece-2")

    found = replies.parse(f"Here is the text:\n{answer}\nAnything else?", part)

    assert found == (LONG, "Short.")


@given(st.text(), st.text())
def test_no_preamble_and_no_epilogue_reaches_a_piece(preamble: str, epilogue: str) -> None:
    part = chunk(LONG)

    assert replies.parse(preamble + reply(part, LONG) + epilogue, part) == (LONG,)


def test_a_stray_closing_tag_before_the_pieces_is_passed_over() -> None:
    part = chunk(LONG)

    assert replies.parse(f"</piece-1-{mark_of(part)}>\n{reply(part, LONG)}", part) == (LONG,)


def test_a_reply_on_one_line_is_read() -> None:
    part = chunk(LONG, LONG)

    assert replies.parse(reply(part, LONG, LONG).replace("\n", ""), part) == (LONG, LONG)


def test_another_chunks_tags_are_not_taken() -> None:
    assert problem(chunk(LONG), reply(chunk("other"), LONG)) == "numbering"


CHUNK = chunk(LONG, LONG)
MARK = mark_of(CHUNK)
FIRST = reply(CHUNK, LONG)
SECOND = FIRST.replace("piece-1-", "piece-2-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        (reply(CHUNK, LONG, f"{LONG}\x1b[0m"), "inserted"),
        (reply(CHUNK, LONG, f"{LONG}\u202e"), "inserted"),
        (reply(CHUNK, LONG, f"{LONG}\ud800"), "inserted"),
        (FIRST.replace("piece-1-", f"piece-{'9' * 5000}-"), "truncated"),
        ("I'm sorry, I can't help with that.", "refused"),
        ("As an AI, I cannot restore this.", "refused"),
        (FIRST, "truncated"),
        (reply(CHUNK, LONG, LONG)[:-30], "truncated"),
        (reply(CHUNK, LONG, LONG)[:60], "truncated"),
        (reply(CHUNK, LONG, LONG, LONG), "numbering"),
        (reply(CHUNK, LONG, LONG) + reply(CHUNK, LONG, LONG), "numbering"),
        (reply(CHUNK, LONG, LONG).replace("piece-1-", "piece-3-"), "numbering"),
        (reply(CHUNK, LONG, LONG).replace("piece-2-", "piece-1-"), "numbering"),
        (reply(CHUNK, LONG, LONG).replace("piece-1-", "piece-0-"), "numbering"),
        (SECOND, "numbering"),
        (f"{SECOND}\n{FIRST}", "numbering"),
        (reply(CHUNK, f"{LONG}\n{SECOND}", LONG), "numbering"),
        (reply(CHUNK, f"{LONG}\n{FIRST}", LONG), "leaked"),
        (FIRST.partition("</")[0] + SECOND, "numbering"),
        (f"{LONG}\n{LONG}", "numbering"),
        (reply(CHUNK, LONG, ""), "empty"),
        (reply(CHUNK, " \n ", LONG), "empty"),
        (reply(CHUNK, LONG, f"<piece-9-abc> {LONG}"), "leaked"),
        (reply(CHUNK, f"{LONG} </piece-2-{MARK}>", LONG), "leaked"),
        (reply(CHUNK, LONG, f"<before-{MARK}> {LONG}"), "leaked"),
        (reply(CHUNK, LONG, f"{LONG} </before-{MARK}>"), "leaked"),
        (reply(CHUNK, LONG, "I am unable to restore this text for you."), "refused"),
        (reply(CHUNK, LONG, LONG * 3), "length"),
        (reply(CHUNK, LONG, "The law."), "length"),
    ],
    ids=[
        "empty",
        "white space",
        "a terminal escape",
        "a bidi control",
        "a lone surrogate",
        "a number of 5,000 digits",
        "a refusal",
        "a refusal that starts otherwise",
        "the last piece missing",
        "the last piece cut",
        "the first piece cut",
        "a piece too many",
        "pieces twice",
        "other numbers",
        "a number twice",
        "numbers from zero",
        "the first piece missing",
        "pieces in reverse",
        "the next piece inside a piece",
        "a piece begun twice",
        "a piece never closed",
        "no tags",
        "an empty piece",
        "a piece of white space",
        "a tag inside a piece",
        "the next piece's tag inside a piece",
        "the context's tag inside a piece",
        "the context's closing tag inside a piece",
        "a refusal inside a piece",
        "three times as long",
        "a fraction as long",
    ],
)
def test_an_invalid_reply_is_named(text: str, expected: str) -> None:
    assert problem(CHUNK, text) == expected


@pytest.mark.parametrize(
    ("source", "restored"),
    [
        ("I can't say that I mind.", "I can't say I mind."),
        ("Write <piece-1-abc> and close it.", "Write <piece-1-abc>, then close it."),
        ("Write <before-abc> first.", "Begin with <before-abc>."),
        ("Law.", "The whole of the law."),
        (LONG, "The law enforcement office has long asked for far more money."),
    ],
    ids=[
        "words of a refusal in the source",
        "a tag in the source",
        "a context's tag in the source",
        "few words that become more",
        "a sound restoration",
    ],
)
def test_what_only_looks_invalid_is_taken(source: str, restored: str) -> None:
    part = chunk(source)

    assert replies.parse(reply(part, restored), part) == (restored,)


@given(st.lists(TEXT, min_size=1, max_size=3), TEXT)
def test_without_a_rule_for_it_a_chunk_is_asked_as_before_there_were_rules(
    texts: list[str], before: str
) -> None:
    old, new = prompts.load("restore@1"), prompts.load("restore@3")
    part = chunk(*texts, before=before)
    rules = Rules((Rule("no such words anywhere", "x"),))

    assert prompts.render(new, part, rules) == prompts.render(old, part)


def test_a_prompt_names_the_rules_that_a_chunk_is_about() -> None:
    rules = Rules((Rule("tech goliath", "tech giant"), Rule("Big Blue", None), Rule("z", "y")))
    part = chunk("The tech goliath was big blue once.")
    _, user = prompts.render(prompts.load("restore@3"), part, rules)

    assert '- "tech goliath" was "tech giant".\n- "Big Blue" stays as it is.\n' in user["content"]
    assert '"z"' not in user["content"]

from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Restore

RELEASED = ROOT / "prompts/restore/v1.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Hold a restore@1 that shadows the built-in one, and a restore@10 that is a draft of more."""
    root = tmp_path / "mine"
    (root / "restore").mkdir(parents=True)
    text = RELEASED.read_text(encoding="utf-8")
    (root / "restore/v1.md").write_text(text.replace("lung cancer", "asthma"), encoding="utf-8")
    (root / "restore/v10.md").write_text(text.replace("restore@1", "restore@10"), encoding="utf-8")
    return root


def test_the_list_says_what_each_prompt_is_and_that_it_is_as_released(restore: Restore) -> None:
    result = restore("prompts", "list")

    digest = sha256(RELEASED.read_bytes()).hexdigest()[:12]
    row = next(line for line in result.text.splitlines() if line.startswith("restore@1 "))
    assert result.code == 0
    assert row.split()[:4] == ["restore@1", "built-in", "released", digest]
    assert "Restore spun wording" in row


def test_the_list_says_which_folder_a_prompt_comes_from(restore: Restore, folder: Path) -> None:
    by_flag = restore("prompts", "list", "--prompts", "mine")
    by_variable = restore("prompts", "list", RESTORE_PROMPTS="mine")

    rows = [line.split()[:4] for line in by_flag.text.splitlines()]
    assert ["restore@1", "mine", "not", "released"] in rows
    assert ["restore@10", "mine", "not", "released"] in rows
    assert by_variable.text == by_flag.text


def test_show_prints_the_file_as_it_is(restore: Restore) -> None:
    assert restore("prompts", "show", "restore@1").out == RELEASED.read_bytes()


def test_a_name_without_a_version_is_its_highest(restore: Restore, folder: Path) -> None:
    result = restore("prompts", "show", "restore", "--prompts", "mine")

    assert 'id = "restore@10"' in result.text


def test_rendered_shows_the_messages_of_a_sample(restore: Restore) -> None:
    text = restore("prompts", "show", "restore@1", "--rendered").text

    assert text.startswith("=== system ===\nYou restore English text")
    assert "=== user ===" in text
    assert ">\nThe law implementation office" in text
    assert "{{" not in text


def test_diff_is_unified_and_names_both(restore: Restore, folder: Path) -> None:
    result = restore("prompts", "diff", "restore@1", "restore@10", "--prompts", "mine")

    lines = result.text.splitlines()
    assert result.code == 0
    assert lines[:2] == ["--- restore@1", "+++ restore@10"]
    assert '-id = "restore@1"' in lines
    assert '+id = "restore@10"' in lines


def test_the_built_in_prompts_pass_the_check(restore: Restore) -> None:
    result = restore("prompts", "check")

    assert (result.code, result.err) == (0, "")
    assert result.text.endswith(": 0 faults\n")


def test_drafts_pass_the_check_where_nothing_is_released(restore: Restore, folder: Path) -> None:
    assert restore("prompts", "check", "--prompts", "mine").code == 0


def _lock(folder: Path, *names: str) -> None:
    lines = [f"{sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _edit(folder: Path) -> None:
    _lock(folder, "restore/v1.md", "restore/v10.md")
    (folder / "restore/v1.md").write_bytes(RELEASED.read_bytes())


def _take_away(folder: Path) -> None:
    _lock(folder, "restore/v1.md", "restore/v10.md")
    (folder / "restore/v1.md").unlink()


def _break(folder: Path) -> None:
    (folder / "restore/v1.md").write_text(RELEASED.read_text().replace("{{ piece }}", "{{ x }}"))


def _misname(folder: Path) -> None:
    (folder / "restore/v10.md").write_bytes(RELEASED.read_bytes())


def _empty(folder: Path) -> None:
    (folder / "restore/v1.md").write_text("")


def _number_oddly(folder: Path) -> None:
    (folder / "restore/v1.md").rename(folder / "restore/vx.md")


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (_edit, "'mine/restore/v1.md' differs from SHA256SUMS"),
        (_take_away, "'mine/restore/v1.md' differs from SHA256SUMS"),
        (_break, "cannot fill in prompt 'mine/restore/v1.md'"),
        (_misname, "'mine/restore/v10.md' calls itself 'restore@1', not 'restore@10'"),
        (_empty, "'mine/restore/v1.md' is not a prompt"),
        (_number_oddly, "'mine/restore/vx.md': unknown prompt 'restore@x'"),
    ],
    ids=[
        "edited after release",
        "gone after release",
        "an unknown variable",
        "another id",
        "empty",
        "no number",
    ],
)
def test_the_check_finds_each_fault(
    restore: Restore, folder: Path, harm: object, fault: str
) -> None:
    harm(folder)  # type: ignore[operator]  # a function of the table above

    result = restore("prompts", "check", "--prompts", "mine")

    assert (result.code, result.text.count("1 fault\n")) == (1, 1)
    assert f"fault: {fault}" in result.err


def test_a_changed_and_a_broken_prompt_are_listed_as_such(restore: Restore, folder: Path) -> None:
    _edit(folder)
    (folder / "restore/v10.md").write_text("")

    text = restore("prompts", "list", "--prompts", "mine").text

    rows = [line.split()[:3] for line in text.splitlines()]
    assert ["restore@1", "mine", "changed"] in rows
    assert ["restore@10", "mine", "broken"] in rows


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "restor@1"],
        ["diff", "restore@1", "restore@99"],
        ["list", "--prompts", "nowhere"],
        ["show", "restore@1", "--config", "no.toml"],
        ["check", "--prompts", "malformed"],
        ["check", "--prompts", "mine/restore/v1.md"],
    ],
)
def test_a_mistake_is_exit_2_with_a_hint(
    restore: Restore, folder: Path, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "malformed/restore").mkdir(parents=True)
    (tmp_path / "malformed/restore/v1.md").write_bytes(RELEASED.read_bytes())
    (tmp_path / "malformed/SHA256SUMS").write_text("digest\n")

    result = restore("prompts", *arguments)

    assert (result.code, result.text) == (2, "")
    assert result.err.startswith("error: ")
    assert "hint: " in result.err


def test_without_a_command_the_help_is_shown(restore: Restore) -> None:
    result = restore("prompts")

    assert result.code == 2
    assert "check" in result.err


@pytest.mark.parametrize("name", ["restore@1", "restore@2", "repair@1"])
def test_every_built_in_prompt_shows_what_it_makes_of_a_sample(restore: Restore, name: str) -> None:
    result = restore("prompts", "show", name, "--rendered")

    assert (result.code, result.text.count("law implementation") > 0) == (0, True)

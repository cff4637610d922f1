import stat
from pathlib import Path

import pytest

from restore.article import Article
from restore.diff import diff
from restore.documents.files import Input
from restore.errors import (
    CallFailed,
    CapReached,
    EndpointRefused,
    UnreadableArticle,
    UnwritableOutput,
    UsageProblem,
)
from restore.runs import (
    Outcome,
    Status,
    check_free,
    encode_output,
    exit_code,
    plan_outputs,
    tally,
    write_bytes,
)


def outcome(status: Status, error: Exception | None = None, *, text: str = "x") -> Outcome:
    article = Article("a.txt", text, "utf-8", b"", ())
    return Outcome(status, article, text, (), (), error=error)  # type: ignore[arg-type]  # tests


REFUSED = outcome("failed", EndpointRefused("no"))
CAPPED = outcome("failed", CapReached("no"))
FAILED = outcome("failed", CallFailed("no"))
UNREADABLE = outcome("failed", UnreadableArticle("no"))
UNWRITABLE = outcome("failed", UnwritableOutput("no"))
PARTIAL, RESTORED, UNCHANGED = outcome("partial"), outcome("restored"), outcome("unchanged")


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([RESTORED, UNCHANGED], 0),
        ([RESTORED, PARTIAL], 1),
        ([UNREADABLE], 2),
        ([UNREADABLE, RESTORED], 3),
        ([UNWRITABLE], 3),
        ([FAILED, PARTIAL], 3),
        ([REFUSED, FAILED, CAPPED], 4),
        ([CAPPED, FAILED, PARTIAL], 5),
        ([], 0),
    ],
    ids=[
        "all verified",
        "a piece kept",
        "no article readable",
        "one unreadable",
        "restored, but not written",
        "failed beats partial",
        "refused beats all",
        "cap beats failed",
        "nothing to do",
    ],
)
def test_exit_code_is_the_first_that_holds(outcomes: list[Outcome], code: int) -> None:
    assert exit_code(outcomes, "partial") == code


def test_fail_on_touches_only_exit_code_1() -> None:
    assert exit_code([RESTORED], "changed") == 1
    assert exit_code([PARTIAL], "failed") == 0
    assert exit_code([PARTIAL], "never") == 0
    assert exit_code([FAILED, RESTORED], "never") == 3


def test_tally_counts_by_status() -> None:
    assert tally([RESTORED, RESTORED, FAILED]) == {"restored": 2, "failed": 1}


def test_outputs_lie_under_the_folder_by_relative_path(tmp_path: Path) -> None:
    inputs = [Input(Path("in/a/x.txt"), Path("a/x.txt")), Input(None, Path("stdin.txt"))]

    planned = plan_outputs(inputs, tmp_path)

    assert planned == {"in/a/x.txt": tmp_path / "a/x.txt", "-": tmp_path / "stdin.txt"}


def test_two_inputs_for_one_output_are_refused(tmp_path: Path) -> None:
    inputs = [Input(Path("1/x.txt"), Path("x.txt")), Input(Path("2/x.txt"), Path("x.txt"))]

    with pytest.raises(UsageProblem, match=r"'1/x.txt' and '2/x.txt' would both be written"):
        plan_outputs(inputs, tmp_path)


def test_an_output_never_replaces_its_own_input(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("mine")
    with pytest.raises(UsageProblem, match="is the article itself"):
        plan_outputs([Input(tmp_path / "x.txt", Path("x.txt"))], tmp_path)


def test_an_existing_output_is_not_free(tmp_path: Path) -> None:
    taken = tmp_path / "x.txt"
    check_free(taken)
    taken.write_text("mine")

    with pytest.raises(UnreadableArticle) as caught:
        check_free(taken)

    assert caught.value.hint == "pass --force to replace it"


def test_write_output_writes_mark_and_encoding_of_the_input(tmp_path: Path) -> None:
    article = Article("a.txt", "café\r\n", "utf-16-le", b"\xff\xfe", ())
    edits = diff(article.source, "cafés\r\n", locator="a.txt", engine="m")

    target = tmp_path / "deep/er/a.txt"
    write_bytes(target, encode_output(article, edits, target))

    assert (tmp_path / "deep/er/a.txt").read_bytes() == "\ufeffcafés\r\n".encode("utf-16-le")


def test_a_character_that_the_encoding_lacks_is_reported_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    article = Article("a.txt", "cafe", "latin-1", b"", ())
    edits = diff("cafe", "“cafe”", locator="a.txt", engine="m")

    with pytest.raises(UnwritableOutput, match="has no character"):
        encode_output(article, edits, tmp_path / "a.txt")

    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    (target / "sub").mkdir(parents=True)

    with pytest.raises(UnwritableOutput, match="cannot write"):
        write_bytes(target, b"x")

    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnwritableOutput, match="cannot write"):
        write_bytes(tmp_path / "file/x.txt", b"x")


def test_a_new_file_gets_the_mode_of_the_umask_and_a_replaced_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    probe = tmp_path / "probe"
    probe.touch()
    write_bytes(tmp_path / "new", b"x")
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    kept.chmod(0o604)
    write_bytes(kept, b"y")

    assert (tmp_path / "new").stat().st_mode == probe.stat().st_mode
    assert stat.S_IMODE(kept.stat().st_mode) == 0o604

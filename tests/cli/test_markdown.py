import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Restore

POST = """---
title: "Facial acknowledgment"
---

# Law implementation and *facial acknowledgment*

The organization said that **law implementation** must not use [facial
acknowledgment](https://a.example/facial-acknowledgment "facial acknowledgment") at
all, and that man-made consciousness &amp; **profound** learning won't help
`facial acknowledgment`.

> The police told us that _facial acknowledgment_ is
> used by law
> implementation offices.

```
facial acknowledgment
```
"""
RESTORED = """---
title: "Facial acknowledgment"
---

# Law enforcement and *facial recognition*

The company stated that **law enforcement** must not use [facial
recognition](https://a.example/facial-acknowledgment "facial acknowledgment") at
all, and that artificial intelligence &amp; **deep** learning won't help
`facial acknowledgment`.

> The police told us that _facial recognition_ is
> used by law
> enforcement agencies.

```
facial acknowledgment
```
"""


@pytest.mark.needs("git")
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_words_in_markdown_are_restored_and_all_else_stays(
    restore: Restore, tmp_path: Path, newline: str
) -> None:
    post = tmp_path / "post.md"
    post.write_bytes(POST.replace("\n", newline).encode())

    result = restore("run", post.name, "-o", "out", "--engine", "offline")
    patch = restore("diff", post.name, "--diff", "unified")

    assert result.code == 0
    assert (tmp_path / "out" / post.name).read_bytes().decode() == RESTORED.replace("\n", newline)
    subprocess.run(["git", "apply", "-"], input=patch.out, cwd=tmp_path, check=True)
    assert post.read_bytes() == (tmp_path / "out" / post.name).read_bytes()


@pytest.mark.needs("git")
def test_two_files_are_compared_as_they_stand(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The **law** [page](http://a.example) is here.\n")
    (tmp_path / "b.md").write_text("The *law* [page](http://b.example) is here.\n")

    verdict = restore("verify", "a.md", "b.md")
    patch = restore("diff", "a.md", "b.md", "--diff", "unified")

    assert verdict.code == 1
    assert "http://a.example" in verdict.text
    subprocess.run(["git", "apply", "-"], input=patch.out, cwd=tmp_path, check=True)
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()

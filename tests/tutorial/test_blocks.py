"""How the blocks of a page are read, and how outputs are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutorial.blocks import Command, File, fits, read

PAGE = """
Text.

```python file=shop/one.py
x = 1
```

```console exit=2
$ first
said
$ second <<END
> line
>
> END
one
...
```

```yaml
shown: only
```
"""


def test_blocks_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE, "utf-8")
    page = read(path)
    assert page.steps == (
        File("shop/one.py", "x = 1\n"),
        Command("first", ("said",)),
        Command("second <<END\nline\n\nEND", ("one", "..."), 2),
    )
    assert page.other == ("yaml",)


@pytest.mark.parametrize(
    ("wanted", "got", "right"),
    [
        ((), "", True),
        ((), "said\n", False),
        (("one", "two"), "one\ntwo\n", True),
        (("one", "two"), "one\ntwo\nthree\n", False),
        (("one", "..."), "one\n", True),
        (("one", "..."), "one\ntwo\nthree\n", True),
        (("...", "three"), "one\ntwo\nthree\n", True),
        (("...", "two"), "one\ntwo\nthree\n", False),
        (("one", "...", "three"), "one\nthree\n", True),
        (("a ... c (d)",), "a b b c (d)\n", True),
        (("a ... c",), "a b\nb c\n", False),
        (("a.c",), "abc\n", False),
    ],
)
def test_outputs_are_compared_line_by_line(wanted: tuple[str, ...], got: str, right: bool) -> None:
    assert fits(wanted, got) is right

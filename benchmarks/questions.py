"""Asks the questions of a page again and writes the answers into it: `python -m benchmarks.questions [--page docs/calls.md] --data DIR`.

The data directory holds the reviews or calls the page names, loaded by a running or a stopped service.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "questions.md"
CALLS_PAGE = PAGE.with_name("calls.md")
_QUESTION = re.compile(r"```sql\n(?P<sql>.*?)\n```\n(?:\n```text\n.*?\n```\n)?", re.DOTALL)


def questions(page: str) -> list[str]:
    """The SQL statements of a page, in order."""
    return [found["sql"] for found in _QUESTION.finditer(page)]


def answered(page: str, data: Path) -> str:
    """The page with each statement's answer behind it, as `tamiz sql` shows it. Raises `CalledProcessError` when one is refused."""
    return _QUESTION.sub(lambda found: f"```sql\n{found['sql']}\n```\n\n```text\n{_answer(found['sql'], data)}\n```\n", page)


def _answer(sql: str, data: Path) -> str:
    tamiz = Path(sys.executable).with_name("tamiz")
    asked = subprocess.run([tamiz, "sql", "--data", data, "--format", "table", sql], check=True, capture_output=True, text=True)
    return "\n".join(line.rstrip() for line in asked.stdout.splitlines())


def main() -> None:
    """Rewrite the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data directory that holds the reviews or calls")
    parser.add_argument("--page", type=Path, default=PAGE, help="page of questions")
    asked = parser.parse_args()
    asked.page.write_text(answered(asked.page.read_text(encoding="utf-8"), asked.data), encoding="utf-8")


if __name__ == "__main__":
    main()

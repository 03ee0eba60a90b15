from __future__ import annotations

from workers.evaluation.tables import Table, as_markdown, as_text, figures

TABLE = Table("Scores", ("chain", "pages", "recall"), (("north", "12", "0.500"), ("a|b\x1b[31m\n", "3", "-")), "As of today.")


def test_text_is_aligned_and_harmless() -> None:
    assert as_text([TABLE]) == (
        "Scores\n\nchain      pages  recall\n---------  -----  ------\nnorth         12   0.500\na|b·[31m       3       -\nAs of today.\n"
    )


def test_markdown_aligns_figures_and_keeps_its_columns() -> None:
    assert as_markdown([TABLE]) == (
        "**Scores**\n\n| chain | pages | recall |\n|---|---:|---:|\n| north | 12 | 0.500 |\n| a\\|b·[31m  | 3 | - |\n\nAs of today.\n"
    )


def test_tables_follow_one_another() -> None:
    bare = Table("Bare", ("a",), (("x",),))
    assert as_text([bare, bare]).count("Bare\n\na\n-\nx\n") == 2
    assert "None" not in as_markdown([bare])


def test_a_column_of_figures_holds_nothing_else() -> None:
    assert figures(TABLE) == [False, True, True]
    assert figures(Table("", ("a", "b"), (("1.5", "1.5 s"),))) == [True, False]

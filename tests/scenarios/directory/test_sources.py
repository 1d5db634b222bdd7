"""The sources that feedback and lessons rest on."""

from __future__ import annotations

from scenarios.directory.sources import load_sources


def test_how_a_source_was_read_is_no_part_of_the_name_by_which_a_reader_looks_it_up() -> None:
    sources = load_sources()
    asides = ("pindai", "dibaca", "scan", "read on")

    assert any(source.reading is not None for source in sources.values())
    for source in sources.values():
        names = " ".join(words for _, words in source.title.items()).lower()
        assert [aside for aside in asides if aside in names] == []

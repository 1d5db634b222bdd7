"""The bench of a case: what a page asks for, and what it finds in the files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from release.author.bench.case_files import CaseFiles, case_files
from release.author.bench.changes import identifier
from release.author.bench.choices import TEXTS, Shelves
from release.author.bench.desk import BenchDesk
from release.author.bench.edit import read, value_at
from release.author.bench.fields import CaseText
from release.author.bench.findings import findings_of
from release.author.bench.messages import CellMessage, FieldMessage, PartMessage
from release.author.bench.sheet import further_fields, parts_of
from release.author.check import Bench, check_case
from release.author.new_case import CaseAnswers, Folders, write_case
from scenarios.directory.sources import load_sources
from scenarios.documents.document import Data, DataPath
from scenarios.documents.part import Id, Part
from scenarios.kinds import KINDS
from scenarios.language import Texts, read_catalogue
from scenarios.library import CASES, SCENARIOS, case_ids
from scenarios.loader import mapping
from tests.places import GUIDES, KEYS

TODAY = date(2026, 11, 30)
ANSWERS = CaseAnswers(
    "kasus-baru",
    title=Texts({"id": "Kasus Baru", "en": "A New Case"}),
    role="uptd_ppa",
    risk="contact",
    level=1,
    programmes=(),
    note=Texts({"id": "Tidak ada kekerasan yang digambarkan.", "en": "No violence is described."}),
    first=Texts({"id": "Telepon pertama", "en": "The first call"}),
)


def desk_of(root: Path, case: str, cases: Path, keys: Path) -> BenchDesk:
    """The bench of a copy of a case."""
    folder = Path(shutil.copytree(cases / case, root / "cases" / case))
    shutil.copytree(keys, root / "keys")
    shutil.copytree(GUIDES, root / "guides")
    files = case_files(folder, case, root / "keys", root / "guides")
    return BenchDesk(case, files, Shelves(), root / "cases", lambda: TODAY)


@pytest.fixture
def desk(tmp_path: Path, small_case_folder: Path) -> BenchDesk:
    return desk_of(tmp_path, small_case_folder.name, small_case_folder.parent, KEYS)


@pytest.fixture
def varied(tmp_path: Path) -> BenchDesk:
    """That of a case in two variants, “baru” and “lama”."""
    variants = KEYS.parent / "variants"
    return desk_of(tmp_path, "berkas-beredar", variants / "cases", variants / "keys")


def fields(parts: list[PartMessage]) -> list[FieldMessage]:
    return [field for part in parts for group in part["groups"] for field in group["fields"]]


def cell(desk: BenchDesk, file: str, *path: str | int) -> CellMessage:
    """The cell at a place."""
    cells = (one for field in fields(desk.parts) for one in field["cells"] if field["kind"] != "standing")
    return next(one for one in cells if one["file"] == file and one["path"] == list(path))


def put(desk: BenchDesk, value: object, file: str, *path: str | int) -> Mapping[str, Any]:
    """Write a value at a place, as a page does that has just seen it."""
    was = cell(desk, file, *path)["value"]
    return desk.answer({"do": "set", "file": file, "path": [*path], "value": value, "was": was})  # type: ignore[dict-item]


def standing(desk: BenchDesk, file: str, *path: str | int) -> Data:
    return value_at(desk.files.data()[file], path)


def bytes_of(files: CaseFiles) -> dict[str, bytes]:
    return {name: place.read_bytes() for name, place in files.places.items() if place.exists()}


def test_a_value_is_written_into_its_file_and_no_other(desk: BenchDesk) -> None:
    before = bytes_of(desk.files)

    assert put(desk, "Ibu C menelepon.", "case", "scenes", "telepon", "title")["kind"] == "done"

    after = bytes_of(desk.files)
    assert standing(desk, "case", "scenes", "telepon", "title") == "Ibu C menelepon."
    assert {name for name in after if after[name] != before[name]} == {"case"}


def test_what_another_hand_has_changed_is_not_overwritten_unsaid(desk: BenchDesk) -> None:
    place = desk.files.places["case"]
    seen = cell(desk, "case", "title")["value"]
    place.write_text(place.read_text("utf-8").replace("title: Daftar Nilai", "title: Lain", 1), "utf-8")

    answer = desk.answer({"do": "set", "file": "case", "path": ["title"], "value": "Saya", "was": seen})  # type: ignore[dict-item]

    assert answer["kind"] == "not_done"
    assert answer.get("now") == "Lain"
    assert set(answer["why"]) == {"id", "en"}
    assert standing(desk, "case", "title") == "Lain"


def test_undo_gives_back_the_same_bytes_and_redo_does_it_again(desk: BenchDesk) -> None:
    before = bytes_of(desk.files)
    put(desk, "Lain", "case", "title")
    done = bytes_of(desk.files)

    desk.answer({"do": "undo"})
    assert bytes_of(desk.files) == before

    desk.answer({"do": "redo"})
    assert bytes_of(desk.files) == done


def test_undo_is_refused_where_the_file_was_changed_since(desk: BenchDesk) -> None:
    put(desk, "Lain", "case", "title")
    place = desk.files.places["case"]
    place.write_text(place.read_text("utf-8") + "# mine\n", "utf-8")

    assert desk.answer({"do": "undo"})["kind"] == "not_done"
    assert place.read_text("utf-8").endswith("# mine\n")


@pytest.mark.parametrize(
    "message",
    [
        {"do": "set", "file": "case", "path": ["id"], "value": "x", "was": "daftar-nilai"},
        {"do": "set", "file": "elsewhere", "path": ["title"], "value": "x", "was": ""},
        {"do": "set", "file": "case", "path": ["title"], "value": {"a": "b"}, "was": "Daftar Nilai"},
        {"do": "take", "what": "scene", "place": []},
        {"do": "add", "what": "decision", "place": ["nowhere"], "kind": "nothing"},
        {"do": "standing", "decision": "mendesak", "option": "x", "variant": "", "is": "right"},
        {"do": "nothing"},
        {},
    ],
)
def test_what_no_page_of_ours_asks_for_is_refused_and_nothing_written(
    desk: BenchDesk, message: dict[str, Data]
) -> None:
    before = bytes_of(desk.files)

    answer = desk.answer(message)

    assert answer["kind"] == "not_done"
    assert answer["why"]["id"] != answer["why"]["en"]
    assert bytes_of(desk.files) == before


def test_a_word_processors_signs_are_written_plain(desk: BenchDesk) -> None:
    put(desk, "Satu\u00a0dua\u00ad ti\u2011ga\u2028\tempat", "case", "scenes", "telepon", "text")

    assert standing(desk, "case", "scenes", "telepon", "text") == "Satu dua ti-ga\nempat\n"


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_decision_of_any_kind_is_put_in_whole_and_taken_out_whole(desk: BenchDesk, kind: str) -> None:
    before = desk.files.data()
    desk.answer({"do": "add", "what": "scene", "place": ["telepon"], "words": "Sore itu"})
    assert standing(desk, "case", "scenes", "sore_itu", "title") == "Sore itu"
    made = desk.answer(
        {"do": "add", "what": "decision", "place": ["sore_itu"], "words": "Apa?", "kind": kind}
    )
    assert made["kind"] == "done"
    assert standing(desk, "case", "scenes", "sore_itu", "decision", "kind") == kind

    desk.answer({"do": "take", "what": "decision", "place": ["sore_itu"]})
    desk.answer({"do": "undo"})
    desk.answer({"do": "undo"})
    desk.answer({"do": "undo"})

    assert desk.files.data() == before


def test_an_option_stands_in_every_file_and_leaves_nothing_in_any(desk: BenchDesk) -> None:
    decided = next(
        (group["place"][0], group["title"])
        for part in desk.parts
        for group in part["groups"]
        if group["name"] == "group_decision" and "option" in group["adds"]
    )
    scene, decision = decided
    before = bytes_of(desk.files)
    desk.answer({"do": "add", "what": "option", "place": [scene], "words": "Menunggu dulu"})
    for file, *path in (
        ("case", "scenes", scene, "decision", "options"),
        ("en", "scenes", scene, "decision", "options"),
        ("key", "decisions", decision, "why"),
        ("key.en", "decisions", decision, "why"),
        ("key", "decisions", decision, "sources"),
    ):
        options = standing(desk, file, *path)
        assert isinstance(options, dict)
        assert "menunggu_dulu" in options

    desk.answer({"do": "take", "what": "option", "place": [scene, "menunggu_dulu"]})

    assert bytes_of(desk.files) == before


def test_a_scene_that_is_put_in_stands_on_the_way(desk: BenchDesk) -> None:
    ways = standing(desk, "case", "scenes", "telepon", "next")
    assert isinstance(ways, list)
    desk.answer({"do": "add", "what": "scene", "place": ["telepon"], "words": "Sore itu"})

    now = standing(desk, "case", "scenes", "telepon", "next")
    assert isinstance(now, list)
    assert now[-1] == {"go": "sore_itu"}
    assert standing(desk, "case", "scenes", "sore_itu", "next") == [ways[-1]]


def test_variants_are_told_apart_and_joined_in_both_languages(varied: BenchDesk) -> None:
    joined = next(
        field
        for field in fields(varied.parts)
        if field["splits"] and not field["varies"] and field["name"] == "scene_title"
    )
    before = bytes_of(varied.files)

    varied.answer({"do": "split", "field": joined["id"]})
    apart = next(field for field in fields(varied.parts) if field["id"] == joined["id"])
    assert [(one["file"], one["variant"]) for one in apart["cells"]] == [
        ("case", "baru"),
        ("case", "lama"),
        ("en", "baru"),
        ("en", "lama"),
    ]

    varied.answer({"do": "join", "field": joined["id"]})
    assert bytes_of(varied.files) == before


def test_a_third_variant_stands_wherever_the_two_do(varied: BenchDesk) -> None:
    varied.answer({"do": "add", "what": "variant", "words": "Berkas sudah dihapus"})

    checked = check_case(varied.files.places["case"].parent, Bench(varied.files.places["key"].parent, TODAY))
    assert checked.case is not None
    assert list(checked.case.tellings) == ["baru", "lama", "berkas_sudah_dihapus"]

    varied.answer({"do": "take", "what": "variant", "place": ["berkas_sudah_dihapus"]})
    assert varied.text().variants == ("baru", "lama")


def test_a_flag_binds_whom_its_error_binds(desk: BenchDesk) -> None:
    options = [field for field in fields(desk.parts) if field["name"] == "harm_code"]
    free = next(field for field in options if field["cells"][0]["value"] is None)
    path = free["cells"][0]["path"]

    put(desk, "E02", "key", *path)
    assert standing(desk, "key", *path[:-1]) == {"code": "E02", "role": "anyone"}

    put(desk, None, "key", *path)
    assert standing(desk, "key", *path[:-1]) is None


def test_an_option_becomes_right_wrong_or_neutral(desk: BenchDesk) -> None:
    field = next(one for one in fields(desk.parts) if one["choices"] == "right,neutral,wrong")
    decision, option = str(field["cells"][0]["path"][1]), field["id"].rpartition("|")[2]

    def stand(verdict: str, weight: float) -> dict[str, dict[str, Data]]:
        own = next(one for one in fields(desk.parts) if one["id"] == field["id"])
        message: dict[str, Any] = {"do": "standing", "decision": decision, "option": option, "variant": ""}
        message |= {"is": verdict, "weight": weight, "was": own["cells"][0]["value"]}
        assert desk.answer(message)["kind"] == "done"
        part = mapping(standing(desk, "key", "decisions", decision))
        return {name: mapping(part.get(name)) for name in ("right", "wrong")}

    wrong = stand("wrong", 2)
    assert (wrong["wrong"].get(option), wrong["right"].get(option)) == (2, None)
    right = stand("right", 3)
    assert (right["wrong"].get(option), right["right"].get(option)) == (None, 3)
    neutral = stand("neutral", 1)
    assert option not in neutral["right"].keys() | neutral["wrong"].keys()


def test_a_new_source_stands_with_the_others_and_comes_with_its_list(desk: BenchDesk, tmp_path: Path) -> None:
    sources = Path(shutil.copy(SCENARIOS / "sources.yaml", tmp_path / "sources.yaml"))
    before = sources.read_text("utf-8")
    own = BenchDesk(desk.case_id, desk.files, Shelves(sources=sources), desk.cases, lambda: TODAY)
    title = {"id": "Panduan Daerah X", "en": "Guide of District X"}
    whole = {"title": title, "kind": "procedure", "mark": "seen", "read": "2026-11-01", "how": "excerpts"}

    refused = own.answer({"do": "new_source", "code": "X1", "said": {"title": title}})  # type: ignore[dict-item]
    assert refused["kind"] == "not_done"
    assert "kind" in refused["why"]["id"]
    for lacking in ({**whole, "how": None}, {**whole, "read": None}, {**whole, "read": "2026-12-01"}):
        assert own.answer({"do": "new_source", "code": "X1", "said": lacking})["kind"] == "not_done"  # type: ignore[dict-item]
    assert own.answer({"do": "new_source", "code": "X1", "said": whole})["kind"] == "done"  # type: ignore[dict-item]

    assert load_sources(sources)["X1"].title["en"] == "Guide of District X"
    assert any(one["code"] == "X1" for one in own.books["lists"]["sources"])
    assert sources.read_text("utf-8").startswith(before.rstrip("\n"))
    assert own.answer({"do": "new_source", "code": "X1", "said": whole})["kind"] == "not_done"  # type: ignore[dict-item]


def test_every_code_that_is_chosen_from_a_list_says_what_it_is_in_both_languages(desk: BenchDesk) -> None:
    for name, choices in desk.books["lists"].items():
        assert choices, name
        for one in choices:
            assert all(one["name"].get(tag) for tag in ("id", "en")), (name, one["code"])
    for name in ("sources", "rules", "errors", "competency", "services"):
        assert all(one["about"]["id"] for one in desk.books["lists"][name]), name


def test_every_finding_of_a_skeleton_has_its_field_or_its_part(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "cases", tmp_path / "keys", tmp_path / "guides")
    write_case(ANSWERS, folders)
    folder = folders.cases / ANSWERS.case_id
    file = folder / "case.yaml"
    whole = file.read_text("utf-8").replace("law_checked:  ", "law_checked: 2026-03-31  ")
    whole = whole.replace("composite:  ", "composite: true  ").replace(
        "changed: []", "changed: [a, b, c, d, e]"
    )
    file.write_text(whole, "utf-8")
    files = case_files(folder, ANSWERS.case_id, folders.keys, folders.guides)
    desk = BenchDesk(ANSWERS.case_id, files, Shelves(), folders.cases, lambda: TODAY)

    problems = check_case(folder, Bench(folders.keys, TODAY, folders.guides, 50)).problems
    findings = findings_of(problems, desk.parts, files.places)

    unwritten = [one for one in findings if one["rule"] == "placeholder"]
    assert len(unwritten) > 100
    assert all(one["field"] for one in unwritten)
    assert all(one["part"] for one in findings)
    assert all(one["found"]["id"] != one["found"]["en"] for one in unwritten)


def test_an_id_is_made_of_the_first_words() -> None:
    assert identifier("Catat, lalu lapor ke UPTD!", ()) == "catat_lalu_lapor"
    assert identifier("3 hari lagi", ()) == "hari_lagi"
    assert identifier("…", ["baru"]) == "baru_2"


def test_a_file_that_is_no_yaml_cannot_be_edited_until_it_is_mended(desk: BenchDesk) -> None:
    put(desk, "Lain", "case", "title")
    place: Path = desk.files.places["case"]
    place.write_text(place.read_text("utf-8") + "a: b: c\n", "utf-8")

    assert desk.sheet["kind"] == "no_sheet"
    assert desk.answer({"do": "add", "what": "fact", "place": [], "words": "x"})["kind"] == "not_done"


def paths(data: Data, path: DataPath = ()) -> list[DataPath]:
    return (
        [path] if not isinstance(data, dict) else [p for k, v in data.items() for p in paths(v, (*path, k))]
    )


def test_every_text_of_a_case_and_its_key_has_a_cell(desk: BenchDesk) -> None:
    cells = {(one["file"], tuple(one["path"])) for field in fields(desk.parts) for one in field["cells"]}
    for file in ("en", "key.en"):
        data = read(desk.files.places[file].read_text("utf-8"))
        assert [path for path in paths(data) if (file, path) not in cells] == []


def test_a_panel_and_its_votes_are_shown_and_not_edited(desk: BenchDesk) -> None:
    single = next(
        group["title"]
        for part in desk.parts
        for group in part["groups"]
        if any(field["choices"] == "right,partial,neutral" for field in fields([part]))
        and group["name"] == "group_decision"
    )
    place = desk.files.places["key"]
    text = place.read_text("utf-8").replace("panel: none", "panel: {size: 12, played: 2026-10-02}")
    place.write_text(text.replace(f"  {single}:\n", f"  {single}:\n    votes: {{a: 9, b: 3}}\n"), "utf-8")
    sheet = desk.sheet
    assert sheet["kind"] == "sheet"
    panel = next(one for one in fields(sheet["parts"]) if one["name"] == "panel")
    votes = next(one for one in fields(sheet["parts"]) if one["name"] == "votes")
    played = next(one for one in sheet["lists"]["panel"] if one["code"] == panel["cells"][0]["value"])

    assert (panel["kind"], votes["kind"]) == ("word", "word")
    assert "12" in played["name"]["id"]
    assert votes["cells"][0]["value"] == "a: 9; b: 3"
    assert put(desk, "none", "key", "panel")["kind"] == "not_done"


def test_an_urgency_is_put_in_and_taken_out_unless_the_key_needs_it(desk: BenchDesk) -> None:
    scene, level = next(
        (group["place"][0], group["own_id"])
        for part in desk.parts
        for group in part["groups"]
        if group["name"] == "one_level"
    )
    before = bytes_of(desk.files)
    path = ("scenes", scene, "decision", "urgency")
    desk.answer({"do": "add", "what": "level", "place": [scene], "words": "Bulan depan"})
    assert [*mapping(standing(desk, "case", *path))][-1] == "bulan_depan"
    assert "bulan_depan" in mapping(standing(desk, "en", *path))

    desk.answer({"do": "take", "what": "level", "place": [scene, "bulan_depan"]})
    assert bytes_of(desk.files) == before

    refused = desk.answer({"do": "take", "what": "level", "place": [scene, level]})
    assert refused["kind"] == "not_done"
    assert level in refused["why"]["id"]


def test_a_field_that_one_kind_has_alone_is_written_by_its_type() -> None:
    class Own(Part):
        kind: str
        most: Annotated[int, Field(ge=1)] | None = None
        certain: bool
        both: tuple[Id, Id]
        first: Id | None = None
        words: Mapping[Id, str]

    made = [tuple(one) for one in further_fields(Own, frozenset({"kind"}), "options.x")]

    assert made == [
        ("most", "number", "", True),
        ("certain", "choice", "yes", False),
        ("both", "codes", "options.x", False),
        ("first", "choice", "options.x", True),
    ]


def test_every_field_of_every_case_and_kind_has_a_name_in_words() -> None:
    words = read_catalogue(TEXTS)
    names: set[str] = set()
    for case_id in case_ids(CASES):
        files = case_files(CASES / case_id, case_id, KEYS, GUIDES)
        names |= {field["name"] for field in fields(parts_of(CaseText(files.data())))}

    assert "revise" in names
    assert sorted(name for name in names if f"label_{name}" not in words) == []

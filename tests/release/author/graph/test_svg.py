"""A case drawn as SVG: what stands in the picture, that it is well-formed, and that nothing leaks into it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from graders.key.key import KEYS, Key, load_key
from release.author.graph.condition_words import ConditionWords
from release.author.graph.layout import ROW_SPACE, lay_out
from release.author.graph.svg import TEXTS, NotDrawableError, graph_svg, key_in_folder
from scenarios.case import Case
from scenarios.condition import parse_condition
from scenarios.drawing.text import escaped, lines, width
from scenarios.engine.graph import graph_of
from scenarios.language import LANGUAGES, Language, read_catalogue
from scenarios.library import CASES, SCENARIOS, case_ids, practice_ids
from scenarios.loader import load_case
from tests.places import EARLIER

LIBRARY = {case_id: load_case(CASES / case_id) for case_id in case_ids()}
OTHERS = "serah has take_it_down or serah has psikolog or serah has desa or serah has platform"
WIDEST = 1008  # with its margin a picture is no wider than the smallest screen of a laptop, 1024
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(EARLIER / "cases" / "teman-gim")


@pytest.fixture(scope="module")
def key(case: Case) -> Key:
    return load_key(case, KEYS)


def texts(svg: str) -> str:
    """All text that is shown, without the titles and the style."""
    return " ".join(part.text or "" for part in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314 -- ours


@pytest.mark.parametrize("case_id", LIBRARY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_is_drawn_and_well_formed(case_id: str, language: Language) -> None:
    case = LIBRARY[case_id].in_language(language)

    picture = texts(graph_svg(LIBRARY[case_id], language=language))

    for scene_id, scene in case.scenes.items():
        assert scene_id in picture.replace("_ ", "_")  # a long one is broken
        assert scene.title.split()[0] in picture
    for decision in case.key_decisions():
        assert decision.id.replace("_", " ") in picture


@pytest.mark.parametrize("case_id", LIBRARY)
def test_no_two_boxes_overlap_and_all_fit(case_id: str) -> None:
    case = LIBRARY[case_id]
    layout = lay_out(case, graph_of(case), lambda _scene, _width: 80.0, 100.0)
    boxes = [place for place in layout.places.values() if place.width]

    assert len(boxes) == len(case.scenes)
    assert layout.width <= WIDEST
    for one in boxes:
        assert one.x + one.width / 2 <= layout.width
        for other in boxes:
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert one is other or apart or abs(one.top - other.top) >= 80 + ROW_SPACE


def test_the_main_line_is_straight(case: Case) -> None:
    layout = lay_out(case, graph_of(case), lambda _scene, _width: 80.0, 100.0)

    assert len({layout.places[scene_id, layout.layers[scene_id]].x for scene_id in layout.main}) == 1


def test_lines_lead_down_only(case: Case) -> None:
    layout = lay_out(case, graph_of(case), lambda _scene, _width: 80.0, 100.0)

    assert all(goal[1] == source[1] + 1 for source, goal in layout.ways)


def test_the_same_case_gives_the_same_picture(case: Case, key: Key) -> None:
    assert graph_svg(case, key=key, plays=50) == graph_svg(case, key=key, plays=50)


def test_harms_stand_there_with_their_code_only_where_a_key_is(case: Case, key: Key) -> None:
    assert "E08 rendah" in texts(graph_svg(case, key=key))
    assert "wajib unit ppa" in texts(graph_svg(case, key=key))
    assert "E08" not in graph_svg(case)


def test_a_picture_with_a_key_says_that_it_is_secret(case: Case, key: Key) -> None:
    warning = read_catalogue(TEXTS)["graph_secret"]["id"]

    assert warning in graph_svg(case, key=key)
    assert warning not in graph_svg(case)


def test_a_key_is_taken_only_where_one_is_found(case: Case, tmp_path: Path) -> None:
    assert key_in_folder(case, tmp_path) is None
    assert key_in_folder(case, KEYS) is not None


def test_plays_show_how_often_a_scene_was_met(case: Case) -> None:
    assert "1.000×" in texts(graph_svg(case, plays=1000))
    assert "1,000×" in texts(graph_svg(case, plays=1000, language="en"))
    assert "×" not in texts(graph_svg(case))


def test_a_text_cannot_break_out(case: Case) -> None:
    title = "</text><script>alert(1)</script> & \"'"
    scenes = {**case.scenes, case.start: case.scenes[case.start].model_copy(update={"title": title})}

    svg = graph_svg(case.model_copy(update={"title": title, "scenes": scenes}))

    assert "<script" not in svg
    assert ET.fromstring(svg).find(f".//{SVG}script") is None  # noqa: S314 -- ours


def test_the_style_stays_in_the_picture(case: Case) -> None:
    style = ET.fromstring(graph_svg(case)).findtext(f"{SVG}style") or ""  # noqa: S314 -- ours
    rules = [line for line in style.splitlines() if "{" in line]

    assert all(line.lstrip().startswith((".case-graph", "@media")) for line in rules)
    assert "prefers-color-scheme: dark" in style


def test_a_circle_is_refused_with_its_way(case: Case) -> None:
    goal = case.scenes["rumah"].next[0].model_copy(update={"go": case.start})
    scenes = {**case.scenes, "rumah": case.scenes["rumah"].model_copy(update={"next": (goal,)})}

    with pytest.raises(NotDrawableError, match="telepon"):
        graph_svg(case.model_copy(update={"scenes": scenes}), plays=10)


def test_a_scene_that_nothing_leads_to_is_named(case: Case) -> None:
    scenes = {**case.scenes, "terpencil": case.scenes["rawat_diri"]}

    svg = graph_svg(case.model_copy(update={"scenes": scenes}))

    assert "ke sana: terpencil" in texts(svg)


def test_it_stays_readable_without_sight(case: Case) -> None:
    root = ET.fromstring(graph_svg(case))  # noqa: S314 -- ours
    description = root.findtext(f"{SVG}desc") or ""

    assert root.get("role") == "img"
    assert "Teman Gim" in (root.findtext(f"{SVG}title") or "")
    assert "Keputusan mendesak, tingkat: Seberapa mendesak laporan ini?" in description
    assert "Menuju Telepon kedua bila mendesak: rendah atau sedang." in description


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("mendesak is rendah or mendesak is sedang", "mendesak: rendah atau sedang"),
        ("mendesak is not tinggi", "mendesak bukan tinggi"),
        ("langkah has blokir and langkah has hapus", "langkah memuat blokir dan hapus"),
        ("percaya <= 1", "percaya 1 atau kurang"),
        ("mendesak is rendah and (percaya > 2 or bicara is jelas)", None),
        (
            f"serah has not unit_ppa and ({OTHERS})",
            "serah tanpa unit ppa, dan serah dijawab",
        ),
        (
            f"serah has unit_ppa and ({OTHERS})",
            "serah memuat unit ppa, dan serah memuat take it down, psikolog, desa atau platform",
        ),
    ],
)
def test_a_condition_is_said_in_plain_words(case: Case, condition: str, words: str | None) -> None:
    sentence = ConditionWords(case, read_catalogue(TEXTS), "id").say(parse_condition(condition))

    assert sentence == (words or "mendesak: rendah, dan (percaya lebih dari 2, atau bicara: jelas)")


def test_text_is_broken_and_cut_to_its_room() -> None:
    broken = lines("satu dua tiga empat lima enam tujuh", 12, 60, most=2)

    assert len(broken) == 2
    assert broken[-1].endswith("…")
    assert all(width(line, 12) <= 60 for line in broken)


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert escaped('a\x00b<c>"d"') == "ab&lt;c&gt;&quot;d&quot;"


@pytest.mark.parametrize("case_id", practice_ids())
def test_the_pictures_in_the_documentation_are_those_of_the_case(case_id: str) -> None:
    case = LIBRARY[case_id]
    names = {f"{case_id}-{variant}.svg": graph_svg(case.in_variant(variant)) for variant in case.variants}

    pictures = {name: (SCENARIOS / "graphs" / name).read_text(encoding="utf-8") for name in names}

    assert pictures == names

"""The feedback page: what a trainee reads, in both languages, of their own play and of nobody else's."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat import NotebookNode

from graders.feedback.explanation import not_judged_text
from graders.feedback.view import TEXTS, FeedbackView, Marks, page_sentence
from graders.feedback_page import FeedbackPage, StaleGradingError, marks_of, page_html
from graders.grading.submission import REASONS
from notebooks.case_notebook import case_notebook, notebook_text
from scenarios.course_card import CARD_NAME
from scenarios.directory.sources import SourceChange, load_sources
from scenarios.engine.event import Event, Started
from scenarios.language import LANGUAGES, Texts, read_catalogue
from scenarios.loader import load_case
from tests.parts.feedback_desk import FeedbackDesk, marks_by
from tests.parts.review_round import write_review
from tests.places import KEYS

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }} & &lt;b&gt;"
WHOLE = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "kabar"]),
    ("urutan", ["aman", "pantau", "sekolah", "setuju"]),
    ("serah", [{"service": "psikolog", "urgency": "pekan", "packet": ["usia", "konseling"]}]),
    ("refleksi", "Saya akan bertanya lebih dulu."),
)
BEST = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat", "minta", "sandi"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("refleksi", "Cukup."),
)
Steps = Callable[..., tuple[Event, ...]]
HandIn = Callable[..., str]


@pytest.fixture
def desk(tmp_path: Path, small_case_folder: Path) -> FeedbackDesk:
    """A course of the small case, with its own copy of the key."""
    place = tmp_path / "kursus" / "release" / "daftar-nilai"
    shutil.copytree(small_case_folder, place / "case")
    card = {"course": "uji", "mode": "test", "person": "Ibu R., meja panitia"}
    (place / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    keys = Path(shutil.copytree(KEYS, tmp_path / "keys"))
    return FeedbackDesk(tmp_path / "kursus", "daftar-nilai", keys)


@pytest.fixture
def hand_in(desk: FeedbackDesk, started: Started, steps: Steps) -> HandIn:
    """A factory: hand in and grade a play of these steps; its trainee's name."""

    def graded(*parts: object, name: str = "peserta-01", play: str = "a") -> str:
        begin = started.model_copy(update={"play": play * 32})
        desk.hand_in(name, (begin, *steps(*parts)))
        desk.grade(name)
        return name

    return graded


def view_of(desk: FeedbackDesk, name: str, marks: Marks | None = None) -> FeedbackView:
    return desk.page(name, marks).views["id"]


class Text(HTMLParser):
    """The text of a page by language, and every element and attribute of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = {"id": "", "en": ""}
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self._language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.add(tag)
        self.attributes.update(attributes)
        self.ids += [attributes["id"] or ""] if "id" in attributes else []
        if tag == "div" and attributes.get("class") == "language":
            self._language = attributes["lang"] or ""

    def handle_data(self, data: str) -> None:
        if self._language:
            self.text[self._language] += " " + " ".join(data.split())


def test_harm_comes_first_then_what_went_well_the_child_what_to_practise_the_decisions_and_the_figures(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    text = Text(desk.html(hand_in(*WHOLE))).text["id"]

    parts = (
        "Yang perlu diperhatikan dulu",
        "Yang sudah baik",
        "Artinya bagi anak",
        "Satu hal untuk dilatih",
        "Keputusan Anda satu per satu",
        "Angkanya",
    )
    assert sorted(parts, key=text.index) == list(parts)
    assert re.search(r"Nilai +43 dari 100 +Pilihan yang membahayakan +1 +Kewajiban yang terlewat +1", text)


def test_harm_is_told_with_its_why_its_name_and_what_to_do_next_time(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    flags = view_of(desk, hand_in(*WHOLE)).flags

    assert [flag.kind for flag in flags] == ["harm", "must"]
    assert flags[0].why == (
        "Anak yang disalahkan berhenti bercerita. Yang bertanggung jawab adalah yang menyebarkan."
    )
    assert flags[0].name.startswith("Anak disalahkan atau dihukum")
    assert flags[0].number == 2
    assert flags[0].instead == ("Ini bukan salahmu. Apa yang kamu perlukan?",)
    assert flags[1].text == "Sekolah"
    assert flags[1].instead == ("Jadikan ini bagian dari keputusan Anda: Sekolah (Dalam hitungan jam)",)


def test_a_fact_that_went_too_far_is_told_with_what_is_enough(desk: FeedbackDesk, hand_in: HandIn) -> None:
    school = {"service": "sekolah", "urgency": "jam", "packet": ["konseling"]}
    flags = view_of(desk, hand_in(*WHOLE[:-2], ("serah", [school]), WHOLE[-1])).flags

    assert [flag.number for flag in flags] == [2, 5]
    assert flags[1].text == "Sekolah diberi tahu: Isi catatan konseling Anak A."
    assert flags[1].instead[0].startswith("Cukup serahkan kepada Sekolah: ")


def test_what_followed_in_the_story_is_told_and_nothing_else(desk: FeedbackDesk, hand_in: HandIn) -> None:
    harsh = view_of(desk, hand_in(*WHOLE))
    slow = view_of(desk, hand_in(("mendesak", "rendah"), "grup_lain", *BEST[1:3], name="b", play="b"))

    assert [(each.title, each.led_by) for each in harsh.outcomes] == [("Telepon berakhir", (2,))]
    assert [each.title for each in slow.decisions[0].story] == ["Dua hari kemudian"]
    assert slow.decisions[0].story[0].paragraphs
    assert not any(decision.story for decision in harsh.decisions)


def test_each_decision_tells_what_was_chosen_then_what_was_right_then_the_rest(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    steps = view_of(desk, hand_in(*WHOLE)).decisions[2]

    assert {name: [option.standing for option in options] for name, options in steps.options} == {
        "gist_chosen": ["right", "neutral"],
        "gist_right_too": ["", ""],
        "others": ["harmful", "wrong"],
    }
    assert steps.points == "1,5 dari 3"
    assert all(option.why for _, options in steps.options for option in options)
    assert {source["code"] for source in steps.sources} >= {"G7", "LAB", "L26"}


def test_an_order_stands_beside_the_key_s(desk: FeedbackDesk, hand_in: HandIn) -> None:
    order = view_of(desk, hand_in(*WHOLE)).decisions[3].gist["order"]

    assert [(step["yours"], step["keys"], step["standing"]) for step in order] == [
        (1, 1, "right"),
        (4, 2, "wrong"),
        (3, 3, "right"),
        (2, 4, "wrong"),
    ]


def test_a_handover_tells_what_was_needed_and_what_went_too_far(desk: FeedbackDesk, hand_in: HandIn) -> None:
    view = view_of(desk, hand_in(*WHOLE))
    school, psychologist = sorted(view.decisions[4].handovers, key=lambda part: part.service != "Sekolah")

    assert (school.chosen, psychologist.chosen) == (False, True)
    assert school.fast == "Menurut kunci: Dalam hitungan jam."
    assert psychologist.fast == "Anda memilih: Dalam seminggu. Menurut kunci: Dalam tiga hari."
    assert [heading for heading, _ in school.packet] == ["packet_needed", "packet_never"]
    assert "packet_given" in [heading for heading, _ in psychologist.packet]


def test_the_lab_s_own_agreements_are_marked_once_a_decision_and_a_part_of_a_lesson(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    name = hand_in(*WHOLE)
    text, view = Text(desk.html(name)).text["id"], view_of(desk, name)
    decisions = [one for one in view.decisions if any(each["lab_only"] for each in one.sources)]
    parts = [part for lesson in view.lessons for part in lesson.parts if part.is_agreement]

    assert text.count("kesepakatan lab; cek ketentuan di daerah Anda") == len(decisions) + len(parts)
    assert decisions
    assert "Kesepakatan lab, periksa di daerah Anda" not in text


def test_each_decision_leads_to_the_lesson_that_it_practises_which_the_page_carries_once(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    name = hand_in(*WHOLE)
    page = desk.html(name)
    view = view_of(desk, name)
    wanted = {each.lesson.competency for each in view.decisions if each.lesson}

    assert {lesson.competency for lesson in view.lessons} == wanted > {"K1"}
    for language in LANGUAGES:
        for competency in wanted:
            assert page.count(f'id="{language}-{competency}"') == 1
            assert f'href="#{language}-{competency}"' in page
    assert "Siapkan juru" not in Text(page).text["en"]


def test_skipped_and_never_met_are_told_with_the_same_words(desk: FeedbackDesk, hand_in: HandIn) -> None:
    skipped = view_of(desk, hand_in(("mendesak", "sedang"), ("bicara", None), name="a", play="a"))
    unmet = view_of(desk, hand_in(("mendesak", "sedang"), name="b", play="b"))

    one, other = skipped.decisions[1], unmet.decisions[1]
    assert (one.badge, one.points, one.options) == ("incomplete", "", other.options)
    assert one == other
    assert any("belum lengkap" in statement for statement in unmet.status)


def test_of_a_draft_neither_cut_nor_standard_is_told(desk: FeedbackDesk, hand_in: HandIn) -> None:
    text = Text(desk.html(hand_in(*WHOLE))).text["id"]

    assert "masih draf" in text
    assert "Belum ada panel ahli" in text
    assert "80" not in text


@pytest.mark.parametrize(("parts", "word"), [(BEST, "belum lengkap"), (WHOLE, "belum memenuhi")])
def test_a_reviewed_case_tells_its_standard_and_that_the_cut_is_a_placeholder(
    desk: FeedbackDesk, hand_in: HandIn, parts: tuple[object, ...], word: str
) -> None:
    write_review(desk.course / "release" / "daftar-nilai" / "case")
    complete = parts is WHOLE

    view = view_of(desk, hand_in(*(parts if complete else parts[:2])))
    statements = " ".join((*view.status, *view.statements))

    assert word in statements
    assert ("Batas 80 masih sementara" in statements) is complete


def test_a_contested_decision_is_for_discussion(desk: FeedbackDesk, hand_in: HandIn) -> None:
    file = desk.keys / "daftar-nilai.yaml"
    text = file.read_text(encoding="utf-8").replace("panel: none", "panel: {size: 12, played: 2026-11-01}")
    file.write_text(text.replace("weight: 2\n    competency: K1", "weight: 0\n    competency: K1"), "utf-8")

    decision = view_of(desk, hand_in(*WHOLE)).decisions[0]

    assert (decision.badge, decision.contested, decision.points) == ("contested", True, "")
    assert [name for name, _ in decision.options] == ["gist_chosen", "others"]
    assert {option.standing for _, options in decision.options for option in options} == {""}
    assert "tidak ada benar atau salah" in desk.html("peserta-01")


def test_points_that_a_facilitator_changed_are_told_as_such(desk: FeedbackDesk, hand_in: HandIn) -> None:
    name = hand_in(*WHOLE)
    note = desk.grade(name)

    same = view_of(desk, name, marks_by(note))
    changed = view_of(desk, name, marks_by(note, {"langkah": 3.0}))

    assert (same.gradebook, [each.number for each in same.decisions if each.changed]) == ("", [])
    assert [(each.number, each.points) for each in changed.decisions if each.changed] == [(3, "3 dari 3")]
    assert changed.gradebook.startswith("Di buku nilai tercatat 6,69 dari 12 poin.")


def test_what_was_wholly_right_is_told_too(desk: FeedbackDesk, hand_in: HandIn) -> None:
    mixed = view_of(desk, hand_in(*WHOLE))
    bad = view_of(desk, hand_in(("mendesak", "tinggi"), name="b", play="b"))

    assert mixed.strong == "1 dari 5 keputusan sudah tepat."
    assert [note["about"] for note in mixed.good] == ["Telepon pertama"]
    assert bad.strong == ""


def test_competencies_are_told_with_the_decisions_behind_them(desk: FeedbackDesk, hand_in: HandIn) -> None:
    view = view_of(desk, hand_in(*WHOLE))

    assert [(note["code"], behind) for note, behind in view.practise][:1] == [("K2", "Dari satu keputusan.")]
    assert all(note["practise"] for note, _ in view.practise)


@pytest.mark.parametrize("reason", ["missing", "unreadable", "shared"])
def test_not_judged_is_told_kindly_with_its_reason_and_no_score(
    desk: FeedbackDesk, hand_in: HandIn, reason: str
) -> None:
    name = hand_in(*WHOLE)
    record = desk.course / "submitted" / name / "daftar-nilai" / "decisions.jsonl"
    if reason == "missing":
        record.unlink()
    elif reason == "unreadable":
        record.write_bytes(record.read_bytes().replace(b'"catat"', b'"minta"'))
    else:
        shutil.copytree(record.parent, desk.course / "submitted" / "peserta-02" / "daftar-nilai")
    desk.grade(name)

    text = Text(desk.html(name)).text

    for language, words in (("id", "Ini bukan nilai nol"), ("en", "This is not a score of zero")):
        assert words in text[language]
        assert (
            not_judged_text(reason).split(" / ")[language == "en"].split(". ")[1].rstrip(".")
            in text[language]
        )
        assert not re.search(r"\d+ (dari|of) \d+", text[language])
    assert "peserta-02" not in text["id"]


def test_points_given_by_hand_are_told_where_the_record_was_not_judged(desk: FeedbackDesk) -> None:
    (desk.course / "submitted" / "a" / "daftar-nilai").mkdir(parents=True)
    desk.grade("a")

    assert "memberi 9 dari 12 poin" in desk.html("a", Marks(total=9.0, maximum=12.0))


@pytest.mark.parametrize("change", ["key", "record"])
def test_what_changed_after_grading_is_graded_again_before_it_is_told(
    desk: FeedbackDesk, hand_in: HandIn, change: str
) -> None:
    name = hand_in(*WHOLE)
    if change == "key":
        with (desk.keys / "daftar-nilai.en.yaml").open("a", encoding="utf-8") as stream:
            stream.write("# changed\n")
    else:
        record = desk.course / "submitted" / name / "daftar-nilai" / "decisions.jsonl"
        record.write_bytes(b"\n".join(record.read_bytes().split(b"\n")[:-2]) + b"\n")

    with pytest.raises(
        StaleGradingError, match=f"submitted/peserta-01/daftar-nilai: .*{change} .*kasuslab grade"
    ):
        desk.html(name)


def test_a_submission_that_stock_nbgrader_graded_is_read_anew(desk: FeedbackDesk, hand_in: HandIn) -> None:
    name = hand_in(*WHOLE)
    before = desk.html(name)
    (desk.course / "autograded" / name / "daftar-nilai" / "grading.json").unlink()

    assert desk.html(name) == before


def test_no_text_of_a_person_becomes_markup(desk: FeedbackDesk, hand_in: HandIn) -> None:
    name = hand_in(*WHOLE[:-1], ("refleksi", HOSTILE))
    harmless = Text(desk.html(hand_in(*WHOLE, name="b", play="b"), Marks(comment="Ya")))

    hostile = Text(desk.html(name, Marks(comment=HOSTILE), student=HOSTILE))

    assert (hostile.elements, hostile.attributes) == (harmless.elements, harmless.attributes)
    assert hostile.text["id"].count(HOSTILE) == 3
    assert "49" not in hostile.text["id"]


def test_the_page_holds_no_script_no_address_and_its_links_lead_somewhere(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    html = desk.html(hand_in(*WHOLE))
    page = Text(html)

    assert "script" not in page.elements
    assert "://" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert len(page.ids) == len(set(page.ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(page.ids)


def test_the_page_holds_nothing_of_another_trainee(desk: FeedbackDesk, hand_in: HandIn) -> None:
    hand_in(*WHOLE[:-1], ("refleksi", "Rahasia peserta lain."), name="lain", play="b")

    html = desk.html(hand_in(*WHOLE))

    assert "lain" not in re.findall(r"Peserta: ([^<]+)", html)
    assert "Rahasia peserta lain" not in html


def test_the_letter_of_each_person_is_the_chip_of_the_player_but_not_where_a_person_wrote(
    desk: FeedbackDesk, hand_in: HandIn
) -> None:
    html = desk.html(hand_in(*WHOLE), Marks(comment="Anak Z juga."))

    assert (
        'Anak<span class="kasuslab-joint"> </span><span class="kasuslab-person kasuslab-person-A">A</span>'
        in html
    )
    assert ".kasuslab-person-A {" in html
    assert "kasuslab-person-Z" not in html.partition("</style>")[2]


def test_help_is_a_person_and_the_page_says_that_it_is_none(desk: FeedbackDesk, hand_in: HandIn) -> None:
    name = hand_in(*WHOLE)
    named = desk.html(name)
    card = desk.course / "release" / "daftar-nilai" / "case" / CARD_NAME
    card.write_text("course: uji\nmode: test\nperson: null\n", encoding="utf-8")

    assert "berbicara dengan Ibu R., meja panitia" in named
    assert "bukan layanan bantuan" in named
    assert "Bicaralah dengan fasilitator" in desk.html(name)


def read_the_law(desk: FeedbackDesk, day: str) -> None:
    """The case of the course says that its law was read on `day`."""
    file = desk.course / "release" / "daftar-nilai" / "case" / "case.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("law_checked: 2026-03-31", f"law_checked: {day}"), encoding="utf-8")


def test_law_that_was_read_too_long_ago_is_told_as_on_the_cover(desk: FeedbackDesk, hand_in: HandIn) -> None:
    name = hand_in(*WHOLE)

    late = desk.page(name)
    read_the_law(desk, "2026-11-01")
    fresh = desk.page(name)

    assert late.law_due["id"][0].startswith("Hukum di sini terakhir dibaca 31 Maret 2026, lebih dari 6 bulan")
    assert all(page_html(late).count(why) == 1 for whys in late.law_due.values() for why in whys)
    assert [*fresh.law_due["id"], *fresh.law_due["en"]] == []


def test_a_change_of_a_source_is_told_where_the_key_rests_on_it_even_if_it_names_no_case(
    desk: FeedbackDesk, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = hand_in(*WHOLE)
    read_the_law(desk, "2026-11-01")
    what = Texts({"id": "Pasal 1 diubah.", "en": "Article 1 was amended."})
    change, known = SourceChange(day=date(2026, 11, 10), what=what), load_sources()
    # The key rests on the first of the two alone.
    amended = {code: known[code].model_copy(update={"changed": change}) for code in ("L11", "G1")}
    monkeypatch.setattr("graders.feedback_page.load_sources", lambda: {**known, **amended})

    due = desk.page(name).law_due

    assert [("Article 1 was amended." in why) for why in due["en"]] == [True]


def test_every_sentence_of_the_page_is_used_and_stands_in_both_languages() -> None:
    folder = Path(TEXTS).parent
    used = "".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("view.py", "templates/kasuslab/index.html.j2")
    )
    for name, texts in read_catalogue(TEXTS).items():
        assert re.search(rf'"{name}', used), name
        assert set(re.findall(r"{(\w+)}", texts["id"])) == set(re.findall(r"{(\w+)}", texts["en"])), name


def cells(comment: str | None) -> NotebookNode:
    made = nbformat.reads('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', as_version=4)
    for name, data in (("decision-a", {"score": 1.5, "points": 2.0}), ("reflection", {"comment": comment})):
        cell = {
            "cell_type": "markdown",
            "id": name,
            "source": "",
            "metadata": {"nbgrader": {"grade_id": name, **data}},
        }
        made.cells.append(nbformat.from_dict(cell))
    return made  # type: ignore[no-any-return]


@pytest.mark.parametrize("comment", [None, "", "No response.", *map(not_judged_text, REASONS)])
def test_what_no_person_wrote_is_no_answer_of_the_facilitator(comment: str | None) -> None:
    names = {"score": 1.5, "max_score": 2.0}

    assert marks_of(cells(comment), names) == Marks({"a": 1.5}, {"a": 2.0}, 1.5, 2.0, "")
    assert marks_of(cells(" Terima kasih. "), names).comment == "Terima kasih."


def test_nbgrader_s_exporter_gives_the_page(
    desk: FeedbackDesk, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_KEYS", str(desk.keys))
    name = hand_in(*WHOLE)
    file = desk.course / "autograded" / name / "daftar-nilai" / "daftar-nilai.ipynb"
    grader = desk.grade(name)
    weights = {"mendesak": 2.0, "bicara": 2.0, "langkah": 3.0, "urutan": 2.0, "serah": 3.0}
    notebook = json.loads(
        notebook_text(case_notebook(load_case(desk.course / "release" / "daftar-nilai" / "case"), weights))
    )
    file.write_text(json.dumps(notebook), encoding="utf-8")
    resources = {"nbgrader": {"student": name, "score": grader.raw, "max_score": grader.max}}

    exporter = FeedbackPage()  # type: ignore[no-untyped-call]
    html, _ = exporter.from_filename(str(file), resources=resources)

    assert html == desk.html(name, Marks(total=grader.raw or 0.0, maximum=grader.max))
    assert page_sentence("page", "id") in html
    assert all(f'id="in-{language}"' in html for language in LANGUAGES)

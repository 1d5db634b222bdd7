"""A panel's key: what is right by agreement, the cut by estimates, and never a word against the law."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_cell
from graders.key.key import Key, Panel, key_file, load_key
from graders.key.kinds.multi import MultiKey, overlap
from graders.key.kinds.rank import RankKey, consensus_order
from graders.key.kinds.rating import RatingKey
from graders.key.kinds.referral import ReferralKey
from graders.key.kinds.single import SingleKey
from graders.panel.file import key_text, summary, summary_text
from graders.panel.settle import Expert, PanelKey, Settled, angoff_cut, panel_key
from graders.report.statistics import wilson
from graders.score import score
from notebooks.case_notebook import case_notebook, notebook_text
from release.archive import Unread
from release.author.check import Bench, check_case
from release.author.panel import ExpertPanel, PanelError, print_panel, read_panel
from release.cli import app
from scenarios.case import Case
from scenarios.course_card import CARD_NAME
from scenarios.engine.event import Estimated, Started
from scenarios.engine.hand_in import HandIn, hand_in_bytes
from scenarios.engine.play import Play
from scenarios.engine.record import record_bytes
from scenarios.kinds.referral import Handover
from scenarios.pick import Pick
from tests.parts.experts import (
    BEST,
    MOMENT,
    PSYCHOLOGIST,
    SCHOOL,
    Picks,
    events,
    experts,
    flags,
    random_panels,
)
from tests.places import TESTS

KEYS, GUIDES = TESTS / "keys", TESTS / "guides"

POLICE = Handover(service="unit_ppa", urgency="pekan", packet=("usia",))
Built = Callable[..., PanelKey]


@pytest.fixture(scope="session")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def built(small_case: Case, key: Key) -> Built:
    """A factory: the key of twelve experts; ``bicara={"catat": 3}`` lets three of them pick so."""

    def build(size: int = 12, **others: Sequence[tuple[int, Pick | None]]) -> PanelKey:
        return panel_key(small_case, key, experts(small_case, size, others))

    return build


def of(built: PanelKey, decision: str) -> Settled:
    return next(settled for settled in built.decisions if settled.decision == decision)


def changes(settled: Settled) -> dict[str, tuple[object, object]]:
    return {".".join(place): (old, new) for place, old, new in settled.changes}


def new_key(case: Case, built: PanelKey, folder: Path) -> Key:
    """The panel's key, written and loaded as any other."""
    folder.mkdir(exist_ok=True)
    for language in case.languages:
        name = key_file(case.id, language)
        old = (KEYS / name).read_text(encoding="utf-8")
        (folder / name).write_text(key_text(built, old, language), encoding="utf-8")
    return load_key(case, folder)


def test_a_single_keeps_the_credit_of_its_reasons_whatever_its_votes(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(bicara=[(3, "catat")])
    new = new_key(small_case, panel, tmp_path)
    part = new.decisions["bicara"]

    assert (of(panel, "bicara").standing, of(panel, "bicara").agreement) == ("agreed", 0.75)
    assert of(panel, "bicara").interval == wilson(9, 12)
    assert isinstance(part, SingleKey)
    assert (part.right, part.partial, part.votes) == ("dengar", {"catat": 0.5}, {})
    play = Play.replay(small_case, events(small_case, 1, {"bicara": "catat"}))
    assert score(small_case, play, new).verdicts[1].s == 0.5


def test_credit_that_no_experts_choice_supports_is_told_and_stays(built: Built) -> None:
    none, some = of(built(), "bicara"), of(built(bicara=[(1, "catat")]), "bicara")

    assert (none.unsupported, changes(none)) == (("catat",), {})
    assert (some.unsupported, changes(some)) == ((), {})


def test_less_than_three_quarters_is_contested_and_weighs_nothing(
    small_case: Case, key: Key, built: Built, tmp_path: Path
) -> None:
    panel = built(bicara=[(4, "catat")])
    new = new_key(small_case, panel, tmp_path)

    assert of(panel, "bicara").standing == "contested"
    assert changes(of(panel, "bicara")) == {"weight": (2, 0)}
    assert new.decisions["bicara"] == key.decisions["bicara"].model_copy(update={"weight": 0})
    worse = Play.replay(small_case, events(small_case, 1, {"bicara": "catat"}))
    harmful = Play.replay(small_case, events(small_case, 1, {"bicara": "marah"}))
    assert score(small_case, worse, new).S == 100
    assert (score(small_case, worse, new).max, score(small_case, worse, new).raw) == (10, 10)
    assert (score(small_case, harmful, new).S, score(small_case, harmful, new).H) == (100, 1)


def test_most_of_a_panel_can_make_another_option_the_right_one(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(bicara=[(10, "catat")])
    part = new_key(small_case, panel, tmp_path).decisions["bicara"]

    assert isinstance(part, SingleKey)
    assert (part.right, part.partial) == ("catat", {"dengar": 0.5})
    assert of(panel, "bicara").reread == (("why", "dengar"), ("why", "catat"))


def test_what_was_right_before_earns_nothing_where_no_expert_chose_it(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    part = new_key(small_case, built(bicara=[(12, "catat")]), tmp_path).decisions["bicara"]

    assert isinstance(part, SingleKey)
    assert (part.right, part.partial) == ("catat", {})


def test_a_quarter_for_the_harmful_is_told_and_changes_nothing(
    small_case: Case, key: Key, built: Built, tmp_path: Path
) -> None:
    panel = built(bicara=[(3, "marah")])
    settled = of(panel, "bicara")

    assert (settled.standing, settled.changes) == ("against", ())
    assert [(one.kind, one.place, one.code, one.count, one.n, one.on_law) for one in settled.against] == [
        ("harm", ("marah",), "E05", 3, 12, True)
    ]
    assert new_key(small_case, panel, tmp_path).decisions["bicara"] == key.decisions["bicara"]


def test_even_a_whole_panel_lifts_no_harm(small_case: Case, built: Built, tmp_path: Path) -> None:
    new = new_key(small_case, built(bicara=[(12, "marah")]), tmp_path)
    play = Play.replay(small_case, events(small_case, 1, {"bicara": "marah"}))

    result = score(small_case, play, new)

    assert (result.verdicts[1].s, result.H) == (0, 1)


def test_a_harmful_option_earns_nothing_whatever_its_votes(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    new = new_key(small_case, built(bicara=[(2, "marah")]), tmp_path)
    part = new.decisions["bicara"]
    play = Play.replay(small_case, events(small_case, 1, {"bicara": "marah"}))

    assert isinstance(part, SingleKey)
    assert (part.partial, part.votes) == ({"catat": 0.5}, {})
    assert (score(small_case, play, new).verdicts[1].s, score(small_case, play, new).H) == (0, 1)


def test_a_rule_of_the_lab_is_told_apart_from_the_law(built: Built) -> None:
    settled = of(built(langkah=[(4, ("catat", "minta", "tppk"))]), "langkah")

    assert [(one.place, one.on_law) for one in settled.against] == [(("tppk",), False)]
    assert settled.standing == "against"


def test_a_rating_follows_the_mode_within_its_line(small_case: Case, built: Built, tmp_path: Path) -> None:
    panel = built(mendesak=[(9, "tinggi")])
    part = new_key(small_case, panel, tmp_path).decisions["mendesak"]

    assert isinstance(part, RatingKey)
    assert (part.right, part.line) == ("tinggi", "sedang")


def test_a_mode_beyond_the_line_is_told_and_changes_nothing(built: Built) -> None:
    settled = of(built(mendesak=[(10, "rendah")]), "mendesak")

    assert (settled.standing, settled.changes) == ("against", ())
    assert [(one.kind, one.place, one.count) for one in settled.against] == [("line", ("rendah",), 10)]


def test_overlap_is_the_share_of_the_mode_for_one_pick() -> None:
    assert overlap(frozenset("a"), frozenset("a")) == 1
    assert overlap(frozenset("b"), frozenset("a")) == 0
    assert overlap(frozenset("abc"), frozenset("abd")) == pytest.approx(2 / 3)
    assert overlap(frozenset(), frozenset()) == 1


def test_a_multi_is_right_where_three_quarters_picked_it(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    # catat 12, minta 9, sandi 6 and kabar 9 of 12: sandi is neither right nor wrong, kabar is right.
    panel = built(langkah=[(6, ("catat", "minta", "kabar")), (3, ("catat", "sandi", "kabar"))])
    settled = of(panel, "langkah")
    part = new_key(small_case, panel, tmp_path).decisions["langkah"]

    # The mode is catat, minta, kabar: six experts are wholly with it, six in two of three.
    assert settled.agreement == pytest.approx((6 * 1 + 6 * 2 / 3) / 12)
    assert settled.standing == "agreed"
    assert isinstance(part, MultiKey)
    # What was right keeps its weight, what is new among them has a plain one: no share of votes is a weight.
    assert part.right == {"catat": 2, "minta": 1, "kabar": 1}
    assert part.wrong == {"umumkan": 1, "tppk": 1}
    assert settled.reread == (("why", "sandi"), ("why", "kabar"))


def test_picks_that_go_apart_are_contested(built: Built) -> None:
    settled = of(built(langkah=[(4, ("kabar",)), (4, ("sandi",)), (2, ("minta",))]), "langkah")

    assert settled.standing == "contested"
    assert changes(settled) == {"weight": (3, 0)}


def test_no_more_become_right_than_may_be_picked(built: Built, small_case: Case, tmp_path: Path) -> None:
    # Each of four is picked by 9 of 12, but only three may be picked.
    four = ("catat", "sandi", "kabar", "minta")
    groups = [(3, tuple(option for option in four if option != left)) for left in four]
    panel = built(langkah=groups)
    part = new_key(small_case, panel, tmp_path).decisions["langkah"]

    assert isinstance(part, MultiKey)
    assert list(part.right) == ["catat", "minta", "sandi"]


def test_the_consensus_is_the_order_with_the_least_displacement() -> None:
    orders = ["abcd", "abcd", "bacd", "badc", "dabc"]
    best = min(
        itertools.permutations("abcd"),
        key=lambda order: sum(
            abs(one.index(option) - place) for one in orders for place, option in enumerate(order)
        ),
    )

    assert consensus_order(orders, "dcba") == best


def test_of_two_orders_as_near_the_one_nearer_to_the_key_is_taken() -> None:
    assert consensus_order(["ab", "ba"], "ba") == ("b", "a")
    # Both are as near to dabc and bdca as can be, but dabc is nearer to cabd than bdca is.
    assert consensus_order(["dabc", "bdca"], "cabd") == ("d", "a", "b", "c")


def test_a_rank_follows_the_consensus(small_case: Case, built: Built, tmp_path: Path) -> None:
    turned = ("setuju", "aman", "sekolah", "pantau")
    panel = built(urutan=[(8, turned)])
    settled = of(panel, "urutan")
    part = new_key(small_case, panel, tmp_path).decisions["urutan"]

    # Four of twelve are displaced by 2 of 8.
    assert settled.agreement == pytest.approx((8 + 4 * 0.75) / 12)
    assert isinstance(part, RankKey)
    assert part.right == turned
    assert settled.reread == (("why", "setuju"), ("why", "aman"))


def test_a_rank_on_which_nobody_agrees_is_contested(built: Built) -> None:
    orders = list(itertools.permutations(("pantau", "aman", "sekolah", "setuju")))[::2]

    assert of(built(urutan=[(1, order) for order in orders]), "urutan").standing == "contested"


def test_a_service_that_most_chose_becomes_right_with_its_urgency_and_packet(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(serah=[(10, (SCHOOL, PSYCHOLOGIST, POLICE))])
    new = new_key(small_case, panel, tmp_path)
    part = new.decisions["serah"]

    assert isinstance(part, ReferralKey)
    assert part.right == {"sekolah": 2, "unit_ppa": 1, "psikolog": 1}
    assert part.urgency["unit_ppa"] == "pekan"
    assert (part.packet["unit_ppa"].right, part.packet["unit_ppa"].never) == (("usia",), ("konseling",))
    assert (
        new.whys("serah", "id").text("why_urgency", "unit_ppa")
        == "10 dari 10 ahli dalam panel memilih tingkat ini."
    )
    assert (
        new.whys("serah", "en").text("why_urgency", "unit_ppa")
        == "10 of 10 experts of the panel chose this level."
    )


def test_a_service_that_most_left_out_is_no_longer_right(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    new = new_key(small_case, built(serah=[(11, (SCHOOL,))]), tmp_path)
    part = new.decisions["serah"]

    assert isinstance(part, ReferralKey)
    assert (part.right, part.urgency) == ({"sekolah": 2}, {"sekolah": "jam"})
    assert new.whys("serah", "en").text("why_urgency", "psikolog") == ""


def test_a_contested_urgency_is_not_scored(small_case: Case, built: Built, tmp_path: Path) -> None:
    slower = PSYCHOLOGIST.model_copy(update={"urgency": "pekan"})
    panel = built(serah=[(5, (SCHOOL, slower))])
    part = new_key(small_case, panel, tmp_path).decisions["serah"]

    assert isinstance(part, ReferralKey)
    assert part.parts.urgency == 0
    assert part.urgency == {"sekolah": "jam", "psikolog": "hari"}


def test_a_packet_holds_what_three_quarters_handed_over(
    small_case: Case, built: Built, tmp_path: Path
) -> None:
    fuller = SCHOOL.model_copy(update={"packet": ("tindakan", "usia", "tidur")})
    leaner = SCHOOL.model_copy(update={"packet": ("usia",)})
    panel = built(serah=[(5, (fuller, PSYCHOLOGIST)), (4, (leaner, PSYCHOLOGIST))])
    part = new_key(small_case, panel, tmp_path).decisions["serah"]

    # Of 12: tindakan 8, usia 9, tidur 5. So tindakan and tidur are neither right nor wrong.
    assert isinstance(part, ReferralKey)
    assert (part.packet["sekolah"].right, part.packet["sekolah"].wrong) == (("usia",), ())
    assert part.packet["sekolah"].never == ("konseling",)


def test_handing_over_what_is_never_handed_over_is_told(built: Built, key: Key) -> None:
    del key
    handover = SCHOOL.model_copy(update={"packet": ("tindakan", "konseling")})
    settled = of(built(serah=[(4, (handover, PSYCHOLOGIST))]), "serah")

    assert [(one.kind, one.place, one.code) for one in settled.against] == [
        ("never", ("sekolah", "konseling"), "E15")
    ]
    assert settled.changes == ()


def test_leaving_out_a_must_is_told(built: Built) -> None:
    settled = of(built(serah=[(3, (PSYCHOLOGIST,))]), "serah")

    assert [(one.kind, one.place, one.on_law) for one in settled.against] == [("must", ("sekolah",), True)]
    assert (settled.standing, settled.changes) == ("against", ())


def test_no_key_is_ever_made_of_what_is_harmful(small_case: Case, key: Key) -> None:
    step, refer = small_case.decision("langkah"), small_case.decision("serah")
    assert step is not None
    assert refer is not None
    handover = SCHOOL.model_copy(update={"packet": ("konseling",)})

    steps = key.decisions["langkah"].panel_reading(step, [("umumkan", "catat")] * 12)
    handed = key.decisions["serah"].panel_reading(refer, [(handover,)] * 12)

    assert {place: new for place, _, new in steps.changes} == {("right",): {"catat": 2}}
    assert {place: new for place, _, new in handed.changes if place[0] == "packet"} == {
        ("packet", "sekolah", "right"): []
    }


def test_a_decision_that_most_skipped_stays_as_it_is(built: Built) -> None:
    settled = of(built(6, bicara=[(2, None)]), "bicara")

    assert (settled.n, settled.standing, settled.changes) == (4, "few", ())


def test_the_cut_is_the_mean_of_weighted_means_with_its_error() -> None:
    # By hand: (2·60 + 1·90)/3 = 70, 80 and 60; mean 70, s = 10, error 10/√3.
    estimates = [{"a": 60, "b": 90}, {"a": 80, "b": 80}, {"a": 70, "b": 40, "contested": 0}]
    cut = angoff_cut(estimates, {"a": 2, "b": 1, "contested": 0})

    assert cut is not None
    assert (cut.points, cut.experts) == (70, 3)
    assert cut.mean == pytest.approx(70)
    assert cut.error == pytest.approx(10 / 3**0.5)


def test_one_estimate_is_no_cut() -> None:
    assert angoff_cut([{"a": 60}, {}], {"a": 1}) is None


def test_a_decision_that_is_contested_is_out_of_the_cut(small_case: Case, key: Key) -> None:
    made = []
    for number in range(12):
        picks: Picks = {"bicara": "catat"} if number < 5 else {}
        steps = [
            event.model_copy(update={"share": 0})
            if isinstance(event, Estimated) and event.decision == "bicara"
            else event
            for event in events(small_case, number, picks, estimate=64)
        ]
        made.append(Expert(str(number), Play.replay(small_case, steps), date(2026, 10, 1)))

    cut = panel_key(small_case, key, made).cut

    assert cut is not None
    assert (cut.points, cut.error) == (64, 0)


def test_the_new_key_keeps_comments_order_and_every_other_line(built: Built) -> None:
    old = (KEYS / "daftar-nilai.yaml").read_text(encoding="utf-8")
    old = old.replace("    right: dengar\n", "    right: dengar  # ia malu\n")
    new = key_text(built(langkah=[(4, ("catat", "minta"))]), "# Kunci.\n" + old)

    gone = [line for line in old.splitlines() if line not in new.splitlines()]
    come = [line for line in new.splitlines() if line not in old.splitlines()]
    assert gone == [
        "version: 1.0.0",
        "panel: none",
        "cut: 80",
        "    right: {catat: 2, minta: 1, sandi: 1}",
    ]
    assert come == [
        "# Kunci.",
        "version: 1.1.0",
        "panel: {size: 12, played: 2026-10-01}",
        "cut: 70",
        "    right: {catat: 2, minta: 1}",
    ]
    assert "    right: dengar  # ia malu\n" in new


def test_the_new_key_says_who_made_it(small_case: Case, built: Built, tmp_path: Path) -> None:
    new = new_key(small_case, built(), tmp_path)

    assert (new.version, new.cut) == ("1.1.0", 70)
    assert new.panel == Panel(size=12, played=date(2026, 10, 1))


def test_the_new_key_passes_the_check(
    small_case: Case, small_case_folder: Path, built: Built, tmp_path: Path
) -> None:
    panel = built(bicara=[(1, "catat")], langkah=[(4, ("kabar",)), (3, ("sandi",))])
    new_key(small_case, panel, tmp_path)

    def errors(keys: Path) -> set[tuple[str, str]]:
        checked = check_case(small_case_folder, Bench(keys, date(2026, 11, 22), GUIDES, 0))
        assert checked.key is not None
        return {(problem.rule, problem.path) for problem in checked.problems if problem.level == "error"}

    assert errors(tmp_path) <= errors(KEYS)


def test_whatever_a_panel_thinks_its_key_loads_and_lifts_no_flag(
    small_case: Case, key: Key, tmp_path: Path
) -> None:
    standings = set()
    for panel in random_panels(small_case):
        made = panel_key(small_case, key, panel)
        new = new_key(small_case, made, tmp_path)
        standings |= {settled.standing for settled in made.decisions}

        assert flags(new) == flags(key)
        for expert in panel:
            for verdict in score(small_case, expert.play, new).verdicts:
                assert verdict.s is not None
                assert 0 <= verdict.s <= 1
                assert verdict.s == 0 or not (verdict.harm or verdict.practice)
    assert standings == {"agreed", "contested", "against"}


def test_the_summary_is_plain_and_complete(built: Built) -> None:
    panel = built(bicara=[(4, "marah")])

    read_back = json.loads(summary_text(panel))

    assert read_back == json.loads(json.dumps(summary(panel)))
    assert (read_back["version"], read_back["size"], read_back["cut"]["points"]) == ("1.1.0", 12, 70)
    spoken = read_back["decisions"][1]
    assert (spoken["decision"], spoken["standing"], spoken["experts"]) == ("bicara", "against", 12)
    assert spoken["counts"][1] == {"place": "marah", "count": 4, "n": 12}
    assert spoken["against"][0]["on_law"] is True


def write_records(case: Case, folder: Path, size: int, **others: Sequence[tuple[int, Pick | None]]) -> None:
    for expert, number in zip(experts(case, size, others), range(size), strict=True):
        picks = {name: expert.play.picks[name] for name in BEST}
        place = folder / f"ahli-{number:02}"
        place.mkdir(parents=True)
        (place / "decisions.jsonl").write_bytes(record_bytes(events(case, number, picks)))


def test_what_is_no_whole_panel_play_is_refused_by_name(small_case: Case, key: Key, tmp_path: Path) -> None:
    write_records(small_case, tmp_path, 6)
    other = [
        Started(at=MOMENT, play="f" * 32, case="lain", version="1.0.0", course="panel", mode="panel"),
    ]
    older = list(events(small_case, 93, {}))
    assert isinstance(older[0], Started)
    older[0] = older[0].model_copy(update={"version": "0.9.0"})
    owing = events(small_case, 94, {})[:2]
    dated = events(small_case, 95, {})
    dated[0] = dated[0].model_copy(update={"at": "2026-13-45T07:00:00Z"})
    for name, data in {
        "lain": record_bytes(other),
        "lama": record_bytes(older),
        "latihan": record_bytes(events(small_case, 90, {}, mode="practice")),
        "putus": record_bytes(events(small_case, 91, {}, ends=False)),
        "hutang": record_bytes(owing),
        "tanggal": record_bytes(dated),
        "lewati": record_bytes(events(small_case, 92, {"serah": None})),
        "rusak": b"halo\n",
        "kosong": b"",
    }.items():
        (tmp_path / f"{name}.jsonl").write_bytes(data)

    panel = read_panel(small_case, key, [tmp_path])

    assert len(panel.experts) == 6
    reasons = {Path(one.label).stem: one.why for one in panel.refused}
    assert {name: why.split(":")[0] for name, why in reasons.items()} == {
        "lain": "it is a play of “lain”, not of “daftar-nilai”",
        "lama": "it is a play of version 0.9.0, but the case is 1.0.0",
        "latihan": "it was played in the mode “practice”, not as a panel play",
        "putus": "it is not complete",
        "hutang": "it is not complete",
        "lewati": "it is not complete",
        "rusak": "decisions.jsonl",
        "kosong": "decisions.jsonl holds no event",
        "tanggal": "its first moment 2026-13-45T07",
    }
    assert "estimate of “mendesak”" in reasons["hutang"]


def test_a_copy_counts_once_and_two_that_differ_count_not_at_all(
    small_case: Case, key: Key, tmp_path: Path
) -> None:
    write_records(small_case, tmp_path, 7)
    (tmp_path / "salinan.jsonl").write_bytes((tmp_path / "ahli-00" / "decisions.jsonl").read_bytes())
    (tmp_path / "ubahan.jsonl").write_bytes(record_bytes(events(small_case, 1, {"bicara": "catat"})))

    panel = read_panel(small_case, key, [tmp_path])

    assert len(panel.experts) == 6
    assert [one.label.partition("/")[2] for one in panel.refused] == [
        "ahli-01/decisions.jsonl",
        "salinan.jsonl",
        "ubahan.jsonl",
    ]
    assert all(one.why.startswith("the same play stands in ") for one in panel.refused)


def test_records_are_read_out_of_a_zip(small_case: Case, key: Key, tmp_path: Path) -> None:
    write_records(small_case, tmp_path / "semua", 5)
    with zipfile.ZipFile(tmp_path / "panel.zip", "w") as packed:
        for file in sorted((tmp_path / "semua").rglob("*.jsonl")):
            packed.write(file, file.relative_to(tmp_path).as_posix())
        packed.writestr("catatan.txt", "halo")
    (tmp_path / "rusak.zip").write_bytes(b"PK")

    panel = read_panel(small_case, key, [tmp_path / "panel.zip", tmp_path / "rusak.zip"])

    assert len(panel.experts) == 5
    assert panel.experts[0].name.endswith("panel.zip/semua/ahli-00/decisions.jsonl")
    assert [(one.label, one.why) for one in panel.refused] == [
        ("rusak.zip", "It is no ZIP that can be read.")
    ]


def test_records_are_read_out_of_hand_ins(small_case: Case, key: Key, tmp_path: Path) -> None:
    for number in range(5):
        card = HandIn(case=small_case.id, version=small_case.version, course="panel", made=MOMENT)
        packed = hand_in_bytes(record_bytes(events(small_case, number, {})), card)
        (tmp_path / f"serahan-daftar-nilai-{number}.zip").write_bytes(packed)

    panel = read_panel(small_case, key, [tmp_path])

    assert (len(panel.experts), panel.refused) == (5, ())


def test_fewer_than_five_are_no_panel(small_case: Case, key: Key, tmp_path: Path) -> None:
    write_records(small_case, tmp_path, 4)
    (tmp_path / "rusak.jsonl").write_bytes(b"halo\n")

    with pytest.raises(PanelError, match=r"4 whole panel plays .*\n- .*rusak\.jsonl: "):
        read_panel(small_case, key, [tmp_path])


def test_a_place_that_is_not_there_is_a_sentence(small_case: Case, key: Key, tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="is not there"):
        read_panel(small_case, key, [tmp_path / "lain"])
    with pytest.raises(PanelError, match="holds no record"):
        read_panel(small_case, key, [tmp_path])


def printed(built: PanelKey, panel: ExpertPanel, width: int = 500) -> str:
    out = Console(file=io.StringIO(), width=width, highlight=False)
    print_panel(built, panel, out, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_what_wants_a_persons_eyes_is_told(small_case: Case, key: Key, built: Built) -> None:
    part = key.decisions["urutan"].model_copy(update={"weight": 0})
    older = key.model_copy(update={"decisions": {**key.decisions, "urutan": part}})
    panel = panel_key(small_case, older, experts(small_case, 6, {"bicara": [(2, None)]}))
    refused = Unread("[b]a[/b].jsonl", "it is not complete")

    screen = printed(replace(panel, cut=None), ExpertPanel((), (refused,)))
    contested = printed(
        built(mendesak=[(5, "rendah")], langkah=[(4, ("catat", "minta", "tppk"))]), ExpertPanel((), ())
    )

    assert "Not used: [b]a[/b].jsonl: it is not complete.\n" in screen
    assert "Cut: stays 80; too few experts estimated." in screen
    assert "“bicara” was settled by only 4: its key stays as it is." in screen
    assert "“urutan” is agreed on now, but an earlier panel left it the weight 0: write its weight." in screen
    assert "“mendesak” is contested: weight 0, shown for discussion, neither right nor wrong." in contested
    assert "The panel disagrees with the lab's own rule in “langkah”: 4 of 12 picked the harmful" in contested
    assert "Only" not in contested


def test_the_table_of_a_panel_is_read_whole_on_80_columns(built: Built) -> None:
    panel = built(mendesak=[(5, "rendah")], langkah=[(4, ("catat", "minta", "tppk"))])

    lines = printed(panel, ExpertPanel((), ()), width=80).splitlines()
    rows = [line.split() for line in lines if line.split()[:1] in [[one.decision] for one in panel.decisions]]

    assert len(rows) == len(panel.decisions)
    assert [row[-1] for row in rows] == [one.standing for one in panel.decisions]
    assert any(line.startswith("“mendesak”: weight: ") for line in lines)


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["panel", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def own_keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("daftar-nilai.yaml", "daftar-nilai.en.yaml"):
        (folder / name).write_bytes((KEYS / name).read_bytes())
    return folder


def test_the_command_shows_and_writes_nothing_unasked(
    small_case: Case, small_case_folder: Path, own_keys: Path, tmp_path: Path
) -> None:
    write_records(small_case, tmp_path / "ahli", 6, bicara=[(2, "marah")])
    before = {file: file.read_bytes() for file in own_keys.iterdir()}

    code, out, err = run(small_case_folder, tmp_path / "ahli", "--keys", own_keys)

    assert code == 0
    words = " ".join(out.split())
    assert "The panel disagrees with the law in “bicara”: 2 of 6 picked the harmful “marah” (E05)." in words
    assert "Cut: 80 → 70" in words
    assert "Only 6 experts" in err
    assert "0.62 with 5 experts" in " ".join(err.split())
    assert "Nothing is written yet" in err
    assert {file: file.read_bytes() for file in own_keys.iterdir()} == before


def test_the_command_writes_over_the_old_key_only_where_told(
    small_case: Case, small_case_folder: Path, own_keys: Path, tmp_path: Path
) -> None:
    write_records(small_case, tmp_path / "ahli", 6)
    words = (small_case_folder, tmp_path / "ahli", "--keys", own_keys)

    refused = CliRunner().invoke(app, ["panel", *map(str, words), "-o", str(own_keys)])
    assert isinstance(refused.exception, PanelError)
    assert "would be written over" in str(refused.exception)
    assert load_key(small_case, own_keys).panel == "none"

    assert run(*words, "-o", tmp_path / "baru")[0] == 0
    assert load_key(small_case, tmp_path / "baru").version == "1.1.0"
    assert load_key(small_case, own_keys).panel == "none"

    assert run(*words, "--write")[0] == 0
    assert load_key(small_case, own_keys).version == "1.1.0"
    assert json.loads((own_keys / "panels" / "daftar-nilai.json").read_text(encoding="utf-8"))["size"] == 6


def test_the_command_prints_json_alone(
    small_case: Case, small_case_folder: Path, own_keys: Path, tmp_path: Path
) -> None:
    write_records(small_case, tmp_path / "ahli", 6)

    code, out, _ = run(small_case_folder, tmp_path / "ahli", "--keys", own_keys, "--json")

    assert code == 0
    assert json.loads(out)["case"] == "daftar-nilai"


def test_a_contested_decision_has_a_cell_of_0_points_and_leaves_the_total(
    small_case: Case, small_case_folder: Path, built: Built, tmp_path: Path
) -> None:
    new = new_key(small_case, built(bicara=[(5, "catat")]), tmp_path / "keys")
    weights = {name: part.weight for name, part in new.decisions.items()}
    notebook = json.loads(notebook_text(case_notebook(small_case, weights)))
    marks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    shutil.copytree(small_case_folder, tmp_path / "release" / "case")
    card = tmp_path / "release" / "case" / CARD_NAME
    card.write_text("course: panel\nmode: test\nperson: null\n", encoding="utf-8")
    folder = tmp_path / "submitted" / "sari" / "daftar-nilai"
    folder.mkdir(parents=True)
    made = events(small_case, 5, {"bicara": "catat"}, mode="test")
    (folder / "decisions.jsonl").write_bytes(record_bytes(made))

    now = datetime(2026, 11, 22, tzinfo=UTC)
    grading = CaseGrader.of(tmp_path / "release", tmp_path / "keys").grade(folder, now=now)

    assert {mark["grade_id"]: mark["points"] for mark in marks if mark.get("grade")}[
        decision_cell("bicara")
    ] == 0
    assert grading.not_judged is None
    assert (grading.weights["bicara"], grading.points["bicara"]) == (0, 0)
    assert (grading.note.S, grading.note.raw, grading.note.max) == (100, 10, 10)

"""A panel over a case in variants: the key of each is settled by those who played it."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from graders.key.key import Key, load_key
from graders.key.kinds.rating import RatingKey
from graders.key.kinds.referral import ReferralKey
from graders.key.kinds.single import SingleKey
from graders.panel.settle import PanelKey, Settled, panel_key
from graders.score import score
from release.author.panel import ExpertPanel, PanelError, build, print_panel, write_key
from scenarios.case import Case
from scenarios.engine.record import record_bytes
from scenarios.kinds.referral import Handover
from scenarios.pick import Pick
from tests.parts.experts import BEST, PSYCHOLOGIST, SCHOOL, events, experts, flags, random_panels
from tests.places import VARIANTS

KEYS = VARIANTS / "keys"
LATE_SCHOOL = SCHOOL.model_copy(update={"urgency": "pekan"})
POLICE = Handover(service="unit_ppa", urgency="pekan", packet=("usia",))
KEYED: Mapping[str, Mapping[str, Sequence[tuple[int, Pick | None]]]] = {
    "baru": {},
    "lama": {"mendesak": [(99, "rendah")], "serah": [(99, (LATE_SCHOOL, PSYCHOLOGIST))]},
}
Groups = Mapping[str, Sequence[tuple[int, Pick | None]]]
Built = Callable[..., PanelKey]


@pytest.fixture
def built(varied_case: Case) -> Built:
    """A factory: the key of so many experts in each variant; ``lama={"bicara": [(3, "catat")]}``."""

    def build_key(size: int = 8, **others: Groups) -> PanelKey:
        panel = [
            expert
            for first, variant in enumerate(KEYED)
            for expert in experts(
                varied_case.in_variant(variant),
                size,
                {**KEYED[variant], **others.get(variant, {})},
                first * 100,
            )
        ]
        return panel_key(varied_case, load_key(varied_case, KEYS), panel)

    return build_key


def of(built_key: PanelKey, decision: str, variant: str) -> Settled:
    return next(one for one in built_key.decisions if (one.decision, one.variant) == (decision, variant))


def new_key(case: Case, built_key: PanelKey, folder: Path) -> Key:
    write_key(case, built_key, KEYS, folder, over=True)
    return load_key(case, folder)


def test_agreement_is_that_of_those_who_played_the_variant(built: Built) -> None:
    panel = built(lama={"bicara": [(2, "catat")]})

    assert panel.variants == {"baru": 8, "lama": 8}
    assert of(panel, "mendesak", "baru").agreement == of(panel, "mendesak", "lama").agreement == 1
    assert (of(panel, "bicara", "baru").agreement, of(panel, "bicara", "lama").agreement) == (1, 0.75)
    assert of(panel, "bicara", "lama").counts[0].n == 8


def test_a_panel_that_follows_the_key_of_each_variant_changes_its_head_alone(
    varied_case: Case, built: Built, tmp_path: Path
) -> None:
    new = new_key(varied_case, built(), tmp_path)
    old = load_key(varied_case, KEYS)

    assert (new.version, new.cut) == ("1.1.0", 70)
    assert [each.decisions for each in new.in_each_variant()] == [
        each.decisions for each in old.in_each_variant()
    ]


def test_what_one_variant_s_experts_change_changes_there_alone(
    varied_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(lama={"bicara": [(7, "catat")], "mendesak": [(8, "sedang")]})
    new = new_key(varied_case, panel, tmp_path)
    spoken = [each.decisions["bicara"] for each in new.in_each_variant()]
    urgent = [each.decisions["mendesak"] for each in new.in_each_variant()]

    assert all(isinstance(part, SingleKey) for part in spoken)
    assert all(isinstance(part, RatingKey) for part in urgent)
    assert [(part.right, part.partial) for part in spoken if isinstance(part, SingleKey)] == [
        ("dengar", {"catat": 0.5}),
        ("catat", {"dengar": 0.5}),
    ]
    assert [part.right for part in urgent if isinstance(part, RatingKey)] == ["sedang", "sedang"]


def test_a_service_that_one_variant_s_experts_call_is_right_there_with_its_reasons_in_each_language(
    varied_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(lama={"serah": [(8, (LATE_SCHOOL, PSYCHOLOGIST, POLICE))]})
    new = new_key(varied_case, panel, tmp_path)
    early, late = (each.decisions["serah"] for each in new.in_each_variant())

    assert isinstance(early, ReferralKey)
    assert isinstance(late, ReferralKey)
    assert ("unit_ppa" in early.right, late.right["unit_ppa"]) == (False, 1)
    assert (early.urgency["sekolah"], late.urgency) == (
        "jam",
        {"sekolah": "pekan", "psikolog": "hari", "unit_ppa": "pekan"},
    )
    for language, words in (("id", "8 dari 8 ahli"), ("en", "8 of 8 experts")):
        whys = [
            each.whys("serah", language).text("why_urgency", "unit_ppa") for each in new.in_each_variant()
        ]
        assert whys[0] == ""
        assert whys[1].startswith(words)


def test_a_decision_that_is_contested_in_one_variant_weighs_nothing_in_any(
    varied_case: Case, built: Built, tmp_path: Path
) -> None:
    panel = built(lama={"bicara": [(4, "catat")]})
    new = new_key(varied_case, panel, tmp_path)

    assert (of(panel, "bicara", "baru").standing, of(panel, "bicara", "lama").standing) == (
        "agreed",
        "contested",
    )
    assert [each.decisions["bicara"].weight for each in new.in_each_variant()] == [0, 0]
    out = Console(file=io.StringIO(), width=500, highlight=False)
    print_panel(panel, ExpertPanel((), ()), out, out)
    assert isinstance(out.file, io.StringIO)
    screen = out.file.getvalue()
    assert "“bicara” (lama) is contested: weight 0" in screen
    assert "“bicara” (baru) is contested in another variant" in screen
    assert "Only 8 experts played “lama”" in screen


def test_whatever_the_experts_of_each_variant_think_the_key_loads_and_lifts_no_flag_in_any(
    varied_case: Case, tmp_path: Path
) -> None:
    key = load_key(varied_case, KEYS)
    changed = False
    for panel in random_panels(varied_case):
        new = new_key(varied_case, panel_key(varied_case, key, panel), tmp_path)

        parts = [each.decisions for each in new.in_each_variant()]
        changed = changed or parts[0] != parts[1] != [each.decisions for each in key.in_each_variant()][1]
        assert [flags(each) for each in new.in_each_variant()] == [
            flags(each) for each in key.in_each_variant()
        ]
        for expert in panel:
            for verdict in score(varied_case, expert.play, new).verdicts:
                assert verdict.s is not None
                assert verdict.s == 0 or not (verdict.harm or verdict.practice)
    assert changed


def write_records(case: Case, folder: Path, sizes: Mapping[str, int]) -> None:
    for first, (variant, size) in enumerate(sizes.items()):
        own = case.in_variant(variant)
        for number, expert in enumerate(experts(own, size, KEYED[variant], first * 100), start=first * 100):
            place = folder / f"ahli-{number:03}"
            place.mkdir(parents=True)
            picks = {name: expert.play.picks[name] for name in BEST}
            (place / "decisions.jsonl").write_bytes(record_bytes(events(own, number, picks)))


def test_a_variant_that_fewer_than_five_experts_played_is_no_panel(varied_case: Case, tmp_path: Path) -> None:
    write_records(varied_case, tmp_path, {"baru": 6, "lama": 4})

    with pytest.raises(PanelError, match=r"4 whole panel plays .* in its variant “lama”") as refusal:
        build(varied_case, KEYS, [tmp_path])
    assert "--variants berkas-beredar=lama" in str(refusal.value)


def test_the_command_reads_each_record_by_its_variant(
    varied_case: Case, tmp_path: Path, kasuslab: Callable[..., object]
) -> None:
    write_records(varied_case, tmp_path / "ahli", {"baru": 5, "lama": 5})
    keys = Path(shutil.copytree(KEYS, tmp_path / "keys"))
    folder = VARIANTS / "cases" / "berkas-beredar"

    done = kasuslab("panel", folder, tmp_path / "ahli", "--keys", keys, "--write", "--json")

    summary = json.loads(getattr(done, "stdout", ""))
    assert (summary["size"], summary["variants"]) == (10, {"baru": 5, "lama": 5})
    assert {one["variant"] for one in summary["decisions"]} == {"baru", "lama"}
    assert load_key(varied_case, keys).version == "1.1.0"

"""The graph of a case: how many decisions lie ahead."""

from __future__ import annotations

from scenarios.case import Case, Rule
from scenarios.engine.graph import most_decisions


def test_the_most_decisions_ahead_are_those_of_the_longest_way(small_case: Case) -> None:
    ahead = {scene: most_decisions(small_case, scene) for scene in small_case.scenes}

    assert (ahead["telepon"], ahead["grup_lain"], ahead["bicara"]) == (6, 5, 5)
    assert ahead["rawat_diri"] == 0


def test_a_case_that_leads_back_to_itself_has_a_figure_too(small_case: Case) -> None:
    scene = small_case.scenes["refleksi"].model_copy(update={"next": (Rule(go="telepon"),)})
    circle = small_case.model_copy(update={"scenes": {**small_case.scenes, "refleksi": scene}})

    assert most_decisions(circle, "telepon") == 6

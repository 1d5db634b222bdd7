"""What the browser tells a screen reader of the player: its accessibility tree, read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

PLAYERS = ("Pemutar kasus", "Case player")
ASKED = {"checkbox", "radio"}
GROUPS = {"group", "radiogroup", "region"}
NAMED = {"button", "checkbox", "heading", "link", "radio", "spinbutton", "textbox"}
# Which controls stand above what comes before them in the tree, and whether what has the focus is in sight.
_SIGHT = """() => {
  const root = document.querySelector(".kasuslab");
  const boxOf = (node) => node.getBoundingClientRect();
  const words = (node) => (node.getAttribute("aria-label") || node.textContent || node.tagName).slice(0, 40);
  const nodes = [...root.querySelectorAll("h2, h3, h4, p, button, input, textarea, summary, [role=button]")]
    .filter((node) => boxOf(node).width > 1)
    .filter((node) => !node.closest(".kl-strip, .kl-hidden, details:not([open]) > :not(summary)"));
  const faults = nodes.slice(1).filter((node, at) => {
    const [box, before] = [boxOf(node), boxOf(nodes[at])];
    return box.bottom <= before.top && box.left < before.right && box.right > before.left;
  }).map((node) => "stands above what is read before it: " + words(node));
  const active = document.activeElement;
  if (!active || !root.contains(active)) return [...faults, "nothing has the focus"];
  const box = active.getClientRects()[0]; // of its first line
  const [right, down] = [Math.min(box.width / 2, 40), Math.min(box.height / 2, 12)];
  const over = document.elementFromPoint(box.left + right, box.top + down);
  if (!over || !active.contains(over)) faults.push("has the focus out of sight: " + words(active));
  return faults;
}"""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node as a screen reader gets it.

    level: of a heading; live: how its changes are read out, or ""; group: the name of the nearest group or
    region around it.
    """

    role: str
    name: str
    level: int
    live: str
    has_focus: bool
    group: str


def spoken(page: Page) -> list[TreeNode]:
    """All that the player tells a screen reader, in the order in which it is read."""
    nodes = _nodes(page)
    (root,) = (
        node
        for node in nodes.values()
        if _value(node, "role") == "region" and _value(node, "name") in PLAYERS
    )
    return [_tree_node(node, group) for node, group in _walk(root, nodes) if not node["ignored"]]


def announcements(page: Page) -> set[tuple[str, str]]:
    """What a screen reader reads out by itself now: how (polite, assertive), and the words."""
    nodes = _nodes(page)
    regions = [(node, _tree_node(node, "").live) for node in nodes.values() if not node["ignored"]]
    spoken_words = {
        (live, " ".join(_value(part, "name") for part in _texts_in(node, nodes)))
        for node, live in regions
        if live in {"polite", "assertive"}
    }
    return {(live, words) for live, words in spoken_words if words}


def tree_faults(page: Page) -> list[str]:
    """What a screen reader, or whoever has the keyboard alone, would stumble over on the screen shown now."""
    words = spoken(page)
    faults = [f"has no name: {each.role}" for each in words if each.role in NAMED and not each.name.strip()]
    asked = [each for each in words if each.role in ASKED]
    faults += [f"is in no group: {each.name}" for each in asked if each.group in PLAYERS]
    levels = [each.level for each in words if each.role == "heading"]
    if levels[:1] != [2] or any(after > before + 1 for before, after in pairwise(levels)):
        faults.append(f"the levels of the headings jump: {levels}")
    if [each for each in words if each.has_focus and each.role == "region"]:
        faults.append("the focus is on the whole player")
    return faults + list(page.evaluate(_SIGHT))


def _nodes(page: Page) -> dict[str, dict[str, Any]]:
    wire = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in wire.send("Accessibility.getFullAXTree")["nodes"]}
    wire.detach()
    return nodes


def _walk(
    node: dict[str, Any], nodes: dict[str, dict[str, Any]], group: str = ""
) -> Iterator[tuple[dict[str, Any], str]]:
    """A node and all below it, each with the name of the group around it."""
    yield node, group
    inner = _value(node, "name") if _value(node, "role") in GROUPS else group
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _walk(nodes[child], nodes, inner)


def _texts_in(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for part, _ in _walk(node, nodes) if _value(part, "role") == "StaticText"]


def _tree_node(node: dict[str, Any], group: str) -> TreeNode:
    properties = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    return TreeNode(
        role=_value(node, "role"),
        name=_value(node, "name"),
        level=int(properties.get("level") or 0),
        live=str(properties.get("live") or ""),
        has_focus=bool(properties.get("focused")),
        group=group,
    )


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))

// Where a thing stands on the page, by the words that a person reads; in Chrome 80's grammar.
// kind: button, link, field (by its label), summary or heading; group: the legend around it.
(kind, name, group) => {
  const kinds = { button: "button", link: "a[href]", field: "label", summary: "summary", heading: "h1, h2, h3, h4" };
  const wordsOf = (node) => (node.getAttribute("aria-label") || node.textContent).replace(/\s+/g, " ").trim();
  const shows = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility === "visible";
  const all = (place, what) => Array.from(place.querySelectorAll(what)).filter(shows);
  const legends = all(document, "legend").filter((node) => wordsOf(node) === group);
  const places = group ? legends.map((node) => node.parentNode) : [document];
  const named = places.map((place) => all(place, kinds[kind]).filter((node) => wordsOf(node) === name));
  const found = [].concat(...named);
  if (found.length !== 1) return { many: found.length };
  const [target] = found;
  target.scrollIntoView({ block: "center" });
  const box = target.getClientRects()[0];
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  const over = document.elementFromPoint(x, y);
  return {
    many: 1,
    x: x,
    y: y,
    covered: !over || !target.contains(over),
    off: Boolean(target.disabled),
    checked: Boolean(target.control && target.control.checked),
  };
}

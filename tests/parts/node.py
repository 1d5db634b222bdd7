"""What reads our scripts as a browser or an editor would: acorn and TypeScript, both run by one Node.

The browser tests bring a Node, and every Node brings acorn. TypeScript comes from npm, where there is one,
into ``.typescript`` of the checkout, which git ignores.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import playwright

ROOT = Path(__file__).resolve().parents[2]
TYPESCRIPT = "5.9.3"  # the last that needs nothing but a Node
PLACE = ROOT / ".typescript"
NO_NPM = "TypeScript is not here, and there is no npm to install it with"
# Chrome 80 speaks ECMAScript 2020: it has ?. and ??, but no ??=, no private methods, no static blocks.
_PARSE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const source = require("fs").readFileSync(0, "utf8");
const said = { wrong: "", meaning: null };
try { said.meaning = parse(source, { ecmaVersion: 2020, sourceType: "module" }); }
catch (error) { said.wrong = String(error); }
const plain = (name, value) => (name === "start" || name === "end" ? undefined : value);
console.log(JSON.stringify(said, plain));
"""
_PACKAGE = PLACE / "node_modules" / "typescript"


def find_node() -> Path:
    """The Node that the browser tests bring. Raises StopIteration where the package has changed."""
    return next((Path(playwright.__file__).parent / "driver").glob("node*"))


def run_node(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run Node in the checkout, with `given` as its standard input."""
    command = [str(each) for each in (find_node(), *arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=240, cwd=ROOT
    )


def _parsed(source: str) -> dict[str, object]:
    done = run_node("--expose-internals", "-e", _PARSE, given=source)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def syntax_error(source: str) -> str:
    """What a parser of ECMAScript 2020 says of a script; "" where it is in order."""
    return str(_parsed(source)["wrong"])


def meaning(source: str) -> object:
    """What a script means: its syntax tree, without where in the text each part of it stands."""
    return _parsed(source)["meaning"]


def find_typescript() -> Path | None:
    """The program ``tsc``, or None where it is not there, or of another version."""
    card = _PACKAGE / "package.json"
    if not card.exists() or json.loads(card.read_text("utf-8"))["version"] != TYPESCRIPT:
        return None
    return _PACKAGE / "bin" / "tsc"


def install_typescript() -> Path | None:
    """The program ``tsc``, installed if need be; None where there is no npm, or it reaches no registry."""
    npm = shutil.which("npm")
    if find_typescript() is None and npm is not None:
        install = [npm, "install", "--prefix", str(PLACE), "--no-save", "--ignore-scripts", "--no-audit"]
        subprocess.run([*install, f"typescript@{TYPESCRIPT}"], check=False, timeout=240, stdout=sys.stderr)
    return find_typescript()


def check_types(settings: Path = ROOT / "jsconfig.json") -> str:
    """What TypeScript says of the scripts that `settings` names, all of ours; "" where all is in order.

    Raises FileNotFoundError where TypeScript cannot be had.
    """
    tsc = install_typescript()
    if tsc is None:
        raise FileNotFoundError(NO_NPM)
    return run_node(tsc, "--project", settings, "--pretty", "false").stdout.strip()


if __name__ == "__main__":
    # `make lint` checks what can be checked on this machine.
    try:
        complaint = check_types()
    except FileNotFoundError as missing:
        sys.stderr.write(f"The scripts' types were not checked: {missing}.\n")
        sys.exit(0)
    sys.stdout.write(f"{complaint}\n" if complaint else "")
    sys.exit(bool(complaint))

"""The documentation: every module is named in its room's README, and what is named is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from release.cli import app
from scenarios.language import own_options
from tests.test_layout import MODULES, reached

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
DOCUMENTS = sorted(
    file.relative_to(ROOT)
    for file in (
        *ROOT.glob("*.md"),
        *(file for room in (*ROOMS, "tests") for file in (ROOT / room).rglob("README.md")),
    )
)
# Configuration of other programs, which give it its names.
NOT_OURS = ("release/etc",)
# What stands in a course, not here.
OF_A_COURSE = {"nbgrader_config.py"}
MOST_LINES = 60
# A picture of the documentation: so many bytes at most, of a palette, told in so many words at least.
HEAVIEST, PALETTE, LEAST_WORDS = 70_000, 3, 4
# Where each process of a workshop begins.
PROCESSES = {
    "server": "release.workshop.serve.__main__",
    "writer": "release.workshop.writer.writer",
    "kernel": "release.workshop.kernel.host",
    "desk": "release.workshop.desk.start",
}
# What no import of another module reaches: Jupyter starts it, and the notebook does the rest.
BY_NAME = {"release.workshop.kernel.__main__"}

CODE = re.compile(r"`([^`\n]+)`|^(?: {4,}|\t)(\S.*)$", re.MULTILINE)
MODULE = re.compile(r"[\w./]*\w\.py")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def code(document: Path) -> str:
    """What stands in `document` as code, in a sentence or in a block: one piece a line."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return "\n".join(inline or block for inline, block in CODE.findall(text))


def modules(folder: Path) -> list[Path]:
    """The modules of `folder` that a README has to name: in the tests, what is no test itself."""
    return sorted(
        file.relative_to(ROOT)
        for file in folder.glob("*.py")
        if file.name not in {"__init__.py", "conftest.py"} and not file.name.startswith("test_")
    )


def rooms() -> list[Path]:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    return sorted(
        folder.relative_to(ROOT)
        for folder in folders
        if modules(folder) and not folder.relative_to(ROOT).as_posix().startswith(NOT_OURS)
    )


def readme_of(folder: Path) -> Path:
    """The README of a room: its own, or the nearest one above it."""
    return next(
        place / "README.md" for place in (folder, *folder.parents) if (ROOT / place / "README.md").exists()
    )


def names(document: Path) -> set[str]:
    """The modules that `document` names, by their paths from its own folder."""
    return set(MODULE.findall(code(document)))


@pytest.mark.parametrize("room", rooms(), ids=str)
def test_each_module_is_named_in_the_readme_of_its_room(room: Path) -> None:
    readme = readme_of(room)
    here = [module.relative_to(readme.parent).as_posix() for module in modules(ROOT / room)]

    assert [module for module in here if module not in names(readme)] == []


def test_what_the_tests_share_is_named_in_one_of_their_readmes() -> None:
    named = {Path(name).name for file in DOCUMENTS if file.parts[0] == "tests" for name in names(file)}
    folders = {file.parent for file in (ROOT / "tests").rglob("*.py")}
    shared = [
        module
        for folder in folders
        for module in modules(folder)
        if not module.is_relative_to("tests/toy_kind")
    ]

    assert [str(module) for module in shared if module.name not in named] == []


@pytest.mark.parametrize("room", rooms(), ids=str)
def test_a_room_says_which_question_it_answers(room: Path) -> None:
    readme = readme_of(room)
    title = (ROOT / readme).read_text(encoding="utf-8").splitlines()[0]

    assert title.startswith(f"# {readme.parent.as_posix()}: ")
    assert title.endswith("?")


def test_each_room_says_what_it_is_in_a_screen_or_less() -> None:
    for document in DOCUMENTS:
        if document.name == "README.md" and document.parent != Path():
            lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
            assert len(lines) <= MOST_LINES, document


def test_the_readme_of_the_workshop_says_for_each_module_in_which_processes_it_runs() -> None:
    text = (ROOT / "release/workshop/README.md").read_text(encoding="utf-8")
    _, _, table = text.partition("| module | runs in |")
    rows = re.findall(r"^\| (`.*`) \| ([a-z, ]+) \|$", table.partition("\n\n")[0], re.MULTILINE)
    runs_in = {
        "release.workshop." + name.removesuffix(".py").replace("/", "."): set(processes.split(", "))
        for names_of_row, processes in rows
        for name in MODULE.findall(names_of_row)
    }
    reaches = {process: {start} | reached(start) for process, start in PROCESSES.items()}

    ours = {
        name
        for name, file in MODULES.items()
        if file.name != "__init__.py" and name.startswith("release.workshop.")
    }
    assert runs_in.keys() == {name for name in ours if ".migrations." not in name}
    for module, processes in runs_in.items():
        if module not in BY_NAME:
            imported = {process for process in PROCESSES if module in reaches[process]}
            assert processes == imported, module


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_module_that_a_document_names_is_there(document: Path) -> None:
    """From the document's own folder, from the checkout, or, for one word of it, somewhere below."""
    here = (ROOT / document).parent
    missing = [
        name
        for name in sorted(names(document) - OF_A_COURSE)
        if not ((here / name).exists() or (ROOT / name).exists() or list(here.rglob(name)))
    ]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_relative_link_leads_to_a_file(document: Path) -> None:
    here = (ROOT / document).parent
    links = [one or other for one, other in LINK.findall((ROOT / document).read_text(encoding="utf-8"))]
    inside = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]

    assert [link for link in inside if not (here / link).exists()] == []


IMAGE = re.compile(r"<img ([^>]*\.png[^>]*)>|!\[([^\]]*)\]\(([^)\s]+\.png)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_picture_is_told_in_words_too(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    texts = [alt or "".join(re.findall(r'alt="([^"]*)"', image)) for image, alt, _ in IMAGE.findall(text)]

    assert [words for words in texts if len(words.split()) < LEAST_WORDS] == []


def test_each_picture_of_the_documentation_is_shown_light_and_taken_by_one_command() -> None:
    there = {
        file.relative_to(ROOT).as_posix(): file.read_bytes()
        for room in ROOMS
        for file in (ROOT / room).glob("pictures/*.png")
    }
    links = {
        (document.parent / link).as_posix()
        for document in DOCUMENTS
        for link in re.findall(r"""[("]([\w/-]+\.png)[)"]""", (ROOT / document).read_text(encoding="utf-8"))
    }
    taken = (ROOT / "tests" / "pictures.py").read_text(encoding="utf-8")

    assert there
    assert set(there) == links
    stems = {re.sub("-(id|en)$", "", name.replace("pictures/", "").removesuffix(".png")) for name in there}
    assert [stem for stem in sorted(stems) if f'"{stem}"' not in taken] == []
    # The ninth byte of a PNG's first chunk tells of which kind it is: 3 is a palette.
    heavy = [name for name, data in there.items() if data[25] != PALETTE or len(data) > HEAVIEST]
    assert heavy == []


def targets() -> dict[str, bool]:
    """The targets of the Makefile that a person calls, and whether `make help` has a line for each."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {name: "## " in rest for name, rest in re.findall(r"^([a-z-]+):(.*)$", text, re.MULTILINE)}


def test_the_readme_turns_the_environment_on_before_it_names_a_command_of_it() -> None:
    before, command, _ = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n    kasuslab ")

    assert command
    assert "`. .venv/bin/activate`" in before
    assert r"`.venv\Scripts\activate`" in before


def test_make_help_has_a_line_for_each_target() -> None:
    assert [name for name, has_line in targets().items() if not has_line] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_make_target_that_a_document_names_is_there(document: Path) -> None:
    lines = re.findall(r"^make ([a-z -]+?) *(?:#.*)?$", code(document), re.MULTILINE)
    called = [name for line in lines for name in line.split()]

    assert [name for name in called if name not in targets()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_command_of_kasuslab_that_a_document_names_is_there(document: Path) -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    called = re.findall(r"\bkasuslab ([a-z][a-z-]*)(?: ([a-z][a-z-]*)\b)?", code(document))
    missing = [name for name, _ in called if name not in group.commands]
    below = group.commands["workshop"]
    assert isinstance(below, TyperGroup)
    missing += [
        f"workshop {then}"
        for name, then in called
        if name == "workshop" and then and then not in below.commands
    ]

    assert missing == []


# Not a colour of a page, var(--ink), nor a comment in one.
OPTION = re.compile(r"(?<![\w<(!-])--[a-z][a-z0-9-]*[a-z0-9]")
# A sentence that names one of these gives the options of that program.
OTHER_PROGRAMS = (
    "nbgrader",
    "pip ",
    "ufw",
    "firewall-cmd",
    "jupyter",
    "git ",
    "pytest",
    "docker",
    "debootstrap",
    "kubectl",
)


def options(command: object) -> set[str]:
    """Every option of a command, and of all below it."""
    assert isinstance(command, TyperCommand | TyperGroup)
    own = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    below = command.commands.values() if isinstance(command, TyperGroup) else ()
    return own.union(*map(options, below))


def sentences(file: Path) -> Iterator[str]:
    """What a file says: of a module its texts of more than a word, of any other each line."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield from text.splitlines()
        return
    tree = ast.parse(text)
    pieces = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if node in pieces:
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else (node,)
        words = "".join(
            str(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
            for part in parts
        )
        if " " in words:
            yield words


def speaking_files() -> list[Path]:
    """Modules, catalogues, guides and documents: whatever may name an option to somebody."""
    ours = (ROOT / room for room in ROOMS)
    below = (
        file for room in ours for kind in ("py", "yaml", "md", "html") for file in room.rglob(f"*.{kind}")
    )
    return sorted({*(ROOT / document for document in DOCUMENTS), *below})


def test_each_option_that_any_sentence_names_is_there() -> None:
    known = options(get_command(app)) | {"--help", *own_options()}
    missing = [
        f"{file.relative_to(ROOT)}: {option}: {sentence.strip()}"
        for file in speaking_files()
        for sentence in sentences(file)
        if not any(program in sentence for program in OTHER_PROGRAMS)
        for option in OPTION.findall(sentence)
        if option not in known
    ]

    assert missing == []


def test_each_option_that_a_document_gives_to_a_command_is_one_of_that_command() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    missing = [
        f"{file.relative_to(ROOT)}: {name}{called}"
        for file in speaking_files()
        for sentence in sentences(file)
        for name, called in re.findall(r"\bkasuslab ([a-z][a-z-]*)\b([^`\n.;:“”|]*)", sentence)
        for option in OPTION.findall(called)
        if name in group.commands and option not in options(group.commands[name]) | {"--help", *own_options()}
    ]

    assert missing == []


def answers() -> list[tuple[str, str, str]]:
    """The table “Where is …?”: question, file, name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (\w.*\?) \| `(\S+)` \| `(\S+)` \|$", text, re.MULTILINE)


def defined(file: Path) -> set[str]:
    """What a module defines, a method as ``Class.method``; the keys of a document at any depth."""
    if file.suffix != ".py":
        return set(re.findall(r"^ *(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE))
    body = ast.parse(file.read_text(encoding="utf-8")).body
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    top = [node for node in body if isinstance(node, kinds)]
    methods = {
        f"{node.name}.{inner.name}"
        for node in top
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, kinds)
    }
    return {node.name for node in top} | methods


def test_nine_questions_or_more_of_a_stranger_are_answered() -> None:
    assert len(answers()) >= 9


@pytest.mark.parametrize(("question", "file", "name"), answers())
def test_what_a_stranger_asks_for_is_where_the_answer_says(question: str, file: str, name: str) -> None:
    assert name in defined(ROOT / file), question

"""The commands of whoever writes a case: prove it, draw it, try it, give it a key by a panel, share it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from graders.key.guide import GUIDES
from graders.key.key import keys_folder, keys_place
from release.author.check import Bench, Checked, CheckedLibrary, check_library, confirm_case, errors
from release.author.check_report import print_library, problems_json
from release.author.score import print_result, result_data, score_record
from release.options import (
    CasesFolder,
    GuidesFolder,
    KeysFolder,
    MessageLanguage,
    ServicesFile,
    SpokenLanguage,
    ask_for_sure,
    case_place,
    err,
    out,
    print_warning,
)
from scenarios.directory.overlay import directory_with
from scenarios.directory.sources import SOURCES, Reading
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.engine.random_plays import PLAYS, SEED
from scenarios.language import LANGUAGES, SOURCE, card_of, terminal_language
from scenarios.lessons.lesson_files import lesson_competencies
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case
from scenarios.sentence import Sentence, sentences_of

app = typer.Typer()
PASSPHRASE_VARIABLE = "KASUSLAB_PASSPHRASE"  # noqa: S105 -- where it stands, not what it is
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A text file with the passphrase; that of KASUSLAB_PASSPHRASE, or asked for, by default.",
    ),
]
_sentence = sentences_of(Path(__file__).parents[1] / "texts.yaml")
_word = sentences_of(Path(__file__).parents[1] / "author" / "author.yaml")


@app.command()
def check(  # noqa: PLR0913 -- each is an option that an author may need
    cases: Annotated[
        list[str] | None,
        typer.Argument(help="Case ids or folders, or codes of lessons (K1); everything by default."),
    ] = None,
    *,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
    plays: Annotated[int, typer.Option("--plays", min=0, help="Random plays of each case.")] = PLAYS,
    hits: Annotated[bool, typer.Option("--hits", help="Print how often each option was met.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm the version and the translation of these cases.")
    ] = False,
    review: Annotated[
        bool, typer.Option("--review", help="Write the status that their review rounds give these cases.")
    ] = False,
) -> None:
    """Prove cases, their keys, and lessons: every problem with its file, line, and what to do."""
    lessons = [code for code in lesson_competencies() if not cases or code in cases]
    names = [name for name in cases if name not in lessons] if cases else case_ids(cases_dir)
    folders = [case_place(name, cases_dir) for name in names]
    bench = Bench(keys or keys_folder(), datetime.now(UTC).date(), guides, plays)
    if confirm:
        _confirm(folders if cases else [], bench)
    if review:
        _settle_statuses(folders if cases else [], bench)
    library = _check_with_progress(folders, lessons, bench, whole=not cases)
    if as_json:
        typer.echo(problems_json(library.all_problems))
    else:
        print_library(library, out, whole=not cases, hits=hits)
    if errors(library.all_problems):
        raise typer.Exit(1)


def _confirm(folders: list[Path], bench: Bench) -> None:
    if not folders:
        raise BadInputError(_word("confirm_which"))
    for folder in folders:
        for file in confirm_case(folder, bench):
            err.print(_word("written", file=file), markup=False)


def _settle_statuses(folders: list[Path], bench: Bench) -> None:
    from release.author.review_status import settle_status  # noqa: PLC0415 -- only this option writes one

    if not folders:
        raise BadInputError(_word("review_which"))
    outcomes = [settle_status(folder, bench) for folder in folders]
    for line in (line for one in outcomes for line in one.lines):
        err.print(line, markup=False, soft_wrap=True)
    if any(one.lacking for one in outcomes):
        raise typer.Exit(1)


def _check_with_progress(
    folders: list[Path], lessons: list[str], bench: Bench, *, whole: bool
) -> CheckedLibrary:
    names: list[str] = []
    with err.status(_word("cases_played")) as status:

        def show_progress(one: Checked) -> None:
            names.append(one.folder.name)
            status.update(_word("cases_proven", count=len(names), all=len(folders), case=one.folder.name))

        return check_library(folders, bench, whole=whole, lessons=lessons, done=show_progress)


@app.command()
def score(
    record: Annotated[Path, typer.Argument(help="A record: decisions.jsonl of a trainee.")],
    *,
    case: Annotated[str, typer.Option("--case", help="The id of the case that was played.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Score a record: points, harm and missed duties, one verdict a decision."""
    result = score_record(record, load_case(case_place(case, cases_dir)), keys or keys_folder())
    if as_json:
        typer.echo(json.dumps(result_data(result), ensure_ascii=False))
        return
    print_result(result, out)


@app.command()
def panel(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[str, typer.Argument(help="A case id or folder.")],
    records: Annotated[
        list[Path], typer.Argument(help="The experts' records: files, ZIP files, or folders of them.")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write the new key into.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write over what stands there; without -o, over the old key.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Build a case's key from the plays of an expert panel, and show what it changes."""
    from graders.panel.file import summary_text  # noqa: PLC0415 -- scipy takes a moment to import
    from release.author.panel import build, print_panel, write_key  # noqa: PLC0415 -- the same

    folder, played = keys or keys_folder(), load_case(case_place(case, cases_dir))
    built, experts = build(played, folder, records)
    print_panel(built, experts, err if as_json else out, err)
    if as_json:
        typer.echo(summary_text(built), nl=False)
    if output is None and not write:
        err.print(_word("panel_not_written"), markup=False)
        return
    for file in write_key(played, built, folder, output or folder, over=write):
        err.print(_word("written", file=file), markup=False)
    err.print(_word("panel_next", case=played.id), markup=False)


@app.command()
def services(
    *,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write a sheet to fill in, as CSV or XLSX, here.")
    ] = None,
    local: ServicesFile = None,
) -> None:
    """List the referral directory, try your own services on it, or write the sheet for them."""
    from scenarios.directory.overlay import write_template  # noqa: PLC0415 -- only this command writes one

    directory = directory_with(local, print_warning)
    if template is not None:
        write_template(template, directory)
        out.print(_sentence("services_template", file=template), markup=False)
        return
    heads = ("id", *(_sentence(f"services_{column}") for column in ("name", "help", "contacts")))
    table, language = Table(*heads), terminal_language()
    for name, service in directory.services.items():
        contacts = ", ".join(contact.value for contact in service.contacts) or "–"
        is_help = _sentence("services_yes") if name in directory.help else ""
        table.add_row(name, service.name[language], is_help, contacts)
    out.print(table)


SourcesPath = Annotated[Path, typer.Option("--sources", help="The file of the sources.", show_default=False)]
Words = Annotated[
    list[str] | None,
    typer.Argument(help="Words, in whatever language; all of them stand in what is listed. All by default."),
]


@app.command()
def sources(  # noqa: PLR0913 -- each is an option that an author may need
    words: Words = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="List what is to be read again, and why.")] = False,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    sources_file: SourcesPath = SOURCES,
) -> None:
    """List the sources with all that rests on them, or what is to be read again."""
    from release.author.sources.listing import due_text, register_text  # noqa: PLC0415 -- as above
    from release.author.sources.register import RegisterPlaces, read_register  # noqa: PLC0415 -- as above

    places = RegisterPlaces(keys or keys_folder(), cases_dir, sources_file)
    register = read_register(places, datetime.now(UTC).date())
    text = due_text if due else register_text
    typer.echo(text(register, words or (), language or terminal_language()), nl=False)


SourceCode = Annotated[str, typer.Argument(metavar="CODE", help="The code of a source, such as L2.")]
Day = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="On which day, as 2026-09-01; today by default."),
]


@app.command("source-changed")
def source_changed(  # noqa: PLR0913 -- each is an option that an author may need
    code: SourceCode,
    *,
    on: Day = None,
    what: Annotated[
        list[str] | None,
        typer.Option(
            "--what",
            metavar="TAG=SENTENCE",
            help="What has changed, once for each language.",
        ),
    ] = None,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    sources_file: SourcesPath = SOURCES,
) -> None:
    """Write down that a source says something else now, and list all that is to be read again."""
    from release.author.sources.listing import source_due_text  # noqa: PLC0415 -- as above
    from release.author.sources.register import RegisterPlaces, read_register  # noqa: PLC0415 -- as above
    from release.author.sources.revision import SAYINGS, source_changed, texts_of  # noqa: PLC0415 -- as above

    say, today = sentences_of(SAYINGS), datetime.now(UTC).date()
    places = RegisterPlaces(keys or keys_folder(), cases_dir, sources_file)
    texts = dict(texts_of(what or ()))
    register = read_register(places, today)
    for tag in LANGUAGES if code in register.sources and not what else ():
        texts[tag] = str(typer.prompt(say("ask_what", language=card_of(tag).name)))
    day = today if on is None else on.date()
    earlier = register.sources[code].changed if code in register.sources else None
    cases = source_changed(sources_file, code, day, texts, register)
    if earlier is not None:
        line = say("change_replaced", day=earlier.day, what=Sentence(earlier.what))
        out.print(line, markup=False, soft_wrap=True)
    named = ", ".join(cases) or say("no_cases")
    line = say("change_written", file=sources_file, code=code, day=day, cases=named)
    err.print(line, markup=False, soft_wrap=True)
    typer.echo(source_due_text(read_register(places, today), code, language or terminal_language()), nl=False)


@app.command("source-read")
def source_read(  # noqa: PLR0913 -- each is an option that an author may need
    code: SourceCode,
    *,
    on: Day = None,
    how: Annotated[
        Reading, typer.Option("--how", help="opened: its own text; excerpts: what a search gave of it.")
    ],
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    sources_file: SourcesPath = SOURCES,
) -> None:
    """Write down that a source was read again, and how, and list what rests on it and is still to be read."""
    from release.author.sources.listing import source_due_text  # noqa: PLC0415 -- as above
    from release.author.sources.register import RegisterPlaces, read_register  # noqa: PLC0415 -- as above
    from release.author.sources.revision import SAYINGS, source_read  # noqa: PLC0415 -- as above

    today = datetime.now(UTC).date()
    day = today if on is None else on.date()
    source_read(sources_file, code, day, how, today)
    line = sentences_of(SAYINGS)("read_written", file=sources_file, code=code, day=day)
    err.print(line, markup=False, soft_wrap=True)
    places = RegisterPlaces(keys or keys_folder(), cases_dir, sources_file)
    typer.echo(source_due_text(read_register(places, today), code, language or terminal_language()), nl=False)


@app.command()
def rules(
    words: Words = None,
    *,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page to print, here.")] = None,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Print the rules that the keys rest on, each with every option that follows or breaks it."""
    from release.author.rules.sheet import sheet_in_folder, sheet_page, sheet_text  # noqa: PLC0415 -- as above

    spoken, today = language or terminal_language(), datetime.now(UTC).date()
    sheet = sheet_in_folder(cases_dir, keys or keys_folder(), spoken, today, words or ())
    if html is None:
        typer.echo(sheet_text(sheet), nl=False)
        return
    write_whole(html, sheet_page(sheet))
    out.print(_word("rules_written", file=html), markup=False)


@app.command()
def pack(  # noqa: PLR0913 -- each is an option that an author may need
    cases: Annotated[list[str], typer.Argument(help="Case ids or folders.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The bundle to write.")],
    lab: Annotated[str, typer.Option("--lab", help="What your lab is called, as others are to know it.")],
    passphrase_file: PassphraseFile = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Pack cases with their keys and guides into one signed bundle for another lab, what is secret sealed."""
    from release.author.sharing.case_places import CasePlaces  # noqa: PLC0415 -- for these commands alone
    from release.author.sharing.lab_seal import lab_seal_file, read_lab_seal  # noqa: PLC0415 -- the same
    from release.author.sharing.packing import Sender, pack_cases  # noqa: PLC0415 -- the same

    places = CasePlaces(cases_dir, keys or keys_folder(), guides)
    folders = [case_place(name, cases_dir) for name in cases]
    passphrase = _passphrase(passphrase_file, anew=True)
    sender = Sender(lab, read_lab_seal(lab_seal_file()), version("kasuslab"))
    for line in pack_cases(
        folders, places, output, sender=sender, passphrase=passphrase, now=datetime.now(UTC)
    ):
        out.print(line, markup=False, soft_wrap=True)


@app.command()
def unpack(  # noqa: PLR0913 -- each is an option that an author may need
    file: Annotated[Path, typer.Argument(help="A bundle of another lab.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="In the place of other texts of the same cases, too.")
    ] = False,
    new_seal: Annotated[
        bool, typer.Option("--new-seal", help="That lab has told you that its seal is a new one.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    passphrase_file: PassphraseFile = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Show what a bundle of another lab holds and who has signed it, then take it in, whole or not at all."""
    from release.author.sharing.arrival import OVER_ANOTHER, arrivals  # noqa: PLC0415 -- as above
    from release.author.sharing.bundle import read_bundle  # noqa: PLC0415 -- the same
    from release.author.sharing.case_places import CasePlaces  # noqa: PLC0415 -- the same
    from release.author.sharing.intake import LabBook, prove_standing, take_in  # noqa: PLC0415 -- the same
    from release.author.sharing.known_labs import known_labs_file, read_known_labs  # noqa: PLC0415 -- the same
    from release.author.sharing.words import sentence  # noqa: PLC0415 -- the same

    def say(line: str) -> None:
        out.print(line, markup=False, soft_wrap=True)

    bundle, today = read_bundle(file), datetime.now(UTC).date()
    book = LabBook(known_labs_file(), read_known_labs(known_labs_file()))
    for line in book.sentences(bundle):
        say(line)
    book.prove(bundle, new_seal=new_seal)
    places = CasePlaces(cases_dir, keys or keys_place(), guides)
    passphrase = _passphrase(passphrase_file, anew=False)
    arrived, brought = arrivals(bundle, passphrase, places, today)
    for line in chain(*(one.sentences() for one in arrived), brought.sentences()):
        say(line)
    if all(one.standing == "same" for one in arrived):
        say(sentence("nothing_new"))
        return
    prove_standing(arrived, over=replace)
    if not yes:
        over = ", ".join(one.case.id for one in arrived if one.standing in OVER_ANOTHER)
        ask_for_sure(sentence("ask_replace", cases=over) if over else sentence("ask_take"))
    book.keep(bundle, today)
    for line in take_in(arrived, places, brought):
        say(line)
    say(sentence("check_follows"))
    folders = [cases_dir / one.case.id for one in arrived]
    library = _check_with_progress(folders, [], Bench(places.keys, today, guides), whole=False)
    print_library(library, out, whole=False, hits=False)
    if errors(library.all_problems):
        raise typer.Exit(1)


def _passphrase(file: Path | None, *, anew: bool) -> str:
    """The passphrase of a bundle: of a file, the environment, or asked for; twice where it is made anew."""
    from release.author.sharing.words import SharingError, sentence  # noqa: PLC0415 -- as above

    if file is not None:
        try:
            return file.read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError):
            raise SharingError(sentence("passphrase_file", file=file)) from None
    if given := os.environ.get(PASSPHRASE_VARIABLE):
        return given
    again = sentence("ask_passphrase_again") if anew else False
    return str(typer.prompt(sentence("ask_passphrase"), hide_input=True, confirmation_prompt=again))


@app.command()
def graph(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[str, typer.Argument(help="A case id or folder.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; printed by default.")
    ] = None,
    plays: Annotated[int, typer.Option("--plays", min=0, help="Show the hits of so many random plays.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same plays.")] = SEED,
    language: SpokenLanguage = SOURCE,
    with_key: Annotated[bool, typer.Option("--key/--no-key", help="Mark what the key flags.")] = True,
    variant: Annotated[
        str | None, typer.Option("--variant", help="Of a case with variants, the one to draw.")
    ] = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Draw a case as SVG: its scenes, branches, key decisions, harms and endings.

    Of a case with variants each is drawn into a file of its own, whose name ends in that of the variant;
    with --variant, and where it is printed, one alone.
    """
    from release.author.graph.svg import graph_svg, key_in_folder  # noqa: PLC0415 -- only this command draws

    drawn = load_case(case_place(case, cases_dir))
    key = key_in_folder(drawn, keys) if with_key else None
    each = drawn.in_each_variant() if variant is None and output else (drawn.in_variant(variant),)
    for one in each:
        svg = graph_svg(one, key=key, plays=plays, seed=seed, language=language)
        if output is None:
            typer.echo(svg, nl=False)
            return
        file = output if len(each) == 1 else output.with_stem(f"{output.stem}-{one.variant}")
        write_whole(file, svg)
        out.print(_word("drawn_with_key" if key else "drawn_without_key", file=file), markup=False)


@app.command()
def new(  # noqa: PLR0913 -- each is an option that an author may need
    case_id: Annotated[str, typer.Argument(metavar="CASE-ID", help="Such as daftar-nilai.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what is proposed.")] = False,
    language: SpokenLanguage = SOURCE,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Start a case from a few questions: the case, its translation, its key and its guide."""
    from release.author.new_case import Folders, start_case  # noqa: PLC0415 -- only this command starts one

    folders = Folders(cases_dir, keys or keys_folder(), guides)

    def ask(question: str, default: str) -> str:
        return default if yes else str(typer.prompt(question, default=default))

    for line in start_case(case_id, folders, ask, typer.echo, language):
        typer.echo(line)


@app.command()
def preview(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[
        str | None, typer.Argument(help="A case id or folder; chosen or begun in the page by default.")
    ] = None,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8877,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    room: Annotated[
        bool, typer.Option("--room", help="Let others of the room in, who have the link: they see the key.")
    ] = False,
    variant: Annotated[
        str | None, typer.Option("--variant", help="Of a case with variants, the one to play; each in turn.")
    ] = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Write a case in a page and try it in the player: it follows each save and lists the problems."""
    from release.author.new_case import Folders  # noqa: PLC0415 -- only these commands start a case
    from release.author.preview import PLAYS as FEWER  # noqa: PLC0415 -- only this command serves a page
    from release.author.preview import CaseMaking, serve_preview  # noqa: PLC0415 -- the same

    place = keys or keys_folder()
    bench = Bench(place, datetime.now(UTC).date(), guides, FEWER)
    making = CaseMaking(Folders(cases_dir, place, guides), bench)
    folder = None if case is None else case_place(case, cases_dir)
    serve_preview(folder, port, making, open_browser=browser, room=room, variant=variant)


@app.command()
def schema(
    directory: Annotated[Path, typer.Argument(help="Where the schemas are written.")],
    *,
    language: SpokenLanguage = SOURCE,
) -> None:
    """Write JSON Schemas, with which an editor completes and explains case, key and guide files."""
    from release.author.schema import write_schemas  # noqa: PLC0415 -- only this command makes them

    for file in write_schemas(directory, language):
        out.print(_word("written", file=file), markup=False)

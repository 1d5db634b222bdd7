"""What papers say in one language, how they write days and numbers, and what is wrong as a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.people.roster import Person
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import BadInputError
from scenarios.language import Language, read_catalogue, with_decimal_sign
from scenarios.sentence import sentences_of

# The papers there are, in the order in which they are named and listed.
PAPERS = ("attendance", "id-cards", "evaluation", "plans", "activity", "follow-up", "certificates")
TEXTS = Path(__file__).with_name("papers.yaml")
paper_sentence = sentences_of(TEXTS)


class PaperError(BadInputError):
    """Papers cannot be made as they were asked for; a sentence."""


def month_number(name: str) -> int:
    """The number of a month by its name in one of the languages; 0 for what is none."""
    for names in read_catalogue(TEXTS)["months"].values.values():
        months = names.casefold().split()
        if name.casefold() in months:
            return months.index(name.casefold()) + 1
    return 0


@dataclass(frozen=True, slots=True)
class PaperWords:
    """Sentences, days and numbers in one language."""

    language: Language

    def t(self, name: str, /, **values: object) -> str:
        """One sentence of the catalogue."""
        return read_catalogue(TEXTS)[name][self.language].format(**values)

    def day(self, day: date) -> str:
        """A day with its month in words."""
        return f"{day.day} {self.t('months').split()[day.month - 1]} {day.year}"

    def dates(self, days: Iterable[date]) -> str:
        """From the first to the last of some days; "" for none."""
        several = sorted(days)
        if not several:
            return ""
        if several[0] == several[-1]:
            return self.day(several[0])
        return self.t("from_to", first=self.day(several[0]), last=self.day(several[-1]))

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with so many decimals, a dash where there is none."""
        if value is None:
            return "–"
        return with_decimal_sign(f"{value:.{digits}f}".replace("-", "−"), self.language)

    def sector(self, person: Person) -> str:
        """The name of a person's sector; "" where nobody said."""
        sector = load_sectors().sectors.get(person.sector or "")
        return sector.name[self.language] if sector else ""

    def list_of(self, names: Iterable[str]) -> str:
        """Names with commas, and the word for “and” before the last."""
        *most, last = names
        return f"{', '.join(most)} {self.t('and')} {last}" if most else last

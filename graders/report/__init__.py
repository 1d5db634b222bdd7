"""The class report: as data, as sentences, as a page."""

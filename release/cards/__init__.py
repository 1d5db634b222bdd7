"""Lessons, law card and glossary on paper: pages to print, made of the data of the lab."""

"""Spreadsheets and archives that people hand in: what stands in them, and what they may hold."""

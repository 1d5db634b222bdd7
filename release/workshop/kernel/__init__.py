"""What a participant's kernel imports: no database, no key, no grader."""

"""Where trainees meet the cases: the case notebook that a course hands out, and the Voilà pages."""

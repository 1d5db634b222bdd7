"""What a trainee meets: cases, the engine that plays them, the record of a play, the checks of a case."""

"""Playing a case: events, the fold over them, the record on disk, and every path there is."""

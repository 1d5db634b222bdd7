"""The workshop: participants open a link, choose a case, and play it; one process keeps what they decided."""

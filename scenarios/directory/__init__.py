"""What cases refer to: services, sources, competencies, sectors, terms."""

"""What a double click in the facilitator's archive begins."""

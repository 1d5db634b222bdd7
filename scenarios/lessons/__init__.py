"""What a trainee may read before or after a case: the lessons, one on each competency, and the law card."""

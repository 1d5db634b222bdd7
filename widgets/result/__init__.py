"""What is shown of a play that is over: its result, what comes next, and a page to keep."""

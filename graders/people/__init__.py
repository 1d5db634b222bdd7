"""Who takes part in a course: the roster, the class as it handed in, the groups that may be shown."""

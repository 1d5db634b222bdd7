"""nbgrader's gradebook: the one place that reads and writes grades in it, on any of its databases."""

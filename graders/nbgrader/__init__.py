"""The adapters between nbgrader and a grading."""

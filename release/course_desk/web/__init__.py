"""The pages of a course, in the start page's process, which loads nothing of nbgrader."""

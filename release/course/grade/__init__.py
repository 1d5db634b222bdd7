"""From the folders of a class to nbgrader's gradebook."""

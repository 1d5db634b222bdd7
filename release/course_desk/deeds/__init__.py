"""What the buttons of a course do, in a process of its own: the functions of the commands."""

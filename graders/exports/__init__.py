"""What leaves a course as data: xAPI statements, and the decisions of those who said yes to research."""

"""How the lab reaches people: the command line, courses, the workshop, kernels, deployment."""

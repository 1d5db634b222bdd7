"""A course on JupyterHub, for everybody in its roster."""

"""All of a hub that knows JupyterHub."""

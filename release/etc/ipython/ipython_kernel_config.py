"""Read by every kernel of this environment.

What lies beside a notebook never takes the place of an installed module, and no kernel keeps a
history of what was run in it.
"""

# ruff: noqa: INP001 -- IPython reads it by its place, nothing imports it
c = get_config()  # noqa: F821 -- IPython puts it here

c.IPKernelApp.ignore_cwd = True
c.HistoryManager.enabled = False

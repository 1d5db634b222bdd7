"""Read by JupyterHub: its settings are those of the hub's plan."""

# ruff: noqa: INP001 -- JupyterHub reads it by its place, nothing imports it
from release.hub.server.hub_settings import planned_settings

get_config().merge(planned_settings())  # noqa: F821 -- JupyterHub puts it here

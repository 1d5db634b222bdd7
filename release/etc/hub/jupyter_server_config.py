"""Read by every Jupyter server of a hub."""

# ruff: noqa: INP001 -- Jupyter reads it by its place, nothing imports it
c = get_config()  # noqa: F821 -- Jupyter puts it here

# What a kernel publishes goes to whoever connects. A port is open to all accounts of a machine; a socket in
# the folder of one account is not.
c.KernelManager.transport = "ipc"

# What nobody uses goes: a play is on disk, and goes on in the next kernel.
c.MappingKernelManager.cull_idle_timeout = 3600
c.MappingKernelManager.cull_connected = True
c.ServerApp.shutdown_no_activity_timeout = 7200

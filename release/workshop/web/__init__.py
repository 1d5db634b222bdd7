"""Pages and sockets of the server."""

"""The limits of the server's process, raised in a process of their own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
import zmq

from release.workshop.kernels.limits import MOST_SOCKETS, raise_limits


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit on Windows")
def test_a_low_limit_of_open_files_is_raised_to_the_hard_one() -> None:
    script = """
        import resource
        from release.workshop.kernels.capacity import raise_open_files
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        assert raise_open_files() == hard == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True)


def test_a_context_may_open_the_sockets_of_a_large_room() -> None:
    with zmq.Context() as context:
        raise_limits(context)

        assert context.get(zmq.MAX_SOCKETS) == MOST_SOCKETS
        sockets = [context.socket(zmq.DEALER) for _ in range(1100)]
        for socket in sockets:
            socket.close()

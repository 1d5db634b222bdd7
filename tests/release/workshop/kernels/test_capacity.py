"""How many files the server may open, raised in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


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

"""Put the proxies of the tests on this machine, where they are not there yet: nginx (0.5 MB), Caddy (9 MB).

They come out of Debian's packages and stand in ``.proxies`` of the checkout: installed, they would serve port
80 of the machine. A test of one that is not there is skipped, and says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parents[1] / ".proxies"
_PLACES = {"nginx": "usr/sbin/nginx", "caddy": "usr/bin/caddy"}


def find_proxy(name: str) -> str | None:
    """The path of nginx or of Caddy, or None."""
    own = PLACE / _PLACES[name]
    return str(own) if own.exists() else shutil.which(name)


def _unpack(package: str) -> bool:
    """Unpack a package of Debian; what it needs has to be on the machine."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        return False
    PLACE.mkdir(exist_ok=True)
    load = [apt, "download", package]
    if subprocess.run(load, cwd=PLACE, check=False).returncode != 0:
        subprocess.run([apt, "update"], check=False)
        if subprocess.run(load, cwd=PLACE, check=False).returncode != 0:
            return False
    (archive,) = PLACE.glob(f"{package}_*.deb")
    done = subprocess.run([dpkg, "--extract", archive, PLACE], check=False).returncode == 0
    archive.unlink()
    return done


def main() -> int:
    """Unpack what is missing; 0, since tests of a proxy that is not there are skipped."""
    for name in _PLACES:
        if not (find_proxy(name) or (_unpack(name) and find_proxy(name))):
            sys.stderr.write(f"{name} could not be had: it takes Debian's apt. Its tests will be skipped.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

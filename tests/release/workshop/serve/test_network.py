"""Which address phones are sent to, also where it changes: by names, and in network namespaces."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from release.workshop.serve.network import (
    EVERYWHERE,
    LOOPBACK,
    Device,
    NetworkAddress,
    Whereabouts,
    addresses,
    by_likelihood,
    device_kind,
    followed,
)

IP = shutil.which("ip") or "/usr/sbin/ip"
WIFI = NetworkAddress("192.168.1.5", "wlan0", "wifi")
VPN = NetworkAddress("10.8.0.2", "tun0", "vpn")
CABLE = NetworkAddress("10.1.0.4", "eth0", "cable")
DOCKER = NetworkAddress("172.17.0.1", "docker0", "virtual")
HERE = NetworkAddress(LOOPBACK, "", "here")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wlan0", "wifi"),
        ("wlp3s0", "wifi"),
        ("Wi-Fi", "wifi"),
        ("Local Area Connection* 2", "wifi"),
        ("eth0", "cable"),
        ("enp0s31f6", "cable"),
        ("en0", "cable"),
        ("Ethernet", "cable"),
        ("tun0", "vpn"),
        ("utun3", "vpn"),
        ("wg0", "vpn"),
        ("tailscale0", "vpn"),
        ("OpenVPN TAP-Windows6", "vpn"),
        ("docker0", "virtual"),
        ("br-3a5f", "virtual"),
        ("vEthernet (WSL)", "virtual"),
        ("VirtualBox Host-Only Network", "virtual"),
        ("VMware Network Adapter VMnet8", "virtual"),
        ("mlan7x", "unknown"),
    ],
)
def test_a_device_is_known_by_the_name_that_its_system_gives_it(name: str, kind: Device) -> None:
    assert device_kind(name) == kind


def test_a_line_between_two_machines_is_a_vpn_whatever_its_name() -> None:
    assert device_kind("eth7", is_point_to_point=True) == "vpn"


def test_wifi_and_cable_stand_before_a_vpn_that_is_the_route_out() -> None:
    assert by_likelihood([VPN, DOCKER, CABLE, WIFI], VPN.address) == (WIFI, CABLE, VPN, DOCKER)


def test_of_two_of_a_kind_the_route_out_stands_first() -> None:
    second = NetworkAddress("192.168.7.9", "wlan1", "wifi")

    assert by_likelihood([WIFI, second], second.address) == (second, WIFI)


def test_an_address_is_kept_while_it_is_there() -> None:
    assert followed(VPN, (WIFI, VPN, HERE)) == VPN


def test_a_new_address_of_the_same_device_is_followed() -> None:
    later = NetworkAddress("192.168.43.7", "wlan0", "wifi")

    assert followed(WIFI, (CABLE, later, HERE)) == later


def test_where_the_device_is_gone_the_likeliest_is_taken() -> None:
    assert followed(WIFI, (CABLE, VPN, HERE)) == CABLE
    assert followed(WIFI, (HERE,)) == HERE


def test_behind_a_proxy_its_url_is_announced() -> None:
    where = Whereabouts.of("http", LOOPBACK, 8866, "https://lab.example.org/lokakarya")

    assert where.url() == "https://lab.example.org/lokakarya/"


def test_a_server_on_one_address_announces_that_one() -> None:
    assert Whereabouts.of("https", "192.0.2.7", 8866).url() == "https://192.0.2.7:8866/"


def test_a_server_on_all_addresses_announces_the_likeliest() -> None:
    assert Whereabouts.of("http", EVERYWHERE, 8866).url() == f"http://{addresses()[0].address}:8866/"


# In namespaces: a laptop with a Wi-Fi, a VPN as its route out and a bridge of containers; and a phone

_LAPTOP = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from release.workshop.serve.network import EVERYWHERE, Whereabouts, addresses, listening, route_out
from scenarios.language import Texts
listener = listening(8866, EVERYWHERE, Texts.same("full"))
where = Whereabouts.of("http", EVERYWHERE, 8866)
class Tell(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(where.url().encode())
    def log_message(self, *_):
        pass
server = HTTPServer((EVERYWHERE, 0), Tell, bind_and_activate=False)
server.socket.close()
server.socket = listener
listener.setblocking(True)
print(route_out(), *[f"{one.address}={one.kind}" for one in addresses()], where.url(), flush=True)
server.serve_forever()
"""
_PHONE = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@dataclass
class NetworkRoom:
    """Two namespaces: the laptop's and the phone's."""

    laptop: str
    phone: str

    def on_laptop(self, *command: str) -> str:
        return _run(IP, "netns", "exec", self.laptop, *command)

    def on_phone(self, *command: str) -> str:
        return _run(IP, "netns", "exec", self.phone, *command)

    def read(self, url: str) -> str:
        """What a phone reads there."""
        return self.on_phone(sys.executable, "-c", _PHONE, url)


@contextmanager
def made_room() -> Iterator[NetworkRoom]:
    name = f"kasuslab{os.getpid()}"
    room = NetworkRoom(f"{name}l", f"{name}p")
    try:
        for space in (room.laptop, room.phone):
            _run(IP, "netns", "add", space)
            _run(IP, "-n", space, "link", "set", "lo", "up")
        laptop, phone = (IP, "-n", room.laptop), (IP, "-n", room.phone)
        for device, own, other in (
            ("wlan0", "192.168.1.5/24", "192.168.1.77/24"),
            ("tun0", "10.8.0.2/24", "10.8.0.1/24"),
            ("docker0", "172.17.0.1/16", "172.17.0.2/16"),
        ):
            _run(*laptop, "link", "add", device, "type", "veth", "peer", "name", device, "netns", room.phone)
            for machine, address in ((laptop, own), (phone, other)):
                _run(*machine, "address", "add", address, "dev", device)
                _run(*machine, "link", "set", device, "up")
        _run(*laptop, "route", "add", "default", "via", "10.8.0.1")
        yield room
    finally:
        for space in (room.laptop, room.phone):
            subprocess.run([IP, "netns", "del", space], check=False, capture_output=True)


def _may_make_namespaces() -> bool:
    if not Path(IP).exists() or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    name = f"kasuslabtry{os.getpid()}"
    tried = subprocess.run([IP, "netns", "add", name], check=False, capture_output=True)
    subprocess.run([IP, "netns", "del", name], check=False, capture_output=True)
    return tried.returncode == 0


@pytest.mark.skipif(not _may_make_namespaces(), reason="network namespaces want root and Linux's ip")
def test_phones_reach_a_laptop_whose_route_out_is_a_vpn_and_whose_wifi_gets_another_address() -> None:
    root = str(Path(__file__).resolve().parents[4])
    with made_room() as room:
        command = [IP, "netns", "exec", room.laptop, sys.executable, "-c", _LAPTOP]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as server:
            try:
                assert server.stdout is not None
                said = server.stdout.readline().split()
                assert said == [
                    "10.8.0.2",
                    "192.168.1.5=wifi",
                    "10.8.0.2=vpn",
                    "172.17.0.1=virtual",
                    "127.0.0.1=here",
                    "http://192.168.1.5:8866/",
                ]
                assert room.read("http://192.168.1.5:8866/") == "http://192.168.1.5:8866/"

                room.on_laptop("ip", "address", "flush", "dev", "wlan0")
                room.on_laptop("ip", "address", "add", "192.168.43.7/24", "dev", "wlan0")
                room.on_phone("ip", "address", "add", "192.168.43.77/24", "dev", "wlan0")

                assert room.read("http://192.168.43.7:8866/") == "http://192.168.43.7:8866/"

                room.on_laptop("ip", "link", "set", "wlan0", "down")
                room.on_laptop("ip", "route", "del", "default")
                assert room.read("http://10.8.0.2:8866/") == "http://10.8.0.2:8866/", "what is left is told"
            finally:
                server.kill()

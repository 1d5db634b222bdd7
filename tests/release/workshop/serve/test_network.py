"""Which address phones are sent to, also where it changes: by names, and in network namespaces."""

from __future__ import annotations

import pytest

from release.workshop.plan import WorkshopPlan
from release.workshop.serve.network import (
    EVERYWHERE,
    LOOPBACK,
    Device,
    NetworkAddress,
    Whereabouts,
    addresses,
    by_likelihood,
    device_kind,
    first_address,
    followed,
    is_open_to_others,
    route_out,
)
from tests.parts.networks import LATER, laptop_and_phone, needs_networks

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


def test_what_was_taken_for_want_of_a_better_one_gives_way_to_a_wifi() -> None:
    assert followed(first_address(None, (VPN, DOCKER, HERE)), (WIFI, VPN, DOCKER, HERE)) == WIFI
    assert followed(first_address(None, (HERE,)), (WIFI, HERE)) == WIFI
    assert followed(first_address(VPN.address, (WIFI, VPN, HERE)), (WIFI, VPN, HERE)) == VPN, "it was chosen"
    assert followed(first_address(LOOPBACK, (HERE,)), (WIFI, HERE)) == HERE, "nobody else is to come in"


def test_behind_a_proxy_its_url_is_announced() -> None:
    public = WorkshopPlan(public_url="https://lab.example.org/lokakarya").public

    assert (
        Whereabouts.of("http", EVERYWHERE, 8866, public=public).url() == "https://lab.example.org/lokakarya/"
    )


def test_below_a_path_the_address_of_a_machine_has_it() -> None:
    where = Whereabouts.of("http", LOOPBACK, 8866, public=WorkshopPlan(base_url="lab").public)

    assert where.url() == "http://127.0.0.1:8866/lab/"


@pytest.mark.parametrize(
    ("plan", "is_open"),
    [
        (WorkshopPlan(), False),
        (WorkshopPlan(host="192.168.1.5"), True),
        (WorkshopPlan(public_url="https://lab.example.org/"), True),
        (WorkshopPlan(public_url="http://127.0.0.1:8443/"), False),
        (WorkshopPlan(base_url="/lab"), False),
        (WorkshopPlan(proxy=("127.0.0.1",)), True),
    ],
)
def test_others_come_by_an_address_of_the_network_or_through_a_proxy(
    plan: WorkshopPlan, *, is_open: bool
) -> None:
    assert is_open_to_others(plan) is is_open


def test_a_server_on_one_address_announces_that_one() -> None:
    assert Whereabouts.of("https", "192.0.2.7", 8866).url() == "https://192.0.2.7:8866/"


def test_a_server_on_all_addresses_announces_the_likeliest() -> None:
    assert Whereabouts.of("http", EVERYWHERE, 8866).url() == f"http://{addresses()[0].address}:8866/"


# On a laptop in a hall


@needs_networks
def test_on_a_laptop_whose_route_out_is_a_vpn_the_wifi_stands_first() -> None:
    with laptop_and_phone() as networks, networks.laptop.inside():
        assert route_out() == VPN.address
        assert addresses() == (WIFI, VPN, DOCKER, HERE)


@needs_networks
def test_without_any_route_out_the_wifi_is_announced_and_not_this_machine_alone() -> None:
    with laptop_and_phone() as networks, networks.laptop.inside():
        networks.laptop.ip("route", "del", "default")

        assert route_out() == LOOPBACK
        assert Whereabouts.of("http", EVERYWHERE, 8866).url() == f"http://{WIFI.address}:8866/"


@needs_networks
def test_a_laptop_that_joins_the_wifi_later_announces_it_from_then_on() -> None:
    with laptop_and_phone() as networks, networks.laptop.inside():
        networks.laptop.ip("link", "set", "wlan0", "down")
        where = Whereabouts.of("http", EVERYWHERE, 8866)
        assert where.url() == f"http://{VPN.address}:8866/"

        networks.settle_wifi(LATER)

        assert where.url() == f"http://{LATER}:8866/"


@needs_networks
def test_a_wifi_is_followed_to_another_address_and_what_is_left_is_told_while_it_is_gone() -> None:
    with laptop_and_phone() as networks, networks.laptop.inside():
        where = Whereabouts.of("http", EVERYWHERE, 8866)

        networks.settle_wifi(LATER)
        assert where.url() == f"http://{LATER}:8866/"

        networks.laptop.ip("link", "set", "wlan0", "down")
        assert where.url() == f"http://{VPN.address}:8866/"

        networks.settle_wifi(LATER)
        assert where.url() == f"http://{LATER}:8866/"

"""TURN credentials are checked here the way coturn does it."""

import base64
import hashlib
import hmac

import pytest

from realtime.checks import relay_settings
from realtime.turn import ice_servers, lasts_until, link_headers

URLS = ["turn:turn.ajj.test:3478?transport=udp", "turns:turn.ajj.test:443", "stun:stun.ajj.test"]


def test_credentials_are_what_coturn_computes():
    servers = ice_servers(URLS, secret="s3cret", user="7", expires=1_800_000_000)
    stun, turn = servers
    assert stun == {"urls": ["stun:stun.ajj.test"]}
    assert turn["urls"] == URLS[:2]
    assert turn["username"] == "1800000000:7"
    mac = hmac.new(b"s3cret", b"1800000000:7", hashlib.sha1).digest()
    assert turn["credential"] == base64.b64encode(mac).decode()


def test_nothing_configured_is_nothing_offered():
    assert ice_servers([], secret="", user="7", expires=1) == []
    assert ice_servers(URLS[:2], secret="", user="7", expires=1) == []


def test_links_carry_each_server_with_its_credentials():
    servers = ice_servers(URLS, secret="s3cret", user="7", expires=9)
    links = link_headers(servers)
    assert links[0] == '<stun:stun.ajj.test>; rel="ice-server"'
    assert links[1].startswith('<turn:turn.ajj.test:3478?transport=udp>; rel="ice-server"; user')
    assert links[1].endswith('credential-type="password"')
    assert len(links) == 3


def test_a_credential_ends_with_the_room_or_sooner():
    assert lasts_until(now=1000, closes=1600, ttl_s=3600) == 1600
    assert lasts_until(now=1000, closes=90_000, ttl_s=3600) == 4600


@pytest.mark.parametrize(
    ("urls", "secret", "errors"),
    [
        ([], "", []),
        (["stun:stun.ajj.test"], "", []),
        (URLS, "k" * 32, []),
        (URLS, "", ["realtime.E002"]),
        (URLS, "short", ["realtime.E002"]),
        (["turn.ajj.test:3478"], "k" * 32, ["realtime.E001"]),
        (["https://turn.ajj.test"], "", ["realtime.E001"]),
        (["turn:turn.ajj.test?transport=quic"], "k" * 32, ["realtime.E001"]),
    ],
)
def test_a_relay_that_nobody_could_use_is_an_error_at_the_start(settings, urls, secret, errors):
    settings.TURN_URLS, settings.TURN_SECRET = urls, secret
    assert [found.id for found in relay_settings()] == errors

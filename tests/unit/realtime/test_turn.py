"""TURN credentials are checked here the way coturn does it."""

import base64
import hashlib
import hmac

from realtime.turn import ice_servers, link_headers

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

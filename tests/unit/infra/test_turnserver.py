"""The relay's configuration: made from the product's own environment, or refused."""

import pytest

from infra.turnserver import Misconfigured, Relay

GIVEN = {
    "TURN_URLS": "turn:turn.ajj.test:3478?transport=udp,turn:turn.ajj.test:3478?transport=tcp,"
    "turns:turn.ajj.test:443?transport=tcp",
    "TURN_SECRET": "k" * 32,
    "MEDIA_PUBLIC_ADDRESS": "203.0.113.7",
    "TURN_CERTIFICATE": "/etc/ssl/turn.pem",
    "TURN_KEY": "/etc/ssl/turn.key",
}


def lines(**more):
    text = Relay.of({**GIVEN, **more}).text().splitlines()
    return [line for line in text if line and not line.startswith("#")]


def test_it_says_what_the_environment_says():
    made = lines(TURN_ADDRESS="10.0.0.2", TURN_EXTERNAL_ADDRESS="203.0.113.9")
    assert {
        "listening-ip=10.0.0.2",
        "relay-ip=10.0.0.2",
        "external-ip=203.0.113.9/10.0.0.2",
        "listening-port=3478",
        "tls-listening-port=443",
        "realm=turn.ajj.test",
        f"static-auth-secret={'k' * 32}",
        "cert=/etc/ssl/turn.pem",
        "pkey=/etc/ssl/turn.key",
    } <= set(made)


def test_it_relays_to_the_media_processes_alone():
    made = lines(TURN_PEERS="203.0.113.7, 203.0.113.16-203.0.113.19")
    assert "denied-peer-ip=0.0.0.0-255.255.255.255" in made
    allowed = [line for line in made if line.startswith("allowed-peer-ip")]
    assert allowed == [
        "allowed-peer-ip=203.0.113.7",
        "allowed-peer-ip=203.0.113.16-203.0.113.19",
    ]


def test_nobody_has_a_standing_account_or_a_console():
    made = lines()
    assert "use-auth-secret" in made
    assert "no-cli" in made
    assert not [line for line in made if line.startswith(("user=", "no-auth", "allow-loopback"))]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"TURN_SECRET": ""}, "TURN_SECRET"),
        ({"TURN_SECRET": "short"}, "TURN_SECRET"),
        ({"TURN_SECRET": "a secret with spaces in it"}, "TURN_SECRET"),
        ({"TURN_SECRET": "k" * 32 + "\nno-auth"}, "TURN_SECRET"),
        ({"TURN_URLS": ""}, "TURN_URLS"),
        ({"MEDIA_PUBLIC_ADDRESS": ""}, "TURN_PEERS"),
        ({"TURN_PEERS": "media.ajj.test"}, "TURN_PEERS"),
        ({"TURN_CERTIFICATE": ""}, "TURN_CERTIFICATE"),
        ({"TURN_EXTERNAL_ADDRESS": "203.0.113.9"}, "TURN_ADDRESS"),
        ({"TURN_ADDRESS": "turn.ajj.test"}, "TURN_ADDRESS"),
    ],
)
def test_what_would_be_unsafe_or_useless_is_refused_by_name(changed, named):
    with pytest.raises(Misconfigured, match=named):
        Relay.of({**GIVEN, **changed})


def test_without_turns_there_is_no_tls():
    made = lines(TURN_URLS="turn:turn.ajj.test", TURN_CERTIFICATE="", TURN_KEY="")
    assert "no-tls" in made
    assert "listening-port=3478" in made

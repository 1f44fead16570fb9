"""The local authority: what it signs, what it cannot sign, and where its key lies."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from infra.lan.authority import CA_DAYS, create, kept, network_of

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
CAMPUS = IPv4Network("202.51.100.0/24")


def leaf(authority, *hosts):
    certificate, _ = authority.issue(hosts, now=NOW)
    return x509.load_pem_x509_certificate(certificate)


def names(certificate):
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in found]


def test_a_leaf_is_for_the_addresses_and_names_it_was_asked_for():
    made = leaf(create("uji", (), now=NOW), "192.168.1.7", "laptop.local")
    assert names(made) == ["192.168.1.7", "laptop.local"]
    # iOS takes no server certificate of more than 825 days.
    assert made.not_valid_after_utc - made.not_valid_before_utc < timedelta(days=825)
    assert made.not_valid_before_utc < NOW


@pytest.mark.parametrize("host", ["bank.example", "8.8.8.8", "local.bank.example", "mylocal"])
def test_it_signs_for_nothing_beyond_the_local_network(host):
    with pytest.raises(ValueError, match="not local"):
        create("uji", (), now=NOW).issue(["192.168.1.7", host], now=NOW)


def test_a_network_with_public_addresses_counts_when_this_machine_is_on_it():
    authority = create("uji", [CAMPUS, network_of("10.1.2.3", 24)], now=NOW)
    assert authority.may_name("202.51.100.9")
    assert not authority.may_name("202.51.101.9")
    assert authority.networks.count(CAMPUS) == 1
    assert network_of("10.1.2.3", 24) not in authority.networks


def test_a_stolen_key_is_of_no_use_elsewhere():
    """A verifier that trusts the authority refuses what it signs beyond its constraints."""
    authority = create("uji", (), now=NOW)
    forged = (
        x509.CertificateBuilder()
        .subject_name(authority.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(authority.key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    store = Store([authority.certificate])

    def trusts(certificate, host):
        verifier = PolicyBuilder().store(store).time(NOW).build_server_verifier(x509.DNSName(host))
        return verifier.verify(certificate, [])

    assert trusts(leaf(authority, "laptop.local"), "laptop.local")
    with pytest.raises(VerificationError):
        trusts(forged, "bank.example")


def test_it_is_made_once_and_its_key_is_for_the_owner_alone(tmp_path):
    first = kept(tmp_path / "lan", "uji", (), now=NOW)
    again = kept(tmp_path / "lan", "uji", (), now=NOW + timedelta(days=300))
    assert again.pem() == first.pem()
    assert (tmp_path / "lan" / "ca.key").stat().st_mode & 0o777 == 0o600
    late = kept(tmp_path / "lan", "uji", (), now=NOW + timedelta(days=CA_DAYS - 10))
    assert late.pem() != first.pem()
    assert (tmp_path / "lan" / "ca.key").stat().st_mode & 0o777 == 0o600

"""The tus headers, by the protocol's own rules and with wild input."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.tus import MAX_BYTES, metadata
from ajj.live import tus
from ajj.live.tus import TusError


def encoded(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


@given(
    st.text(st.characters(blacklist_categories=["C", "Z"], blacklist_characters="/\\"), min_size=1),
    st.lists(st.integers(0, 10**12), max_size=20),
)
def test_metadata_comes_back(name, kuk):
    header = encoded(filename=name, filetype="image/png", kuk=",".join(map(str, kuk)))
    if len(header) > tus.MAX_METADATA:
        return
    found = metadata(header)
    assert found.filename == name[-160:]
    assert found.kuk == tuple(sorted(set(kuk)))
    assert found.taken_ms is None


@given(st.text(max_size=200))
def test_wild_metadata_is_refused_or_read(header):
    statuses = []
    try:
        assert metadata(header).filename
    except TusError as error:
        statuses.append(error.status)
    assert statuses in ([], [400])


@pytest.mark.parametrize(
    ("raw", "name"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\a.jpg", "a.jpg"), ("a\r\nb.png", "ab.png")],
)
def test_a_name_is_only_a_name(raw, name):
    assert metadata(encoded(filename=raw, filetype="image/png")).filename == name


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1.5"}, 400),
        ({"Upload-Length": "９"}, 400),
        ({"Upload-Length": "9" * 16}, 400),
        ({"Upload-Length": "52428801"}, 413),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400),
    ],
)
def test_lengths_that_do_not_do(headers, status):
    with pytest.raises(TusError) as refused:
        tus.upload_length(headers, limit=MAX_BYTES)
    assert refused.value.status == status


def test_the_largest_file_is_fifty_mebibytes():
    assert tus.upload_length({"Upload-Length": "52428800"}, limit=MAX_BYTES) == 52428800


@pytest.mark.parametrize("version", [None, "", "0.2.2", "1.0.1", "2.0.0"])
def test_another_version_is_412(version):
    headers = {} if version is None else {"Tus-Resumable": version}
    with pytest.raises(TusError) as refused:
        tus.require_version(headers)
    assert refused.value.status == 412


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_checksums(algorithm):
    digest = base64.b64encode(hashlib.new(algorithm, b"halo").digest()).decode()
    good = tus.Checksum(f"{algorithm} {digest}")
    good.feed(b"ha")
    good.feed(b"lo")
    good.check()
    bad = tus.Checksum(f"{algorithm} {digest}")
    bad.feed(b"hal")
    with pytest.raises(TusError) as refused:
        bad.check()
    assert refused.value.status == 460


@pytest.mark.parametrize("header", ["md5 AAAA", "sha256", "sha256 ***", ""])
def test_unreadable_checksums(header):
    with pytest.raises(TusError) as refused:
        tus.Checksum(header).check()
    assert refused.value.status in {400, 460}


def test_expiry_is_an_http_date():
    assert tus.expires(datetime(2026, 3, 4, 2, 0, tzinfo=UTC)) == "Wed, 04 Mar 2026 02:00:00 GMT"

"""The outside of the product, as other programs rely on it (docs/contracts.md)."""

import json
import re
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from infra.run import DEMO_ROLES
from tests.e2e.contract.outsider import Person, chain_hash, line
from tests.services.product import Product

EMBEDDED_KEYS = {
    "provider",
    "role",
    "token",
    "expires_at",
    "ws_url",
    "whip_url",
    "whep_url",
    "ice_servers",
    "clock",
}


@pytest.fixture(scope="module")
def asesi(product: Product) -> Person:
    return Person(product, "asesi@demo.ajj.test")


@pytest.fixture(scope="module")
def asesor(product: Product) -> Person:
    return Person(product, "asesor@demo.ajj.test")


@pytest.fixture
def session(product: Product) -> str:
    made = product.json("demo_session", "--kind", "asesmen", "--minutes", "30")
    assert set(made) == {"session", "asesi", "asesor"}
    assert (made["asesi"], made["asesor"]) == ("asesi@demo.ajj.test", "asesor@demo.ajj.test")
    return str(made["session"])


def test_every_public_page_answers(product: Product) -> None:
    pages = (
        "/",
        "/skema/",
        "/jadwal/",
        "/daftar/",
        "/masuk/",
        "/pengaduan/",
        "/verifikasi/",
        "/verifikasi/tidak-ada-kode-ini",
        "/tentang/",
        "/healthz",
        "/readyz",
    )
    for page in pages:
        answer = httpx.get(product.base_url + page, follow_redirects=True, timeout=20)
        expected = {404, 200} if "tidak-ada" in page else {200}
        assert answer.status_code in expected, (page, answer.status_code)
    first = re.search(r'href="(/skema/[^/"]+/)"', httpx.get(f"{product.base_url}/skema/").text)
    assert first
    assert httpx.get(product.base_url + first[1]).status_code == 200


def test_every_demo_account_logs_in(product: Product) -> None:
    for role in DEMO_ROLES:
        page = product.login(f"{role}@demo.ajj.test").get("/beranda/")
        assert page.status_code == 200, role


def test_openapi_names_the_contract(product: Product) -> None:
    document = httpx.get(f"{product.base_url}/api/v1/openapi.json", timeout=20).json()
    assert document["openapi"].startswith("3.1")
    paths = {re.sub(r"\{[^}]+\}", "{}", path) for path in document["paths"]}
    for path in (
        "/api/v1/sessions",
        "/api/v1/sessions/{}",
        "/api/v1/sessions/{}/join",
        "/api/v1/sessions/{}/streams",
        "/api/v1/sessions/{}/log",
        "/api/v1/sessions/{}/ops",
        "/api/v1/sessions/{}/recording",
        "/api/v1/certificates/{}",
    ):
        assert path in paths


def test_join_needs_consent_role_and_token(
    product: Product, asesi: Person, asesor: Person, session: str
) -> None:
    anonymous = httpx.post(f"{product.base_url}/api/v1/sessions/{session}/join", json={})
    assert anonymous.status_code == 401
    assert set(anonymous.json()) >= {"code", "message"}
    stranger = Person(product, "pengusul@demo.ajj.test").http.post(
        f"/sessions/{session}/join", json={}
    )
    assert stranger.status_code in {403, 404}
    joined = asesor.join(session)
    assert set(joined) == EMBEDDED_KEYS
    assert joined["provider"] == "embedded"
    assert joined["role"] == "asesor"
    assert "?" not in joined["ws_url"]
    assert asesi.join(session)["role"] == "asesi"
    sessions = asesi.http.get("/sessions").json()
    assert session in {item["id"] for item in sessions["items"]}
    assert asesi.http.get(f"/sessions/{session}").json()["state"] == "open"


async def test_socket_log_and_chain(asesi: Person, asesor: Person, session: str) -> None:
    host, guest = asesor.join(session), asesi.join(session)
    kuk = asesor.first_kuk(session)
    async with line(host) as mine, line(guest) as theirs:
        await mine.socket.send(json.dumps({"ping": 41}))
        assert (await mine.until("pong"))["pong"] == 41
        await mine.until("kind", "session.live")
        op = await mine.send("mark", {"kuk": kuk, "value": "ya", "note": "jelas"})
        first = await mine.answer(op)
        assert first.get("ack") == op, first
        await mine.send("mark", {"kuk": kuk, "value": "ya", "note": "jelas"}, op)
        assert await mine.answer(op) == first
        await mine.send("mark", {"kuk": 10**9, "value": "ya"}, "outside")
        assert (await mine.answer("outside"))["code"] == "kuk_outside_skema"
        hidden = await theirs.until("seq", first["seq"])
        assert set(hidden) == {"seq", "at_ms", "kind", "hash"}
        assert hidden["kind"] == "hidden"
        said = await theirs.send("mark", {"kuk": kuk, "value": "ya"})
        assert "reject" in await theirs.answer(said)
    assert mine.presence
    whole = asesor.log(session)
    assert [entry["seq"] for entry in whole] == list(range(1, len(whole) + 1))
    previous = "0" * 64
    for entry in whole:
        assert entry["hash"] == chain_hash(previous, session, entry)
        previous = entry["hash"]
    assert sum(entry["kind"] == "mark" for entry in whole) == 1
    guests = asesi.log(session)
    # That both went away may be noted between the two readings.
    assert [entry["hash"] for entry in guests][: len(whole)] == [entry["hash"] for entry in whole]
    assert {"mark"} & {entry["kind"] for entry in guests} == set()


async def test_resume_is_in_order_without_holes(asesor: Person, session: str) -> None:
    joined = asesor.join(session)
    async with line(joined) as before:
        for number in range(5):
            assert "ack" in await before.answer(await before.send("chat", {"text": f"{number}"}))
    cursor = before.entries[1]["seq"]
    for number in range(30):
        answer = asesor.http.post(
            f"/sessions/{session}/ops",
            json={"op_id": f"http-{number}", "kind": "chat", "data": {"text": "lewat HTTP"}},
        )
        assert answer.status_code in {200, 201}, answer.text
        assert answer.json()["ack"] == f"http-{number}"
    head = asesor.log(session)[-1]["seq"]
    async with line(joined, after=cursor) as resumed:
        while not resumed.entries or resumed.entries[-1]["seq"] < head:
            await resumed.frame()
        seqs = [entry["seq"] for entry in resumed.entries]
        assert seqs == list(range(cursor + 1, cursor + 1 + len(seqs)))


async def test_a_foreign_or_broken_token_opens_nothing(
    product: Product, asesor: Person, session: str
) -> None:
    joined = asesor.join(session)
    other = str(product.json("demo_session", "--kind", "asesmen")["session"])
    for url in (
        joined["ws_url"].replace(session, other),
        joined["ws_url"][:-3] + "xxx",
    ):
        async with line({"ws_url": url}) as opened:
            assert set(await opened.frame()) >= {"code", "message"}
            with pytest.raises(ConnectionClosed) as refusal:
                await opened.frame()
        assert refusal.value.rcvd is not None
        assert refusal.value.rcvd.code in {4401, 4403}


def test_media_refusals_are_those_of_the_rfc(
    product: Product, asesor: Person, session: str
) -> None:
    joined = asesor.join(session)
    other = str(product.json("demo_session", "--kind", "asesmen")["session"])
    whip: dict[str, Any] = {"content": "v=0\r\n", "timeout": 10}
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {joined['token']}"}
    foreign = joined["whip_url"].replace(session, other)
    assert httpx.post(foreign, headers=headers, **whip).status_code in {401, 403}
    assert httpx.post(joined["whip_url"], **whip).status_code in {401, 415}
    wrong_type = {**headers, "Content-Type": "text/plain"}
    assert httpx.post(joined["whip_url"], headers=wrong_type, **whip).status_code == 415
    assert httpx.post(joined["whip_url"], headers=headers, **whip).status_code == 400
    unknown = f"{joined['whep_url']}/no-such-stream"
    assert httpx.post(unknown, headers=headers, **whip).status_code == 404


def test_uploads_speak_tus(asesi: Person, asesor: Person, session: str) -> None:
    asesor.join(session)
    asesi.join(session)
    base = f"/sessions/{session}/evidence"
    tus = {"Tus-Resumable": "1.0.0"}
    options = asesi.http.options(base)
    assert {"creation", "creation-with-upload", "checksum", "expiration", "termination"} <= set(
        options.headers["Tus-Extension"].split(",")
    )
    old = asesi.http.post(base, headers={"Tus-Resumable": "0.2.2", "Upload-Length": "4"})
    assert old.status_code == 412
    assert "Tus-Version" in old.headers
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    metadata = "filename dGFuZ2thcGFuLnBuZw==,filetype aW1hZ2UvcG5n,taken_ms MTIw"
    created = asesi.http.post(
        base,
        headers={**tus, "Upload-Length": str(len(png)), "Upload-Metadata": metadata},
    )
    assert created.status_code == 201, created.text
    where = str(httpx.URL(f"{asesi.product.base_url}{base}").join(created.headers["Location"]))
    patch: dict[str, str] = {"Content-Type": "application/offset+octet-stream", **tus}
    half = asesi.http.patch(where, content=png[:20], headers={**patch, "Upload-Offset": "0"})
    assert (half.status_code, half.headers["Upload-Offset"]) == (204, "20")
    assert asesi.http.head(where, headers=tus).headers["Upload-Offset"] == "20"
    wrong = asesi.http.patch(where, content=png[:1], headers={**patch, "Upload-Offset": "3"})
    assert wrong.status_code == 409
    done = asesi.http.patch(where, content=png[20:], headers={**patch, "Upload-Offset": "20"})
    assert done.status_code == 204, done.text
    received = [entry for entry in asesor.log(session) if entry["kind"] == "evidence.received"]
    assert len(received) == 1
    assert received[0]["data"]["filename"] == "tangkapan.png"


def test_lists_and_errors_have_one_shape(product: Product, asesi: Person) -> None:
    missing = asesi.http.get("/sessions/00000000-0000-4000-8000-000000000000")
    assert missing.status_code == 404
    assert set(missing.json()) >= {"code", "message"}
    page = asesi.http.get("/sessions", params={"limit": 1}).json()
    assert set(page) == {"items", "next"}
    unknown = httpx.get(f"{product.base_url}/api/v1/certificates/tidak-ada")
    assert unknown.status_code == 404
    assert set(unknown.json()) >= {"code", "message"}
    english = httpx.get(
        f"{product.base_url}/api/v1/certificates/tidak-ada", headers={"Accept-Language": "en"}
    )
    assert english.json()["message"] != unknown.json()["message"]


def test_the_keys_of_the_seal_are_public(product: Product) -> None:
    keys = httpx.get(f"{product.base_url}/.well-known/jwks.json").json()["keys"]
    for key in keys:
        assert key["kty"] == "OKP"
        assert "d" not in key

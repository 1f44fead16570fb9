"""Run in a far place: a client of the site that trusts one authority and nothing else.

``python -m tests.net.visitor SITE DOOR CA EMAIL PASSWORD SESSION`` logs in by the form, joins,
opens the socket, and prints what it met as JSON.
"""

import asyncio
import json
import re
import ssl
import sys
from typing import Any

import httpx
from websockets.asyncio.client import connect


async def visit(
    site: str, door: str, authority: str, *, email: str, password: str, session: str
) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=authority)
    met: dict[str, Any] = {}
    async with httpx.AsyncClient(verify=context, base_url=site, timeout=15) as client:
        page = await client.get("/masuk/")
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        form = {
            "username": email,
            "password": password,
            "csrfmiddlewaretoken": hidden[1] if hidden else "",
        }
        answer = await client.post("/masuk/", data=form, headers={"Origin": site})
        met["login"] = answer.status_code
        met["insecure_cookies"] = [c.name for c in client.cookies.jar if not c.secure]
        csrf = {"X-CSRFToken": client.cookies["csrftoken"], "Referer": f"{site}/"}
        path = f"/api/v1/sessions/{session}/join"
        asked = (await client.post(path, json={}, headers=csrf)).json()
        version = asked["consent"]["version"] if "consent" in asked else None
        joined = await client.post(path, json={"consent_version": version}, headers=csrf)
        met["joined"] = joined.json()
    async with connect(met["joined"]["ws_url"], ssl=context) as line:
        met["first_frame"] = json.loads(await line.recv())
    try:
        async with httpx.AsyncClient(timeout=15) as stranger:
            await stranger.get(site)
        met["stranger"] = "let in"
    except httpx.ConnectError as error:
        met["stranger"] = str(error)
    async with httpx.AsyncClient(timeout=15) as plain:
        page, certificate = await plain.get(door), await plain.get(f"{door}/ajj-lokal.crt")
        met["door"] = page.status_code
        met["certificate_type"] = certificate.headers["Content-Type"]
        met["certificate"] = certificate.content.hex()
        met["door_without_encryption"] = (await plain.get(f"{door}/masuk/")).status_code
    return met


def main(given: list[str]) -> None:
    *where, email, password, session = given
    met = visit(*where, email=email, password=password, session=session)
    print(json.dumps(asyncio.run(met)))


if __name__ == "__main__":
    main(sys.argv[1:])

"""The one page that is served without encryption: how a phone comes to trust this installation.

``python -m infra.lan.door ADDRESS PORT SITE FOLDER``. A process of its own that knows nothing of
the product: nothing but this page, the authority's certificate and the built assets can be had
from it.
"""

import json
import mimetypes
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "frontend" / "dist"
CERTIFICATE = "application/x-x509-ca-cert"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self';"
    " connect-src {site}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class Door:
    """What is answered: by path, a type and bytes."""

    def __init__(self, site: str, authority: bytes) -> None:
        self.site = site
        self._authority = x509.load_pem_x509_certificate(authority)

    @property
    def fingerprint(self) -> str:
        """SHA-256, in groups of four as phones show it."""
        digest = self._authority.fingerprint(hashes.SHA256()).hex().upper()
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))

    def answer(self, path: str) -> tuple[str, bytes] | None:
        if path == "/":
            return "text/html; charset=utf-8", self._page()
        if path == "/ajj-lokal.crt":
            return CERTIFICATE, self._authority.public_bytes(serialization.Encoding.DER)
        if path == "/door.js":
            return "text/javascript; charset=utf-8", (HERE / "door.js").read_bytes()
        return self._asset(path)

    def _page(self) -> bytes:
        names = self._authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        manifest = json.loads((BUILT / "manifest.json").read_text())
        page = Template((HERE / "door.html").read_text()).substitute(
            site=self.site,
            host=urlsplit(self.site).hostname,
            css=f"/static/{manifest['styles/main.css']['file']}",
            name=names[0].value,
            fingerprint=self.fingerprint,
        )
        return page.encode()

    @staticmethod
    def _asset(path: str) -> tuple[str, bytes] | None:
        """Style and font of the build; nothing above its folder."""
        assets = (BUILT / "assets").resolve()
        file = (assets / path.removeprefix("/static/assets/")).resolve()
        if not path.startswith("/static/assets/") or assets not in file.parents:
            return None
        if not file.is_file():
            return None
        return mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()


def handler(door: Door) -> type[BaseHTTPRequestHandler]:
    """A request handler over ``door``."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = door.answer(path)
            if found is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            kind, body = found
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY.format(site=door.site))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815  # the base class looks for this name

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """One line for each file would bury the product's own words."""

    return Handler


def main(address: str, port: str, site: str, folder: str) -> None:
    door = Door(site, (Path(folder) / "ca.pem").read_bytes())
    ThreadingHTTPServer((address, int(port)), handler(door)).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

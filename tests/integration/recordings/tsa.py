"""A real time-stamping authority: ``openssl ts`` behind a small HTTP server."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = one
[one]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamp]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@dataclass
class Tsa:
    """``refusals``: how many requests are answered with 503 first. ``root``: its certificate."""

    folder: Path
    url: str = ""
    refusals: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def openssl(self, *words: str) -> bytes:
        done = subprocess.run(
            ["openssl", *words], cwd=self.folder, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout

    def prepare(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "ts.cnf").write_text(CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        key = ("-newkey", "rsa:2048", "-nodes", "-config", "ts.cnf", "-days", "30")
        self.openssl(
            "req", "-x509", *key, "-subj", "/CN=Akar Cap Waktu Uji", "-extensions", "root",
            "-keyout", "root.key", "-out", "root.pem",
        )  # fmt: skip
        self.openssl(
            "req", "-new", *key[:-2], "-subj", "/CN=Cap Waktu Uji",
            "-keyout", "tsa.key", "-out", "tsa.csr",
        )  # fmt: skip
        self.openssl(
            "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", "-days", "30", "-extfile", "ts.cnf", "-extensions", "stamp",
            "-out", "tsa.pem",
        )  # fmt: skip

    def stamp(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        self.openssl(
            "ts", "-reply", "-config", "ts.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr"
        )
        return (self.folder / "reply.tsr").read_bytes()


@contextmanager
def authority(folder: Path) -> Iterator[Tsa]:
    """A running authority with a root certificate of its own."""
    tsa = Tsa(folder)
    tsa.prepare()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            tsa.asked.append(self.headers["Content-Type"])
            if tsa.refusals:
                tsa.refusals -= 1
                self.send_error(503)
                return
            answer = tsa.stamp(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    tsa.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield tsa
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

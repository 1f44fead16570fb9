"""One concept, one word: the synonyms that docs/glossary.md bans appear nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = ("candidate", "peserta", "assessor", "penguji", "spectator", "jury")
# RFC 8445 calls a transport address an ICE candidate; official BNSP texts are data, not names.
ALLOWED = re.compile(
    r"ice.?candidate|icecandidate|candidate-pair|candidate[s]?[^a-z]*(sdp|ice)|(ice|host|remote|local|mdns|loopback|trickle|end.of).?candidate"
    r"|a=candidate|addIceCandidate|candidate:|RTCIceCandidate|_candidates\b|candidates?\b.*(aioice|address)",
    re.IGNORECASE,
)
TEXT = (".py", ".ts", ".html", ".css", ".typ")
EXEMPT = (
    "docs/",
    "tests/unit/test_glossary.py",
    "tests/unit/test_locale.py",
    "/data/",
    "realtime/media/",
    "tests/integration/media/",
)


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    return [
        ROOT / name
        for name in listing
        if name.endswith(TEXT) and not any(part in name for part in EXEMPT)
    ]


@pytest.mark.parametrize("word", BANNED)
def test_banned_synonym_is_nowhere(word: str) -> None:
    pattern = re.compile(rf"(?<![a-z]){word}", re.IGNORECASE)
    hits = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path.exists()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line) and not ALLOWED.search(line)
    ]
    assert not hits, "\n".join(hits)

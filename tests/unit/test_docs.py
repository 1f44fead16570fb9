"""What is generated is not stale, and what the documents point to exists."""

import re
from pathlib import Path

from infra.state_diagrams import document

ROOT = Path(__file__).resolve().parents[2]


def test_state_diagrams_are_those_of_the_tables() -> None:
    assert (ROOT / "docs/states.md").read_text(encoding="utf-8") == document(), "run `make docs`"


def test_links_of_the_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)


def test_every_works_in_the_status_names_a_test_that_exists() -> None:
    status = (ROOT / "docs/status.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in status.splitlines() if line.startswith("| S")]
    assert len(rows) >= 150
    for cells in rows:
        state, proof = cells[3].strip(), cells[4].strip()
        assert state in {"works", "partly", "not yet"}, cells
        if state == "works":
            names = re.findall(r"`(tests/[^`]+)`", proof)
            assert names, f"{cells[1].strip()} works, but no test is named"
            for name in names:
                path, _, test = name.partition("::")
                assert (ROOT / path).exists(), f"{cells[1].strip()}: {path} does not exist"
                if test:
                    assert test in (ROOT / path).read_text(encoding="utf-8"), name

"""The viewer of the capsule: the built bundle, or plain pages where it was not built.

The bundle is what Vite made of ``src/capsule/main.ts``: ``index.html`` and its assets in
``frontend/dist/capsule/``, copied as they are. The plain page lists and plays without any of it.
"""

from pathlib import Path

BUNDLE = Path(__file__).resolve().parents[2] / "frontend" / "dist" / "capsule"
PLAIN = Path(__file__).parent / "plain"
SHIPPED = {".html", ".js", ".css", ".woff2", ".svg"}


def viewer_files(bundle: Path = BUNDLE) -> dict[str, bytes]:
    """Name in the capsule to bytes; ``index.html`` is always there."""
    root = bundle if (bundle / "index.html").is_file() else PLAIN
    files = sorted(path for path in root.rglob("*") if path.suffix in SHIPPED and path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}

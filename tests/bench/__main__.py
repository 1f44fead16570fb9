"""``make bench``: every benchmark in one run, ratios side by side.

A benchmark is a module of this package with ``main()``; name some to run only those.
"""

import importlib
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """The modules of this package that measure something."""
    found = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return sorted(name for name in found if not name.startswith("_"))


def main(wanted: list[str]) -> None:
    for name in wanted or names():
        module = importlib.import_module(f"tests.bench.{name}")
        if hasattr(module, "main"):
            print(f"\n== {name}", flush=True)
            module.main()


if __name__ == "__main__":
    main(sys.argv[1:])

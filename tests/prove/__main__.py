"""``make prove``: what the product promises, shown with the full figures.

A proof is a module of this package with ``main()``, which may read its own options from
``sys.argv`` (argparse) and raises when what it shows does not hold. Name some to run only those;
options after the names are passed on: ``python -m tests.prove fuzz --packets 10000000``.
"""

import importlib
import pkgutil
import sys
import time
from pathlib import Path


def names() -> list[str]:
    """The modules of this package that prove something."""
    found = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return sorted(name for name in found if not name.startswith("_"))


def main(given: list[str]) -> None:
    options = next((n for n, word in enumerate(given) if word.startswith("-")), len(given))
    for name in given[:options] or names():
        module = importlib.import_module(f"tests.prove.{name}")
        if hasattr(module, "main"):
            print(f"\n== {name}", flush=True)
            sys.argv = [f"python -m tests.prove {name}", *given[options:]]
            began = time.monotonic()
            module.main()
            print(f"shown in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Draw every state machine from its table: ``python -m infra.state_diagrams > docs/states.md``.

A machine is found by its place: a module-level ``Machine`` in any ``ajj/*/states.py`` or
``recordings/*states.py``.
"""

import importlib
from pathlib import Path

from ajj.kernel.machine import Machine

ROOT = Path(__file__).resolve().parents[1]


def document() -> str:
    """The whole of docs/states.md."""
    parts = ["# State machines", "", "Generated from the tables by `make docs`; do not edit."]
    paths = [*sorted(ROOT.glob("ajj/*/states.py")), *sorted(ROOT.glob("recordings/*states.py"))]
    for path in paths:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, Machine):
                parts += ["", f"## {path.parent.name}: {value.name}", ""]
                parts += ["```mermaid", value.mermaid(), "```"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    print(document(), end="")

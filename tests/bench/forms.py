"""Every form of 200 asesi as one zip, and one form against WeasyPrint: seconds and memory.

The batch is the product's own (``services.batches``), of applicants of a real skema whose FR.APL.01
and .02 are filled and signed. The comparison sets the same blocks, drawn by Typst here, as plain
HTML tables, and has WeasyPrint make a PDF of them, in a process that is started for each (as one
would from a web server) and in one that stays. ``FORMS_ASESI`` shortens it.
"""

import html
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ASESI = int(os.environ.get("FORMS_ASESI", "200"))
TIMES = 5
CODE, VERSION = "FR.IA.01", "2023"
STAYS = """
import sys, time, weasyprint
spent = []
for _ in range(int(sys.argv[3]) + 1):
    began = time.monotonic()
    weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])
    spent.append(time.monotonic() - began)
print(sorted(spent[1:])[len(spent) // 2])
"""
"""Debian's WeasyPrint under Debian's Python; the first run warms its caches."""


def main() -> None:
    """In a process of its own: the database and the memory are this benchmark's alone."""
    if "--inside" not in sys.argv:
        with tempfile.TemporaryDirectory(prefix="ajj-bench-forms-") as name:
            subprocess.run(
                [sys.executable, "-m", "tests.bench.forms", "--inside", name], check=True
            )
        return
    _measure(Path(sys.argv[-1]))


def _measure(folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    rows = _applicants()
    _batch(rows)
    _against_weasyprint(rows[0], folder)


def _applicants() -> list[Any]:
    from ajj.assessment import papers
    from tests.factories import applications, skema

    chosen = skema.real("junior-web-programmer")
    skema.letter(chosen)
    began = time.monotonic()
    cases = [applications.verified(chosen=chosen) for _ in range(ASESI)]
    print(f"{ASESI} asesi of {chosen} made in {time.monotonic() - began:.0f} s", flush=True)
    return list(papers.complete().filter(pk__in=[case.permohonan.pk for case in cases]))


def _batch(rows: list[Any]) -> None:
    from django.utils import timezone

    from ajj.assessment.models import FormBatch
    from ajj.assessment.services import batches
    from tests.factories import people

    before = _peak_mb()
    batch = batches.request_batch(
        rows, title="Tolok ukur", actor=people.admin(), now=timezone.now()
    )
    began, cpu = time.monotonic(), time.process_time()
    batches.run_batch(batch.pk, clock=timezone.now)
    wall, spent = time.monotonic() - began, time.process_time() - cpu
    made = FormBatch.objects.get(pk=batch.pk)
    if made.problems or made.done != len(rows):
        raise AssertionError(made.problems)
    print(
        f"{made.forms} forms in {wall:.0f} s ({spent:.0f} s of CPU), {made.forms / wall:.0f} a"
        f" second, {made.bytes / 1e6:.0f} MB; memory peaked at {_peak_mb():.0f} MB,"
        f" {_peak_mb() - before:.0f} MB more than before",
        flush=True,
    )


def _against_weasyprint(row: Any, folder: Path) -> None:
    from django.utils import timezone

    from ajj.assessment import papers
    from ajj.documents.filling import fill
    from ajj.documents.registry import labelled

    form = labelled(f"{CODE}@{VERSION}")
    tree = papers.tree_of(row, form)
    ours = _median(lambda: papers.pdf(row, papers.Paper(form, None), now=timezone.now()))
    page = folder / "form.html"
    page.write_text(_as_html(form.title, fill(form, tree)))
    print(f"{form.label}, drawn here: {ours * 1000:.0f} ms")
    command = shutil.which("weasyprint")
    if command is None:
        print("WeasyPrint is not installed here, and could not be: nothing to compare with")
        return
    out = folder / "form.pdf"
    each = _median(lambda: subprocess.run([command, page, out], check=True, capture_output=True))
    python = Path(command).read_text(errors="replace").splitlines()[0].removeprefix("#!").split()[0]
    stays = subprocess.run(
        [python, "-c", STAYS, page, out, str(TIMES)], check=True, capture_output=True, text=True
    )
    kept = float(stays.stdout)
    print(f"WeasyPrint, a process each: {each * 1000:.0f} ms, {each / ours:.1f} times ours")
    print(f"WeasyPrint, one that stays: {kept * 1000:.0f} ms, {kept / ours:.1f} times ours")


def _median(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(TIMES):
        began = time.monotonic()
        work()
        spent.append(time.monotonic() - began)
    return statistics.median(spent)


def _as_html(title: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The same words in the same tables, as plainly as HTML can say it."""
    parts = [f"<h1>{html.escape(title)}</h1>"]
    parts += [_block(block) for block in blocks]
    style = "@page{size:A4;margin:18mm} table{border-collapse:collapse;width:100%}"
    style += "td,th{border:1px solid}"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(parts)}"


def _block(block: Mapping[str, Any]) -> str:
    if block["kind"] != "table":
        return f"<p>{html.escape(' '.join(_words(block)))}</p>"
    head = "".join(f"<th>{html.escape(column['title'])}</th>" for column in block["columns"])
    lines = [line for line in block["rows"] if "cells" in line]
    body = "".join(f"<tr>{''.join(map(_cell, line['cells']))}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(cell: Mapping[str, Any]) -> str:
    return f'<td rowspan="{cell.get("span", 1)}">{html.escape(" ".join(_words(cell)))}</td>'


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [word for inner in value.values() for word in _words(inner)]
    if isinstance(value, list | tuple):
        return [word for inner in value for word in _words(inner)]
    return []


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

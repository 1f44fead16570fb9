"""The capsule: one zip that holds a session's proof and opens without network.

Layout, with ``/``-separated names relative to the root of the zip::

    index.html, viewer/…      the offline viewer: classic scripts, as ``file://`` loads no modules
    data.js                   ``globalThis.CAPSULE = {"log": […], "manifest": {…}, …};``
    manifest.json             what the log says is kept: streams, segments, gaps, evidence, forms
    session.json              names, scheme and checklist, for the viewer
    log.jsonl                 the whole log, one canonical JSON entry a line
    media/STREAM/INDEX.EXT    evidence/ID.EXT    forms/SEQ-CODE.pdf    anchors/SEQ.tsr
    ujian/SEQ-JENIS.json
    seals.json  jwks.json     the signed heads and the public keys that signed them
    contents.jws              the signed list of every other file of the capsule
    verify.py                 checks all of it with Python's standard library alone
    BACA-SAYA.txt             how to look and how to check, in Indonesian and English

``verify.py`` imports nothing of this project; the project imports its names of paths and its
checks from it, so that both say the same of the same fault.
"""

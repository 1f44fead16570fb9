"""What the LSP's own papers are filled with: the contract between a feature and its print.

BNSP's forms are filled from the vocabulary of ``sources`` instead.

Values are words as the reader shall see them (dates, times and numbers already written out).
Every text reaches Typst as data, never as markup.
"""

from typing import NotRequired, TypedDict

AK02_EVIDENCE: dict[str, str] = {
    "observasi": "Observasi Demonstrasi",
    "portofolio": "Portofolio",
    "pihak_ketiga": "Pernyataan Pihak Ketiga",
    "wawancara": "Pertanyaan Wawancara",
    "lisan": "Pertanyaan Lisan",
    "tertulis": "Pertanyaan Tertulis",
    "proyek": "Proyek Kerja",
    "lainnya": "Lainnya",
}
"""Columns of FR.AK.02."""


class Signature(TypedDict):
    """A person's logged signature; ``signed`` is its moment in words, empty while unsigned."""

    name: str
    signed: str
    met: NotRequired[str]


class Lsp(TypedDict):
    """The letterhead."""

    name: str
    licence: str
    address: str
    contact: str
    city: str


class Member(TypedDict):
    name: str
    jabatan: str
    met: str
    signed: NotRequired[str]


class PlenoRow(TypedDict):
    name: str
    skema: str
    jenjang: str
    result: str
    note: str
    asesor: str


class Pleno(TypedDict):
    """Berita acara of one pleno."""

    nomor: str
    hari: str
    tanggal: str
    waktu: str
    tempat: str
    cara: str
    members: list[Member]
    rows: list[PlenoRow]
    notes: str
    ketua: Signature
    sk_tim: str
    heads: list[str]


class Decision(TypedDict):
    """SK keputusan: the decision letter on what a pleno found."""

    nomor: str
    tentang: str
    pleno: str
    tempat: str
    tanggal: str
    rows: list[PlenoRow]
    signer: Signature
    jabatan: str


class CertificateUnit(TypedDict):
    kode: str
    judul: str
    judul_en: str


class Certificate(TypedDict):
    """The certificate: ``qr``, ``rosette``, ``band`` are SVG, ``photo`` a JPEG or PNG."""

    number: str
    registration: str
    blanko: str
    holder: str
    bidang: str
    bidang_en: str
    skema: str
    skema_en: str
    skema_nomor: str
    skema_jenis: str
    standar: str
    years: int
    years_words: str
    years_words_en: str
    place: str
    issued: str
    valid_until: str
    lsp_en: str
    chairman: str
    manajer: str
    units: list[CertificateUnit]
    qr: str
    verify_url: str
    rosette: str
    band: str
    photo: NotRequired[bytes]
    photo_format: NotRequired[str]


class PemusnahanRow(TypedDict):
    """One session's media; ``owner`` whose, ``until`` the end of its term."""

    session: str
    kegiatan: str
    owner: str
    isi: str
    until: str


class Pemusnahan(TypedDict):
    """BA.PEMUSNAHAN@1: minutes of a destruction of recordings and evidence by two people."""

    nomor: str
    hari: str
    tanggal: str
    waktu: str
    dasar: str
    alasan: str
    catatan: str
    rows: list[PemusnahanRow]
    pengusul: Signature
    penyetuju: Signature
    jabatan_pengusul: str
    jabatan_penyetuju: str


class Receipt(TypedDict):
    """TANDA.TERIMA@1: the sealed head of a session for its asesi; ``qr`` is an SVG."""

    session: str
    asesi: str
    skema: str
    permohonan: str
    kind: str
    when: str
    duration: str
    sealed: str
    number: int
    seq: int
    head: str
    short: str
    kid: str
    page: str
    qr: str

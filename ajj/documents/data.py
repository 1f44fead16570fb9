"""What each form is filled with: the contract between a feature and its print.

Values are words as the reader shall see them (dates, times and numbers already written out).
Every text reaches Typst as data, never as markup.
"""

from typing import Literal, NotRequired, TypedDict

Result = Literal["K", "BK", ""]

AK01_EVIDENCE: dict[str, str] = {
    "portofolio": "Hasil Verifikasi Portofolio",
    "produk": "Hasil Reviu Produk",
    "observasi": "Hasil Observasi Langsung",
    "terstruktur": "Hasil Kegiatan Terstruktur",
    "lisan": "Hasil Pertanyaan Lisan",
    "tertulis": "Hasil Pertanyaan Tertulis",
    "wawancara": "Hasil Pertanyaan Wawancara",
}
"""Kinds of evidence of FR.AK.01; a value that is no key here is printed under "Lainnya"."""

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


class Header(TypedDict):
    """Header A: who is assessed by whom, for what, where and when."""

    skema_jenis: str
    skema_judul: str
    skema_nomor: str
    tuk: str
    asesor: str
    asesi: str
    tanggal: str


class Signature(TypedDict):
    """A person's logged signature; ``signed`` is its moment in words, empty while unsigned."""

    name: str
    signed: str
    met: NotRequired[str]


class Proof(TypedDict):
    """Where the logged facts of the form stand: the session and the head of its log then."""

    session: str
    seq: int
    head: str


class Unit(TypedDict):
    kode: str
    judul: str


class Ak01(TypedDict):
    """FR.AK.01@2023. ``bukti``: keys of ``AK01_EVIDENCE`` or free text."""

    header: Header
    units: list[Unit]
    bukti: list[str]
    hari: str
    waktu: str
    tuk: str
    asesi: Signature
    asesor: Signature
    recording_consent: NotRequired[str]
    proof: NotRequired[Proof]


class KukRow(TypedDict):
    """One KUK; ``value`` is the asesor's last mark, ``note`` may carry a second author's."""

    no: str
    teks: str
    value: Literal["ya", "tidak", "lanjut", ""]
    note: str
    at: str
    standar: NotRequired[str]


class ElemenRows(TypedDict):
    no: str
    judul: str
    kuk: list[KukRow]


class UnitRows(TypedDict):
    kode: str
    judul: str
    elemen: list[ElemenRows]


class Kelompok(TypedDict):
    nama: str
    units: list[UnitRows]


class Ia01(TypedDict):
    """FR.IA.01@2023."""

    header: Header
    kelompok: list[Kelompok]
    umpan_balik: str
    result: Result
    belum_pada: str
    asesi: Signature
    asesor: Signature
    proof: NotRequired[Proof]


class UnitEvidence(TypedDict):
    """``bukti``: keys of ``AK02_EVIDENCE``."""

    kode: str
    judul: str
    bukti: list[str]


class Ak02(TypedDict):
    """FR.AK.02@2023."""

    header: Header
    mulai: str
    selesai: str
    units: list[UnitEvidence]
    result: Result
    tindak_lanjut: str
    komentar: str
    asesi: Signature
    asesor: Signature
    lampiran: NotRequired[list[str]]
    proof: NotRequired[Proof]


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


class ReportRow(TypedDict):
    """One asesi in FR.AK.05; ``keterangan`` names the units that were found BK."""

    asesi: str
    result: Result
    keterangan: str


class GapRow(TypedDict):
    """A span that was not recorded; ``diisi`` says what stands in its place."""

    siapa: str
    aliran: str
    dari: str
    sampai: str
    lama: str
    sebab: str
    diisi: str


class Ak05(TypedDict):
    """FR.AK.05@2023: the asesor's report, with what the recording lacks."""

    header: Header
    units: list[Unit]
    rows: list[ReportRow]
    aspek: str
    penolakan: str
    saran: str
    catatan: str
    gaps: list[GapRow]
    gap_note: str
    asesor: Signature
    proof: Proof


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

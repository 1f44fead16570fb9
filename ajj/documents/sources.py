"""The vocabulary between forms and the product: every value that a form may name. Pure.

A form says ``source = "permohonan.pribadi.nama"``; whoever prints it hands over a tree of this
shape. ``TEXT`` is words as the reader shall see them, ``CHOICE`` one key of the field's options,
``LIST`` several; ``[shape]`` is rows of that shape. What is not known is left out or empty, and
prints as an empty line. What is typed on a form itself stands beside it, under ``isi.<key>``.
"""

from typing import Any, Final

TEXT: Final = "text"
CHOICE: Final = "choice"
LIST: Final = "list"
Shape = str | list[Any] | dict[str, Any]

PERSON: Final[Shape] = {"nama": TEXT, "met": TEXT, "ditandatangani": TEXT}
KUK: Final[Shape] = {
    "no": TEXT,
    "teks": TEXT,
    "standar": TEXT,
    "hasil": CHOICE,
    "catatan": TEXT,
}
ELEMEN: Final[Shape] = {"no": TEXT, "judul": TEXT, "klaim": CHOICE, "bukti": TEXT, "kuk": [KUK]}
UNIT: Final[Shape] = {
    "no": TEXT,
    "kode": TEXT,
    "judul": TEXT,
    "standar": TEXT,
    "bukti": LIST,
    "elemen": [ELEMEN],
}
BUTIR: Final[Shape] = {
    "no": TEXT,
    "pertanyaan": TEXT,
    "pilihan": TEXT,
    "kunci": TEXT,
    "jawaban": TEXT,
    "hasil": CHOICE,
}
KELOMPOK: Final[Shape] = {
    "no": TEXT,
    "nama": TEXT,
    "units": [UNIT],
    "pendukung_observasi": [BUTIR],
    "pilihan_ganda": [BUTIR],
    "esai": [BUTIR],
    "lisan": [BUTIR],
    "tugas_praktik": {"skenario": TEXT, "peralatan": TEXT, "waktu": TEXT},
    "terstruktur": {
        "skenario": TEXT,
        "waktu_siap": TEXT,
        "hasil": TEXT,
        "waktu_presentasi": TEXT,
    },
    "penilaian": [
        {
            "no": TEXT,
            "lingkup": TEXT,
            "pertanyaan": TEXT,
            "kesesuaian": TEXT,
            "hasil": CHOICE,
        }
    ],
}
UJIAN: Final[Shape] = {
    "waktu": TEXT,
    "benar": TEXT,
    "salah": TEXT,
    "capaian": CHOICE,
    "belum_tercapai": TEXT,
    "butir": [BUTIR],
}
SIGNERS: Final[Shape] = {"penyusun": [PERSON], "validator": [PERSON]}
SYARAT: Final[Shape] = {"no": TEXT, "teks": TEXT, "keadaan": CHOICE}
GAMBAR: Final[Shape] = {"no": TEXT, "kunci": TEXT, "nama": TEXT, "sidik": TEXT, "alamat": TEXT}
"""A picture that was uploaded: its key, file name, SHA-256 and where a screen shows it."""
HADIR: Final[Shape] = {"no": TEXT, "nama": TEXT, "peran": TEXT, "masuk": TEXT, "keluar": TEXT}

SOURCES: Final[dict[str, Shape]] = {
    "lsp": {"name": TEXT, "licence": TEXT, "address": TEXT, "contact": TEXT, "city": TEXT},
    "pejabat": {"ketua": PERSON},
    "surat": {"nomor": TEXT, "tanggal": TEXT},
    "skema": {
        "jenis": TEXT,
        "judul": TEXT,
        "nomor": TEXT,
        "jenjang": TEXT,
        "standar": TEXT,
        "units": [UNIT],
        "kelompok": [KELOMPOK],
        "persyaratan_dasar": [SYARAT],
        "bukti_administratif": [SYARAT],
    },
    "permohonan": {
        "nomor": TEXT,
        "tanggal": TEXT,
        "tujuan": CHOICE,
        "tujuan_lain": TEXT,
        "pribadi": {
            "nama": TEXT,
            "nik": TEXT,
            "lahir": TEXT,
            "jenis_kelamin": CHOICE,
            "kebangsaan": TEXT,
            "alamat": TEXT,
            "kode_pos": TEXT,
            "telepon_rumah": TEXT,
            "hp": TEXT,
            "email": TEXT,
            "pendidikan": TEXT,
        },
        "pekerjaan": {
            "institusi": TEXT,
            "jabatan": TEXT,
            "alamat": TEXT,
            "kode_pos": TEXT,
            "telepon": TEXT,
            "email": TEXT,
        },
        "syarat_dasar": [SYARAT],
        "syarat_administratif": [SYARAT],
        "putusan": CHOICE,
        "catatan": TEXT,
        "pemohon": PERSON,
        "admin": PERSON,
    },
    "asesmen_mandiri": {
        "units": [UNIT],
        "rekomendasi": CHOICE,
        "catatan": TEXT,
        "asesi": PERSON,
        "asesor": PERSON,
    },
    "asesmen": {
        "asesi": PERSON,
        "asesor": PERSON,
        "tuk": TEXT,
        "tanggal": TEXT,
        "pukul": TEXT,
        "mulai": TEXT,
        "selesai": TEXT,
        "pra_tanggal": TEXT,
        "pra_pukul": TEXT,
        "asesi_daftar": [
            {"no": TEXT, "nama": TEXT, "organisasi": TEXT, "hasil": CHOICE, "keterangan": TEXT}
        ],
        "jumlah_asesi": TEXT,
        "hadir_pra": [HADIR],
        "hadir": [HADIR],
    },
    "persetujuan": {
        "bukti": LIST,
        "hari": TEXT,
        "waktu": TEXT,
        "tuk": TEXT,
        "asesi": PERSON,
        "asesor": PERSON,
        "perekaman": TEXT,
    },
    "ceklis": {
        "kelompok": [KELOMPOK],
        "units": [UNIT],
        "capaian": CHOICE,
        "rekomendasi": CHOICE,
        "belum_pada": TEXT,
        "asesi": PERSON,
        "asesor": PERSON,
    },
    "ujian": {
        "pendukung_observasi": UJIAN,
        "pilihan_ganda": UJIAN,
        "esai": UJIAN,
        "lisan": UJIAN,
        "tugas_praktik": {"skenario": TEXT, "peralatan": TEXT, "waktu": TEXT},
        "terstruktur": {
            "persiapan": TEXT,
            "demonstrasi": TEXT,
            "umpan_balik": TEXT,
            "rekomendasi": CHOICE,
        },
        "wawancara": {"pertanyaan": [BUTIR]},
    },
    "instrumen": {
        "pendukung_observasi": SIGNERS,
        "pilihan_ganda": SIGNERS,
        "esai": SIGNERS,
        "lisan": SIGNERS,
        "tugas_praktik": SIGNERS,
        "terstruktur": SIGNERS,
    },
    "rekaman": {
        "units": [UNIT],
        "hasil": CHOICE,
        "tindak_lanjut": TEXT,
        "komentar": TEXT,
        "lampiran": [{"no": TEXT, "teks": TEXT}],
        "asesi": PERSON,
        "asesor": PERSON,
    },
    "laporan": {
        "aspek": TEXT,
        "penolakan": TEXT,
        "saran": TEXT,
        "catatan": TEXT,
        "celah": [
            {
                "siapa": TEXT,
                "aliran": TEXT,
                "dari": TEXT,
                "sampai": TEXT,
                "lama": TEXT,
                "sebab": TEXT,
                "diisi": TEXT,
            }
        ],
        "catatan_celah": TEXT,
    },
    "tinjauan": {
        "asesi": TEXT,
        "usulan": TEXT,
        "dimensi": [{"no": TEXT, "teks": TEXT, "butir": TEXT, "kuk": TEXT, "asesi": TEXT}],
    },
    "bukti": {
        "portofolio": [
            {
                "no": TEXT,
                "nama": TEXT,
                "valid": CHOICE,
                "asli": CHOICE,
                "terkini": CHOICE,
                "memadai": CHOICE,
                "catatan": TEXT,
            }
        ],
        "gambar": [GAMBAR],
    },
    "portofolio": {
        "tindak_lanjut": [{"cek": CHOICE, "unit": TEXT, "elemen": TEXT, "materi": TEXT}],
        "bukti_tambahan": TEXT,
        "belum": TEXT,
        "rekomendasi": CHOICE,
        "metode": TEXT,
        "kelompok": TEXT,
        "unit": TEXT,
        "elemen": TEXT,
        "kuk": TEXT,
    },
    "berkas": {
        "formulir": [{"no": TEXT, "kode": TEXT, "judul": TEXT, "ada": CHOICE, "keterangan": TEXT}]
    },
    "log": {"sesi": TEXT, "catatan_ke": TEXT, "kepala": TEXT},
}


def shape_at(path: str, within: Shape = SOURCES) -> Shape | None:
    """The shape of ``path`` (``a.b.c``) in ``within``; None when there is no such value."""
    shape: Shape = within
    for name in path.split("."):
        if not isinstance(shape, dict) or name not in shape:
            return None
        shape = shape[name]
    return shape


def value_at(path: str, tree: Any) -> Any:
    """The value at ``path`` in ``tree``; empty text when it is not known."""
    for name in path.split("."):
        if not isinstance(tree, dict):
            return ""
        tree = tree.get(name, "")
    return "" if tree is None else tree

"""Filled forms, as a feature hands them to the printer."""

from typing import Any

from ajj.certificates.guilloche import band, rosette
from ajj.documents import data as d
from ajj.documents.render import qr_svg

LSP = d.Lsp(
    name="LSP Nara Karya Digital",
    licence="BNSP-LSP-9801-ID",
    address="Jalan Sukagalih 118, Bandung 40162",
    contact="(022) 555-0118 · halo@demo.ajj.test",
    city="Bandung",
)
SKEMA: dict[str, Any] = {
    "jenis": "Okupasi",
    "judul": "Junior Web Programmer",
    "nomor": "SS.JWP/LSPP/005/2022",
    "units": [
        {"no": "1", "kode": "J.620100.004.02", "judul": "Menggunakan Struktur Data"},
        {"no": "2", "kode": "J.620100.005.02", "judul": "Mengimplementasikan User Interface"},
    ],
}
ASESMEN = {
    "asesi": {"nama": "Melati Ayu Prameswari"},
    "asesor": {"nama": "Bagas Wirayuda"},
    "tuk": "Sewaktu, Asesmen Jarak Jauh",
    "tanggal": "Selasa, 24 November 2026",
    "mulai": "24 November 2026, 09.30 WIB",
    "selesai": "24 November 2026, 11.30 WIB",
}
UNSIGNED = {"nama": "Melati Ayu Prameswari"}
ASESI = {**UNSIGNED, "ditandatangani": "24 November 2026, 09.12.40 WIB"}
ASESOR = {
    "nama": "Bagas Wirayuda",
    "ditandatangani": "24 November 2026, 09.13.05 WIB",
    "met": "MET.000.004455.2023",
}
LOG = {
    "sesi": "7d2f0c1e-5b1a-4f0e-9a55-0a2b5f6d1c33",
    "catatan_ke": "214",
    "kepala": "9f3c71e0" * 8,
}
KNOWN = {"lsp": LSP, "skema": SKEMA, "asesmen": ASESMEN, "log": LOG}


def ak01(**change: Any) -> dict[str, Any]:
    agreed = {
        "bukti": ["observasi", "lisan", "Studi kasus"],
        "hari": "Selasa, 24 November 2026",
        "waktu": "09.30 WIB",
        "tuk": "Sewaktu, Asesmen Jarak Jauh",
        "asesi": ASESI,
        "asesor": ASESOR,
        "perekaman": "Asesi menyetujui perekaman, naskah versi 2026-01, pukul 09.10 WIB.",
    }
    return {**KNOWN, "persetujuan": {**agreed, **change}}


def ia01(kuk: int = 5, **change: Any) -> dict[str, Any]:
    values = ("ya", "tidak", "lanjut", "")
    units = [
        {
            **unit,
            "elemen": [
                {
                    "no": str(number),
                    "judul": "Mengidentifikasi rancangan user interface",
                    "kuk": [
                        {
                            "no": f"{number}.{row}",
                            "teks": "Rancangan user interface diidentifikasi sesuai kebutuhan",
                            "hasil": values[row % 4],
                            "catatan": "Ditanyakan lisan" if row % 4 == 2 else "",
                        }
                        for row in range(1, kuk + 1)
                    ],
                }
                for number in (1, 2)
            ],
        }
        for unit in SKEMA["units"]
    ]
    filled = {
        "kelompok": [{"no": "1", "nama": "Pemrograman antarmuka", "units": units}],
        "units": units,
        "capaian": "belum",
        "rekomendasi": "BK",
        "belum_pada": "unit J.620100.005.02, KUK 1.2",
        "asesi": ASESI,
        "asesor": ASESOR,
    }
    return {**KNOWN, "ceklis": {**filled, **change}}


def ak02(**change: Any) -> dict[str, Any]:
    filled = {
        "units": [{**unit, "bukti": ["observasi", "lisan"]} for unit in SKEMA["units"]],
        "hasil": "K",
        "tindak_lanjut": "Tidak ada.",
        "komentar": "Asesi menjelaskan pilihan rancangannya dengan runtut.",
        "lampiran": [{"teks": "FR.APL.01"}, {"teks": "FR.APL.02"}, {"teks": "FR.IA.01"}],
        "asesi": ASESI,
        "asesor": ASESOR,
    }
    return {**KNOWN, "rekaman": {**filled, **change}}


def ak05(**change: Any) -> dict[str, Any]:
    filled = {
        "aspek": "Sambungan asesi terputus dua kali; asesmen dilanjutkan kemudian.",
        "penolakan": "Tidak ada.",
        "saran": "Tidak ada.",
        "catatan": "Asesi menjelaskan pilihan rancangannya dengan runtut.",
        "celah": [
            {
                "siapa": "Melati Ayu Prameswari",
                "aliran": "Kamera",
                "dari": "00.41.07",
                "sampai": "00.42.09",
                "lama": "1 mnt 2 dtk",
                "sebab": "jaringan terputus",
                "diisi": "cadangan perangkat",
            }
        ],
        "catatan_celah": "Jumlah yang belum terisi: 1,9 dtk.",
    }
    listed = [{"nama": "Melati Ayu Prameswari", "hasil": "K", "keterangan": ""}]
    return {
        **KNOWN,
        "asesmen": {**ASESMEN, "asesi_daftar": listed},
        "rekaman": {"asesor": ASESOR},
        "laporan": {**filled, **change},
    }


def _row(result: str = "K") -> d.PlenoRow:
    return d.PlenoRow(
        name="Melati Ayu Prameswari",
        skema="Junior Web Programmer",
        jenjang="2",
        result=result,
        note="KUK 1.3 terpenuhi lewat pertanyaan lisan (01.20.10).",
        asesor="Bagas Wirayuda (MET.000.004455.2023)",
    )


def pleno(**change: Any) -> dict[str, Any]:
    form = d.Pleno(
        nomor="BA/004/LSP-NKD/XI/2026",
        hari="Kamis",
        tanggal="26 November 2026",
        waktu="pukul 14.00 WIB",
        tempat="daring",
        cara="konsensus",
        members=[
            d.Member(name="Laras Pambudi", jabatan="Ketua", met="MET.000.001101.2022", signed="ya"),
            d.Member(name="Yosef Manggala", jabatan="Anggota", met="MET.000.001102.2022"),
            d.Member(name="Rini Suryaningrum", jabatan="Anggota", met=""),
        ],
        rows=[_row()],
        notes="Seluruh anggota menonton tanda risiko.",
        ketua=d.Signature(name="Laras Pambudi", signed="26 November 2026, 14.31.02 WIB"),
        sk_tim="SK-TT/002/LSP-NKD/XI/2026",
        heads=["9f3c71e0" * 8],
    )
    return {"lsp": LSP, **form, **change}


def decision(**change: Any) -> dict[str, Any]:
    form = d.Decision(
        nomor="SK/004/LSP-NKD/XI/2026",
        tentang="Penetapan hasil uji kompetensi skema Junior Web Programmer",
        pleno="BA/004/LSP-NKD/XI/2026",
        tempat="Bandung",
        tanggal="26 November 2026",
        rows=[_row()],
        signer=d.Signature(
            name="Ir. Handaru Pranata, M.Kom.", signed="26 November 2026, 15.02.10 WIB"
        ),
        jabatan="Direktur LSP Nara Karya Digital",
    )
    return {"lsp": LSP, **form, **change}


def certificate(units: int = 8, url: str = "http://localhost:8000/verifikasi/abc", **change: Any):
    form = d.Certificate(
        number="62019 2513 2 0000418 2026",
        registration="TIK.9801.00418 2026",
        blanko="Menunggu nomor blanko BNSP",
        holder="Galang Satriya Mahardika",
        bidang="Pemrograman Web",
        bidang_en="Web Programming",
        skema="Junior Web Programmer",
        skema_en="Junior Web Programmer",
        skema_nomor="SS.JWP/LSPP/005/2022",
        skema_jenis="Okupasi",
        standar="SKKNI Nomor 282 Tahun 2016",
        years=3,
        years_words="tiga",
        years_words_en="three",
        place="Bandung",
        issued="16 Maret 2026",
        valid_until="15 Maret 2029",
        lsp_en="Nara Karya Digital Professional Certification Body",
        chairman="Ir. Handaru Pranata, M.Kom.",
        manajer="Ratna Kusumaningtyas",
        units=[
            d.CertificateUnit(
                kode=f"J.620100.{number:03d}.02",
                judul="Mengimplementasikan User Interface",
                judul_en="Implementing User Interface",
            )
            for number in range(1, units + 1)
        ],
        qr=qr_svg(url),
        verify_url=url,
        rosette=rosette("abc"),
        band=band("abc"),
    )
    return {"lsp": LSP, **form, **change}


def disposal(**change: Any) -> dict[str, Any]:
    form = d.Pemusnahan(
        nomor="BA-PM/001/LSP-NKD/III/2030",
        hari="Senin",
        tanggal="18 Maret 2030",
        waktu="pukul 10.00 WIB",
        dasar="Masa simpan rekaman dan bukti berakhir.",
        alasan="Retensi berkala semester pertama",
        catatan="Tidak ada banding dan pengaduan yang terbuka.",
        rows=[
            d.PemusnahanRow(
                session="4b1c2d3e-0000-4000-8000-000000000001",
                kegiatan="Asesmen Junior Web Programmer, 4 Maret 2026",
                owner="Galang Satriya Mahardika; Ratna Kusumaningtyas",
                isi="720 potongan rekaman, 4 bukti, 812,4 MB",
                until="15 Maret 2029",
            )
        ],
        pengusul=d.Signature(name="Sekar Widyaningrum", signed="14 Maret 2030, 09.12.44 WIB"),
        penyetuju=d.Signature(
            name="Ir. Handaru Pranata, M.Kom.", signed="18 Maret 2030, 10.00.02 WIB"
        ),
        jabatan_pengusul="Manajer sertifikasi",
        jabatan_penyetuju="Direktur LSP",
    )
    return {"lsp": LSP, **form, **change}


def receipt(**change: Any) -> dict[str, Any]:
    head = "3fa912bc77d0e41b" * 4
    form = d.Receipt(
        session="4b1c2d3e-0000-4000-8000-000000000001",
        asesi="Galang Satriya Mahardika",
        skema="Junior Web Programmer",
        permohonan="PM-2026-0007",
        kind="Asesmen",
        when="4 Maret 2026, 09.00 WIB",
        duration="01.12.14",
        sealed="4 Maret 2026, 10.14 WIB",
        number=1,
        seq=812,
        head=head,
        short="3fa9-12bc-77d0-e41b",
        kid="2s4bIY6IwDe7kfnY9XOqmBOEenbkwxxO87zxfiAoznE",
        page="lsp.contoh.test/verifikasi/sesi/",
        qr=qr_svg("https://lsp.contoh.test/verifikasi/sesi/?s=" + "eyJhbGciOiJFZERTQSJ9." * 20),
    )
    return {"lsp": LSP, **form, **change}

"""Who plays in the demo. All names, numbers and places are invented. Pure."""

from dataclasses import dataclass
from datetime import date

DOMAIN = "demo.ajj.test"


@dataclass(frozen=True)
class Officer:
    """Somebody who works for the LSP. ``account`` is the part of the address before the @."""

    account: str
    name: str
    role: str
    met: str = ""
    phone: str = "081200000000"

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"


@dataclass(frozen=True)
class Asesi:
    """Somebody who comes to be assessed, with what FR.APL.01 asks."""

    account: str
    name: str
    nik: str
    birth_place: str
    birth_date: date
    gender: str
    address: str
    regency: str
    postal_code: str
    phone: str
    education: str
    institution: str
    position: str
    zone: str = "Asia/Jakarta"

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"

    def apl01(self) -> dict[str, str]:
        """The answers to FR.APL.01 part 1."""
        return {
            "name": self.name,
            "nik": self.nik,
            "birth_place": self.birth_place,
            "birth_date": self.birth_date.isoformat(),
            "gender": self.gender,
            "nationality": "Indonesia",
            "address": self.address,
            "regency": self.regency,
            "postal_code": self.postal_code,
            "phone": self.phone,
            "email": self.email,
            "education": self.education,
            "institution": self.institution,
            "position": self.position,
        }


OFFICERS = (
    Officer("asesor", "Ratna Prameswari, S.Kom.", "asesor", "MET.000.004417.2021", "081322450117"),
    Officer("asesor2", "Dominggus Kalelado, S.T.", "asesor", "MET.000.007902.2022", "081339120455"),
    Officer("admin", "Wulan Kartikasari", "admin", phone="081320019822"),
    Officer("manajer", "Arif Budiyanto, M.M.", "manajer", phone="081220774301"),
    Officer("direktur", "Ir. Handaru Pranata, M.Kom.", "direktur", phone="081123340098"),
    Officer("komite1", "Dr. Sulastri Wijayanti", "komite", "MET.000.001265.2019", "081222903417"),
    Officer("komite2", "Benyamin Rohi, M.T.", "komite", "MET.000.003380.2020", "081246611720"),
    Officer("komite3", "Hj. Nurlaila Harahap, S.Kom.", "komite", phone="081370558214"),
    Officer("pengusul", "Dinas Nakertrans Kabupaten Sumba Timur", "pengusul", phone="0387610118"),
)

MARIA = Asesi(
    "asesi", "Maria Anggraeni Djawa", "5311026703990002", "Waingapu", date(1999, 3, 27), "P",
    "Jalan Ikan Tongkol 14, Kambajawa", "Kabupaten Sumba Timur", "87116", "081339207714",
    "SMA/SMK/sederajat", "SMK Negeri 2 Waingapu", "Operator data", "Asia/Makassar",
)  # fmt: skip
FAJAR = Asesi(
    "fajar", "Fajar Hidayatullah", "3204131106010004", "Bandung", date(2001, 6, 11), "L",
    "Gang Haji Amil 7, Baleendah", "Kabupaten Bandung", "40375", "081322981105",
    "D3", "Koperasi Tani Makmur", "Staf administrasi",
)  # fmt: skip
YULIANA = Asesi(
    "yuliana", "Yuliana Mofu", "9106014805000001", "Biak", date(2000, 5, 8), "P",
    "Jalan Majapahit 21, Samofa", "Kabupaten Biak Numfor", "98116", "081248003651",
    "S1", "Puskesmas Samofa", "Pengelola data", "Asia/Jayapura",
)  # fmt: skip
PUTU = Asesi(
    "putu", "I Putu Eka Darmawan", "5108062209980003", "Singaraja", date(1998, 9, 22), "L",
    "Jalan Pulau Menjangan 5, Banyuning", "Kabupaten Buleleng", "81151", "081238419907",
    "SMA/SMK/sederajat", "Studio Web Dauh Tukad", "Pengembang web magang", "Asia/Makassar",
)  # fmt: skip
RISKA = Asesi(
    "riska", "Riska Amalia Siregar", "1271054212020005", "Medan", date(2002, 12, 2), "P",
    "Jalan Karya Bakti 33, Medan Johor", "Kota Medan", "20143", "081370226190",
    "SMA/SMK/sederajat", "", "",
)  # fmt: skip
AGUS = Asesi(
    "agus", "Agus Setyo Nugroho", "3310172508970001", "Klaten", date(1997, 8, 25), "L",
    "Dukuh Karanglo RT 02 RW 05, Polanharjo", "Kabupaten Klaten", "57474", "081329557043",
    "D3", "BUMDes Tirta Mandiri", "Petugas teknologi informasi",
)  # fmt: skip

ASESI = (MARIA, FAJAR, YULIANA, PUTU, RISKA, AGUS)

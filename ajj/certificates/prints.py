"""What the certificate says."""

from ajj.certificates import rules, selectors
from ajj.certificates.guilloche import band, rosette
from ajj.certificates.models import Sertifikat
from ajj.documents.data import Certificate, CertificateUnit
from ajj.documents.render import qr_svg
from ajj.kernel import dates
from ajj.kernel.lsp import LspIdentity
from ajj.people.models import Role
from ajj.people.selectors import with_role


def verify_url(site_url: str, code: str) -> str:
    """The public address that the QR code carries."""
    return f"{site_url}/verifikasi/{code}"


def printed(
    certificate: Sertifikat,
    lsp: LspIdentity,
    site_url: str,
    photo: tuple[bytes, str] | None = None,
) -> Certificate:
    """The data of SERTIFIKAT@1; ``photo`` is (bytes, ``jpg`` or ``png``)."""
    skema = certificate.skema
    years = skema.masa_berlaku_tahun
    url = verify_url(site_url, certificate.code)
    pleno = certificate.case.pleno
    signer = pleno.signed_by if pleno else None
    manajer = with_role(Role.MANAJER).first()
    data = Certificate(
        number=certificate.number,
        registration=certificate.registration,
        blanko=certificate.blanko_text,
        holder=certificate.holder_name,
        bidang=skema.bidang or skema.judul,
        bidang_en=skema.bidang_en or skema.judul_en,
        skema=skema.judul,
        skema_en=skema.judul_en or skema.judul,
        skema_nomor=skema.nomor,
        skema_jenis=skema.jenis,
        standar=str(skema.standar),
        years=years,
        years_words=rules.WORDS[years] if years < len(rules.WORDS) else str(years),
        years_words_en=rules.WORDS_EN[years] if years < len(rules.WORDS_EN) else str(years),
        place=lsp.city,
        issued=dates.date_text(certificate.issued_on),
        valid_until=dates.date_text(certificate.valid_until),
        lsp_en=lsp.name_en,
        chairman=signer.name if signer else lsp.chairman,
        manajer=manajer.name if manajer else "",
        units=[
            CertificateUnit(kode=row.unit.kode, judul=row.unit.judul, judul_en=row.unit.judul_en)
            for row in selectors.units_of(certificate)
        ],
        qr=qr_svg(url),
        verify_url=url,
        rosette=rosette(certificate.code),
        band=band(certificate.code),
    )
    if photo is not None:
        data["photo"], data["photo_format"] = photo
    return data

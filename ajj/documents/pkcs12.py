"""The local adapter of ``certified``: a PAdES signature with a PKCS#12 file of the LSP."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from ajj.documents.certified import SigningUnavailable

log = structlog.get_logger(__name__)
FIELD = "Segel"


class _SignerAt(PdfSigner):
    """States the moment it is given; pyHanko alone would read the clock."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class _Appending(IncrementalPdfFileWriter):
    """Leaves the metadata as it is: written anew it would no longer be what PDF/A-2b asks."""

    def _update_meta(self) -> None:
        """No second producer and no clock in a file that only gets a signature."""


class Pkcs12Signer:
    """Reads ``SIGN_P12_FILE`` once; the password is ``SIGN_P12_PASSWORD``.

    A level B-B signature: who checks it long after the certificate has ended needs a time stamp of
    its own (RFC 3161), which the seal of a session has and this has not.
    """

    def __init__(self, path: Path | None = None, password: str | None = None) -> None:
        file = path or Path(settings.SIGN_P12_FILE)
        secret = settings.SIGN_P12_PASSWORD if password is None else password
        try:
            self._signer = SimpleSigner.load_pkcs12_data(
                file.read_bytes(), other_certs=[], passphrase=secret.encode() or None
            )
        except (OSError, ValueError) as error:
            log.exception("certificate not readable", file=str(file))
            raise SigningUnavailable(
                "Sertifikat elektronik LSP tidak terbaca. Kabari pengelola sistem."
            ) from error

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """One more revision with an invisible, printable field of no size: PDF/A-2b stays so."""
        self._require_valid(now)
        about = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
        )
        signer = _SignerAt(about, self._signer, new_field_spec=fields.SigFieldSpec(FIELD))
        signer.moment = now
        out = BytesIO()
        try:
            signer.sign_pdf(_Appending(BytesIO(pdf)), output=out)
        except Exception as error:
            log.exception("certified signature not made")
            raise SigningUnavailable(
                "Tanda tangan tersertifikasi LSP belum dapat dibuat. Tidak ada yang terbit; "
                "coba lagi sesaat lagi."
            ) from error
        return out.getvalue()

    def _require_valid(self, now: datetime) -> None:
        """A signature by a certificate that is over, or not yet, is worth nothing."""
        certificate = self._signer.signing_cert
        if certificate is None or not (
            certificate.not_valid_before <= now <= certificate.not_valid_after
        ):
            raise SigningUnavailable(
                "Sertifikat elektronik LSP sudah berakhir atau belum berlaku. "
                "Tidak ada yang terbit; kabari pengelola sistem."
            )

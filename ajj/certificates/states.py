"""The life of a certificate (ISO/IEC 17024 9.5: suspension and withdrawal)."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class CertificateState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class CertificateEvent(StrEnum):
    ISSUE = "issue"
    SUSPEND = "suspend"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


certificate_machine = Machine(
    name="Sertifikat",
    initial=CertificateState.DRAFT,
    table={
        (CertificateState.DRAFT, CertificateEvent.ISSUE): CertificateState.ISSUED,
        (CertificateState.ISSUED, CertificateEvent.SUSPEND): CertificateState.SUSPENDED,
        (CertificateState.SUSPENDED, CertificateEvent.RESTORE): CertificateState.ISSUED,
        (CertificateState.ISSUED, CertificateEvent.WITHDRAW): CertificateState.WITHDRAWN,
        (CertificateState.SUSPENDED, CertificateEvent.WITHDRAW): CertificateState.WITHDRAWN,
        (CertificateState.ISSUED, CertificateEvent.EXPIRE): CertificateState.EXPIRED,
        (CertificateState.SUSPENDED, CertificateEvent.EXPIRE): CertificateState.EXPIRED,
    },
)

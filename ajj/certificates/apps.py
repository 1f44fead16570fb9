from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "ajj.certificates"
    label = "certificates"

    def ready(self) -> None:
        from ajj.certificates import services
        from ajj.certificates.selectors import may_open_document
        from ajj.committee.events import SkSigned
        from ajj.documents.rules import register_access
        from ajj.events.bus import subscribe

        subscribe(SkSigned, services.on_sk_signed)
        register_access("sertifikat", may_open_document)

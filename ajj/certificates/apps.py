from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "ajj.certificates"
    label = "certificates"

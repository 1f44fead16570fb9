from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ajj.audit"
    label = "audit"

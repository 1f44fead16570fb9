from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class DocumentsConfig(AppConfig):
    name = "ajj.documents"
    label = "documents"

    def ready(self) -> None:
        """Read the LSP's own forms too; a bad file stops the start and says which one."""
        from ajj.documents import registry

        if settings.FORM_DIR:
            registry.add_directory(Path(settings.FORM_DIR))
            registry.catalogue()

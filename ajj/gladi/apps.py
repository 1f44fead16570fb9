from django.apps import AppConfig


class GladiConfig(AppConfig):
    name = "ajj.gladi"
    label = "gladi"

    def ready(self) -> None:
        from ajj.gladi import selectors
        from ajj.live import facts

        facts.register(selectors.session_facts)

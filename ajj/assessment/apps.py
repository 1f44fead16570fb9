from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "ajj.assessment"
    label = "assessment"

    def ready(self) -> None:
        from ajj.assessment import selectors, services
        from ajj.live import facts, ticks

        services.register_projectors()
        services.register_handlers()
        facts.register(selectors.room_facts)
        ticks.register(services.tick_uploads)

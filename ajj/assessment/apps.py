from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "ajj.assessment"
    label = "assessment"

    def ready(self) -> None:
        from ajj.assessment import manuscripts, reports, rules, selectors, services, tasks
        from ajj.documents.rules import register_access
        from ajj.live import facts, ticks

        services.register_projectors()
        services.register_handlers()
        facts.register(selectors.room_facts)
        ticks.register(services.tick_uploads)
        ticks.register(services.Issuer().tick)
        ticks.register(services.SignedIssuer().tick)
        ticks.register(services.log_concluded)
        ticks.register(tasks.catch_up)
        ticks.register(services.expire_links)
        register_access("session", rules.may_open_print)
        register_access(reports.SUBJECT, reports.may_open_print)
        register_access("formulir", manuscripts.may_open_print)

from django.urls import URLPattern, URLResolver, path

from realtime import internal, practice, whip

_SESSION = "api/v1/sessions/<uuid:session_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("internal/wake", internal.wake, name="wake"),
    path(f"{_SESSION}/whip", whip.publish, name="whip"),
    path(f"{_SESSION}/whip/<slug:stream_id>/<str:resource>", whip.publication),
    path(f"{_SESSION}/whep/<slug:stream_id>", whip.subscribe, name="whep"),
    path(f"{_SESSION}/whep/<slug:stream_id>/<str:resource>", whip.subscription),
    path(f"{_SESSION}/whep/<slug:stream_id>/<str:resource>/video", whip.picture),
    path(f"{_SESSION}/gladi/whip", practice.publish, name="practice-whip"),
    path(f"{_SESSION}/gladi/whip/<str:resource>", practice.connection),
    path(f"{_SESSION}/gladi/whep", practice.subscribe, name="practice-whep"),
    path(f"{_SESSION}/gladi/whep/<str:resource>", practice.connection),
]

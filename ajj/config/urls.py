"""Every address of the site."""

from django.urls import include, path

from ajj.config.api import api
from ajj.config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    # Raw-body protocols (WHIP, WHEP, tus, segment bytes) come before the JSON API on one prefix.
    path("", include("realtime.urls")),
    path("", include("recordings.urls")),
    path("", include("ajj.assessment.urls")),
    path("api/v1/", api.urls),
    path("", include("ajj.documents.urls")),
    path("", include("ajj.people.urls")),
    path("", include("ajj.skema.urls")),
    path("", include("ajj.applications.urls")),
    path("", include("ajj.scheduling.urls")),
    path("", include("ajj.live.urls")),
    path("", include("ajj.gladi.urls")),
    path("", include("ajj.committee.urls")),
    path("", include("ajj.certificates.urls")),
    path("", include("ajj.notifications.urls")),
    path("", include("ajj.portal.urls")),
]

"""The ASGI application: HTTP by Django, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ajj.config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management.base import BaseCommand

http = get_asgi_application()
if settings.PRODUCTION:
    # Raises SystemCheckError: an unsafe production start never answers a request.
    BaseCommand().check(databases=["default"])

from realtime.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": SessionMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)

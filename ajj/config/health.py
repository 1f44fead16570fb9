"""Is the process up; can it serve."""

from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "up"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and storage answer and no migration is pending; else 503 and why."""
    problems: dict[str, str] = {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems["database"] = "migrations pending"
    except Exception as error:
        problems["database"] = str(error)
    try:
        default_storage.exists("readyz")
    except Exception as error:
        problems["storage"] = str(error)
    return JsonResponse(
        {"status": "ready" if not problems else "not ready", "problems": problems},
        status=503 if problems else 200,
    )

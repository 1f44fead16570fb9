"""Cross-feature pages: the public face and each role's own front page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/how.html")


@require_safe
def complaint(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/complaint.html")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every state of every component, for the eye; served in DEBUG only."""
    return render(request, "portal/components.html")


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/dashboard.html")

"""Pages about one's own account."""

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.kernel.errors import DomainError
from ajj.people import selectors, services
from ajj.people.access import serve, show_errors, user_of
from ajj.people.forms import AccountForm, DocumentForm, LoginForm, PasswordForm, RegisterForm
from ajj.people.models import DocumentKind, IdentityDocument, Role

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class LoginView(auth_views.LoginView):
    """``/masuk/``; after too many failures axes answers with ``people/locked.html``."""

    form_class = LoginForm
    template_name = "people/login.html"
    redirect_authenticated_user = True


def _next(request: HttpRequest, otherwise: str) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else otherwise


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """``/daftar/``: an asesi makes an account and is signed in at once."""
    if request.user.is_authenticated:
        return redirect(_next(request, "portal:dashboard"))
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "consent"}
        try:
            user = services.register_asesi(**data, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            login(request, user, backend=MODEL_BACKEND)
            messages.success(request, _("Akun Anda siap. Pilih skema untuk memulai permohonan."))
            return redirect(_next(request, "skema:index"))
    status = 400 if form.errors else 200
    context = {"form": form, "next": _next(request, "")}
    return render(request, "people/register.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """``/profil/``: name, phone, zone; own documents; password."""
    user = user_of(request)
    start = {"name": user.name, "phone": user.phone, "zone": user.zone}
    form = AccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        services.update_account(user, **form.cleaned_data, now=timezone.now())
        messages.success(request, _("Akun tersimpan."))
        return redirect("people:profile")
    return _profile_page(request, form, DocumentForm(), status=400 if form.errors else 200)


def _profile_page(
    request: HttpRequest, form: AccountForm, document_form: DocumentForm, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    context = {
        "form": form,
        "document_form": document_form,
        "documents": IdentityDocument.objects.filter(user=user),
        "roles": selectors.roles_of(user),
        "is_asesi": user.has_role(Role.ASESI),
    }
    return render(request, "people/profile.html", context, status=status)


@login_required
@require_POST
def add_document(request: HttpRequest) -> HttpResponse:
    """Hand in a personal document from the profile."""
    user = user_of(request)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        kind = DocumentKind(form.cleaned_data["kind"])
        upload = form.cleaned_data["file"]
        try:
            services.add_document(user, kind, upload, actor=user, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Dokumen tersimpan."))
            return redirect("people:profile")
    start = {"name": user.name, "phone": user.phone, "zone": user.zone}
    return _profile_page(request, AccountForm(initial=start), form, status=400)


@login_required
@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """A personal document; looks by others than its owner are recorded."""
    user = user_of(request)
    row = get_object_or_404(selectors.visible_documents(user), pk=pk)
    services.note_document_read(user, row, now=timezone.now())
    return serve(request, row)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """``/profil/sandi/``; other sessions of the account end."""
    user = user_of(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        services.note_password_change(user, now=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Kata sandi diganti. Sesi di perangkat lain berakhir."))
        return redirect("people:profile")
    status = 400 if form.errors else 200
    return render(request, "people/password.html", {"form": form}, status=status)

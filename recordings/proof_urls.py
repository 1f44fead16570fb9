from django.urls import URLPattern, URLResolver, path

from recordings import proofviews

app_name = "proof"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sesi/<uuid:session_id>/tanda-terima/", proofviews.receipt, name="receipt"),
    path("sesi/<uuid:session_id>/tanda-terima.pdf", proofviews.receipt_pdf, name="receipt_pdf"),
    path("verifikasi/sesi/", proofviews.look, name="look"),
    path("verifikasi/verify.py", proofviews.program, name="program"),
]

from django.urls import URLPattern, URLResolver, path

from ajj.assessment.views import (
    answers,
    batches,
    evidence,
    papers,
    reports,
    signatures,
    signed,
    ujian,
    versions,
)

app_name = "assessment"
EVIDENCE = "api/v1/sessions/<uuid:session_id>/evidence"
FORMS = "permohonan/<str:nomor>/formulir"
REPORT = "permohonan/<str:nomor>/laporan"
BLANKS = "skema/<int:pk>/formulir"
urlpatterns: list[URLPattern | URLResolver] = [
    path(EVIDENCE, evidence.collection, name="evidence"),
    path(f"{EVIDENCE}/", evidence.collection),
    path(f"{EVIDENCE}/<uuid:upload_id>", evidence.resource, name="upload"),
    path(f"{EVIDENCE}/<uuid:upload_id>/thumb", evidence.thumb, name="evidence_thumb"),
    path(f"{EVIDENCE}/<uuid:evidence_id>/file", evidence.file, name="evidence_file"),
    path(f"{FORMS}/", papers.of_permohonan, name="forms"),
    path(f"{FORMS}/semua.zip", papers.bundle, name="form_bundle"),
    path(f"{FORMS}/<str:code>.pdf", papers.form, name="form"),
    path(f"{FORMS}/<str:code>/isi/", answers.screen, name="form_screen"),
    path(f"{FORMS}/<str:code>/isi/simpan/", answers.autosave, name="form_autosave"),
    path(f"{FORMS}/<str:code>/isi/sesuaikan/", versions.adjust, name="form_adjust"),
    path(f"{FORMS}/<str:code>/isi/mulai/", versions.begin_from, name="form_begin_from"),
    path(f"{FORMS}/<str:code>/isi/versi/<int:number>/", versions.older, name="form_version"),
    path(f"{REPORT}/", reports.one, name="report"),
    path(f"{REPORT}/kelompok.pdf", reports.group, name="report_group"),
    path(f"{REPORT}/ajukan/", reports.submit, name="report_submit"),
    path(f"{REPORT}/terima/", reports.receive, name="report_receive"),
    path(f"{REPORT}/kembalikan/", reports.give_back, name="report_return"),
    path(f"{REPORT}/<int:number>/", reports.revision, name="report_revision"),
    path(f"{REPORT}/<int:number>/tanda-terima/", reports.receipt, name="report_receipt"),
    path(f"{REPORT}/<int:number>/laporan.zip", reports.bundle, name="report_bundle"),
    path("laporan/", reports.index, name="reports"),
    path(f"{FORMS}/<str:code>/tanda/", signatures.desk, name="form_sign"),
    path(f"{FORMS}/<str:code>/tanda/naskah/", signatures.prepare, name="form_prepare"),
    path(f"{FORMS}/<str:code>/tanda/naskah.pdf", signatures.manuscript, name="manuscript"),
    path("tanda/<str:code>/", signed.page, name="signed"),
    path(f"{BLANKS}/", papers.of_skema, name="blank_forms"),
    path(f"{BLANKS}/<str:code>.pdf", papers.blank, name="blank_form"),
    path(f"{BLANKS}/perangkat/", papers.choose_set, name="choose_forms"),
    path("permohonan/<str:nomor>/ujian/", ujian.of_permohonan, name="ujian_list"),
    path("ujian/luring.js", ujian.worker, name="ujian_worker"),
    path("ujian/<uuid:pk>/", ujian.take, name="ujian"),
    path("ujian/<uuid:pk>/tanya/", ujian.ask, name="ujian_ask"),
    path("ujian/<uuid:pk>/nilai/", ujian.judge, name="ujian_judge"),
    path("ujian/<uuid:pk>/waktu/", ujian.give_back, name="ujian_give_back"),
    path("ujian/<uuid:pk>/batal/", ujian.cancel, name="ujian_cancel"),
    path("formulir/", batches.index, name="batches"),
    path("formulir/<uuid:pk>/", batches.one, name="batch"),
    path("formulir/<uuid:pk>/formulir.zip", batches.file, name="batch_file"),
]

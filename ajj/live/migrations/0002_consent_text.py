"""The first text that people agree to before they are recorded."""

from datetime import datetime, timezone

from django.db import migrations

TEXT = """Sesi ini direkam. Suara, gambar kamera, dan layar yang Anda bagikan disimpan sejak Anda \
masuk sampai sesi berakhir, bersama catatan sesi: waktu masuk dan keluar, percakapan tertulis, \
bukti yang Anda unggah, dan penilaian asesor.

Tujuannya satu: menjadi bukti asesmen Anda. Rekaman hanya dibuka oleh asesor yang ditugaskan, \
komite teknis yang memutuskan, petugas banding, dan auditor. Setiap kali rekaman dibuka, hal itu \
dicatat.

Rekaman disimpan sampai sertifikat berakhir; bila Anda belum kompeten, sampai masa banding lewat. \
Setelah itu rekaman dihapus.

Anda berhak meminta salinan data Anda, meminta perbaikan, dan menarik persetujuan ini \
(Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi). Tanpa persetujuan, asesmen \
jarak jauh tidak dapat berlangsung dan LSP akan menawarkan asesmen tatap muka."""


def publish(apps, schema_editor):
    apps.get_model("live", "ConsentText").objects.get_or_create(
        version="2026-1",
        defaults={"text": TEXT, "published_at": datetime(2026, 1, 5, tzinfo=timezone.utc)},
    )


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]

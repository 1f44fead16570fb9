from django.db import migrations, models

CHOICES = [
    ("by_asesor", "Ruang tunggu: asesor mempersilakan masuk"),
    ("on_arrival", "Langsung masuk saat datang"),
]


class Migration(migrations.Migration):
    """Sessions that were fixed before there was a waiting room keep their open door."""

    dependencies = [("scheduling", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="jadwal",
            name="admission",
            field=models.CharField(choices=CHOICES, default="on_arrival", max_length=12),
        ),
        migrations.AlterField(
            model_name="jadwal",
            name="admission",
            field=models.CharField(choices=CHOICES, default="by_asesor", max_length=12),
        ),
    ]

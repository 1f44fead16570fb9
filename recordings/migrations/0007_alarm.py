import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('live', '0003_media_key'),
        ('recordings', '0006_backup'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, max_length=96)),
                ('kind', models.CharField(max_length=24)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('since_ms', models.BigIntegerField()),
                ('raised_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='live.session')),
            ],
            options={
                'ordering': ['-raised_at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='alarm',
            index=models.Index(fields=['cleared_at', 'session'], name='recordings__cleared_74c613_idx'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at__isnull', True)), fields=('session', 'about', 'kind'), name='one_open_alarm_per_thing'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0007_alarm'),
    ]

    operations = [
        migrations.AddField(
            model_name='gap',
            name='media',
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.RemoveConstraint(
            model_name='gap',
            name='one_gap_per_moment',
        ),
        migrations.AddConstraint(
            model_name='gap',
            constraint=models.UniqueConstraint(fields=('stream', 'start_ms', 'noted', 'media'), name='one_gap_per_moment'),
        ),
    ]

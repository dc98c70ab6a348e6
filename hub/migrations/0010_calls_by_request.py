from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: a migration that locks two tables and a worker that uses both could wait for each other."""

    dependencies = [("hub", "0009_jobs_by_end")]

    operations = [
        migrations.AddField(
            model_name="apicall",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The request or schedule that led to it.",
                max_length=64,
            ),
        ),
    ]

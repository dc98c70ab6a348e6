from django.db import migrations, models

from hub.quiet import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("hub", "0010_calls_by_request")]

    operations = [
        AddIndexQuietly(
            "writebatch",
            models.Index(fields=["created_at"], name="open_write_batches", condition=~models.Q(state="settled")),
        ),
    ]

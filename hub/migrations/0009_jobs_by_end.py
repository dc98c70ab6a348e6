from django.db import migrations, models

from hub.quiet import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("hub", "0008_lost_at")]

    operations = [
        AddIndexQuietly("syncjob", models.Index(fields=["finished_at"], name="hub_syncjob_finishe_b791cb_idx")),
    ]

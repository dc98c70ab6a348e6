"""When each cached list was fetched; of lists fetched before, as their entries tell."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, Max

import hub.models.owned


def told_by_entries(apps, schema_editor):
    item, fetch = (apps.get_model("hub", name) for name in ("ReferenceItem", "ReferenceFetch"))
    lists = item.objects.order_by().values("connection_id", "kind").annotate(at=Max("fetched_at"), n=Count("pk"))
    fetch.objects.bulk_create(
        fetch(connection_id=one["connection_id"], kind=one["kind"], fetched_at=one["at"], entries=one["n"])
        for one in lists
    )


class Migration(migrations.Migration):
    dependencies = [("hub", "0003_kept_for_people")]

    operations = [
        migrations.CreateModel(
            name="ReferenceFetch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("entries", models.PositiveIntegerField(default=0)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reference_fetches",
                        to="hub.connection",
                    ),
                ),
            ],
            options={
                "ordering": ["connection", "kind"],
                "constraints": [models.UniqueConstraint(fields=("connection", "kind"), name="list_fetched_once")],
            },
            bases=(hub.models.owned.Owned, models.Model),
        ),
        migrations.RunPython(told_by_entries, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hub', '0007_operations'),
    ]

    operations = [
        migrations.AddField(
            model_name='writebatch',
            name='lost_at',
            field=models.DateTimeField(blank=True, help_text='When it was first seen that no answer had come.', null=True),
        ),
    ]

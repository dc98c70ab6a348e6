"""The demonstration from beginning to end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from celery import current_app
from django.contrib.auth import get_user_model
from django.db import connections

from hub.config_file import apply, read
from hub.embedded import EmbeddedBroker, running_url
from hub.installation import LOCK, installation
from hub.supervisor import Supervisor
from integrations.base.sandbox.server import served

from . import file
from .again import edits, second_run
from .lantern_bay.edits import approve
from .lantern_bay.tenant import MriTenant
from .runs import Result, Tell, run_all, run_stage, table
from .seeds import Ground, prepare
from .work import work

HOST = "127.0.0.1"
PASSWORD = "tieback-demo"  # noqa: S105  of a demonstration that only this machine can reach


class Unexpected(RuntimeError):
    """Something is not as declared beside the seeds; one line for each difference."""


@dataclass(frozen=True)
class Show:
    """A demonstration that is running."""

    ground: Ground
    supervisor: Supervisor
    data_dir: Path
    urls: Mapping[str, str]  # of the pretend vendors, by name

    def load(self, *, schedules: bool) -> int:
        """Write the configuration file and load it; gives back the number of its entries."""
        path = file.write(self.data_dir, self.ground, self.urls, schedules=schedules)
        return len(apply(read(path)))

    def first_run(self, tell: Tell) -> list[str]:
        """Run every stage and show the table; gives back how it differs from what is expected."""
        tell("\nEvery stage of every tenant, through the worker:")
        people = partial(work, self.ground)
        results: list[Result] = list(run_all(self.ground, tell, self.supervisor.check, people))
        tell("")
        for line in table(results):
            tell(line)
        return [fault for result in results for fault in result.faults]

    def get_ready(self) -> None:
        """For people: schedules, lists of codes and accounts that the value map can choose from, and a claim that waits
        for their word."""
        self.load(schedules=True)
        for tenant in self.ground.tenants:
            if isinstance(tenant, MriTenant):
                with self.ground.locked():
                    approve(tenant)
                run_stage(tenant.slug, "draws", self.supervisor.check)
        current_app.send_task("hub.tasks.refresh_lists")

    def second_half(self, tell: Tell) -> list[str]:
        """Once more, then a few edits; gives back how it differs from what is expected."""
        tell("\nThe same once more: nothing to write.")
        faults = list(second_run(self.ground, tell, self.supervisor.check))
        tell("\nA few edits:")
        return faults + list(edits(self.ground, tell, self.supervisor.check))


@contextmanager
def demonstration(data_dir: Path, port: int, tell: Tell) -> Iterator[Show]:
    """The pretend vendors, a fresh installation beside them, and its configuration loaded."""
    address = f"http://{HOST}:{port}"
    ground = prepare(f"{address}/connect/callback")
    with ExitStack() as stack:
        urls = {name: stack.enter_context(served(vendor)) for name, vendor in ground.vendors.items()}
        ground.procore.world.files_url = urls["Procore"]
        for name, url in urls.items():
            tell(f"{name:<9} pretend, {url}/")
        up = installation(
            data_dir,
            host=HOST,
            port=port,
            environment={"TIEBACK_BASE_URL": address},
            prepare=lambda: _clear(data_dir),
            tell=tell,
        )
        supervisor = stack.enter_context(up)
        current_app.conf.broker_url = running_url(data_dir)
        _add_users()
        show = Show(ground, supervisor, data_dir, urls)
        tell(f"config    {show.load(schedules=False)} entries loaded from {data_dir / 'tieback.toml'}")
        yield show


def _clear(data_dir: Path) -> None:
    """Begin with nothing: what an earlier demonstration has left is stopped and removed."""
    EmbeddedBroker(data_dir).stop()
    connections.close_all()
    for path in data_dir.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _add_users() -> None:
    users = get_user_model().objects
    users.create_superuser("admin", "admin@tieback.example", PASSWORD)
    users.create_user("manager", "manager@harbour-lane.example", PASSWORD)
    users.create_user("viewer", "viewer@kauri-ridge.example", PASSWORD)

"""The pages of jobs and records, problems by cause, and approvals."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hub.engine.run import run
from hub.engine.start import start
from hub.models import (
    JobRecord,
    LinkedEntity,
    Problem,
    ProblemState,
    RecordState,
    Role,
    SyncJob,
    TenantStage,
    Trigger,
)
from hub.words import named
from tests.admin.house import House

pytestmark = pytest.mark.django_db


def get(two: House, name: str, *args: object, role: Role = Role.OPERATOR, **query: str) -> str:
    client = two.as_(two.harbour.people[role])
    return client.get(reverse(f"admin:{name}", args=args), query).content.decode()


def post(two: House, name: str, *args: object, role: Role = Role.OPERATOR, **data: object) -> str:
    client = two.as_(two.harbour.people[role])
    return client.post(reverse(f"admin:{name}", args=args), data, follow=True).content.decode()


def newest() -> SyncJob:
    job = SyncJob.objects.order_by("-pk").first()
    assert job is not None
    return job


def use_orders_of_harbour(two: House) -> None:
    """The pretend services hold the first customer's records again, with one order mended."""
    two.shop.orders, two.vault.papers = {}, dict(two.papers)
    for number in range(1, 5):
        two.shop.put(str(number), number=f"HARBOURMARK-{number}", name=f"HARBOURMARK order {number}")
    two.shop.put("90", number="HARBOURMARK-90", name="named now")


def test_a_job_tells_what_became_of_every_record_and_why(two: House) -> None:
    html = get(two, "hub_syncjob_change", two.harbour.job.pk)
    assert "Some records are problems" in html
    assert "4 created" in html
    assert "1 rejected" in html
    assert "Order HARBOURMARK-90 has no name." in html
    assert "Give it a name in the shop." in html
    assert "by hand by harbourmark-au-operator" in html
    assert 'href="https://shop.example/1"' in html
    assert 'href="https://vault.example/' in html


def test_records_are_filtered_and_found(two: House) -> None:
    job = two.harbour.job.pk
    rejected = get(two, "hub_syncjob_change", job, outcome="rejected")
    assert "HARBOURMARK-90" in rejected
    assert "HARBOURMARK order 2" not in rejected
    found = get(two, "hub_syncjob_change", job, q="order 2")
    assert "HARBOURMARK order 2" in found
    assert "HARBOURMARK order 3" not in found
    assert "No records that match" in get(two, "hub_syncjob_change", job, q="nowhere")


def test_the_calls_of_a_job_with_their_bodies(two: House) -> None:
    html = get(two, "hub_syncjob_change", two.harbour.job.pk, tab="calls")
    assert "PUT" in html
    call = two.harbour.job.api_calls.filter(method="PUT").first()
    assert call is not None
    body = get(two, "hub_apicall_change", call.pk)
    assert "HARBOURMARK order" in body
    assert "Received" in body


def test_a_failed_job_gives_reason_and_fix(two: House) -> None:
    job = two.harbour.job
    SyncJob.objects.filter(pk=job.pk).update(
        state="failed", error="The login is dead.", error_fix="Connect again.", traceback="Trace"
    )
    html = get(two, "hub_syncjob_change", job.pk)
    assert "The login is dead." in html
    assert "Connect again." in html
    assert "Details for a bug report" in html


def test_run_again_asks_for_the_same(two: House) -> None:
    keyed = start(two.harbour.row, trigger=Trigger.SHELL, keys=["HARBOURMARK-1"], preview=True).job
    run(keyed.pk)
    post(two, "hub_job_again", keyed.pk)
    assert (newest().keys, newest().gate, newest().trigger) == (["HARBOURMARK-1"], "preview", "page")
    assert newest() != keyed


def test_an_open_job_is_polled_and_its_end_loads_the_page_again(two: House) -> None:
    job = start(two.harbour.row, trigger=Trigger.PAGE).job
    assert 'hx-trigger="every 2s"' in get(two, "hub_syncjob_change", job.pk)
    client = two.as_(two.harbour.people[Role.VIEWER])
    live = reverse("admin:hub_job_live", args=[job.pk])
    assert "HX-Refresh" not in client.get(live).headers
    run(job.pk)
    assert client.get(live).headers["HX-Refresh"] == "true"


def test_a_record_shows_difference_request_and_links(two: House) -> None:
    record = JobRecord.objects.get(job=two.harbour.plan, state=RecordState.WAITING)
    html = get(two, "hub_jobrecord_change", record.pk)
    assert "HARBOURMARK order 1 renamed" in html
    assert "Waits for approval" in html
    assert "Open in Shop" in html
    created = JobRecord.objects.get(job=two.harbour.job, source_id="2")
    html = get(two, "hub_jobrecord_change", created.pk)
    assert "PUT /papers" in html.replace("<wbr>", "")
    assert "the call and its answer" in html


def test_markup_in_names_stays_text(two: House) -> None:
    evil = '<script>alert("x")</script>'
    JobRecord.objects.filter(job=two.harbour.job).update(label=evil, message=evil, diff=[["name", evil, evil]])
    Problem.objects.update(label=evil, message=evil, title=evil)
    TenantStage.objects.filter(pk=two.harbour.row.pk).update(schedule="")
    type(two.harbour.tenant).objects.filter(pk=two.harbour.tenant.pk).update(name=evil)
    record = JobRecord.objects.filter(job=two.harbour.job).first()
    assert record is not None
    pages = (
        ("index",),
        ("hub_syncjob_change", two.harbour.job.pk),
        ("hub_jobrecord_change", record.pk),
        ("hub_problem_changelist",),
        ("hub_approvals",),
        ("hub_tenant_changelist",),
        ("hub_tenant_page", two.harbour.tenant.pk),
        ("hub_jobrecord_changelist",),
    )
    for name, *args in pages:
        assert evil not in get(two, str(name), *args), name


@pytest.mark.parametrize(
    ("key", "source_id", "label", "shown"),
    [
        ("SC-7", "90210", "Formwork", 'Formwork<span class="tb-sub beneath">SC-7</span>'),
        ("SI-55", "90210", "SI-55: paid in full", "SI-55: paid in full"),
        ("0d5f2b", "0d5f2b", "Ironbark Joinery", "Ironbark Joinery"),
        ("SC-7", "90210", " ", "SC-7"),
        ("", "90210", "Formwork", "Formwork"),
        ("<b>", "90210", "<i>", '&lt;i&gt;<span class="tb-sub beneath">&lt;b&gt;</span>'),
    ],
)
def test_a_name_comes_first_and_its_key_only_where_it_says_more(
    key: str, source_id: str, label: str, shown: str
) -> None:
    assert named(JobRecord(source_key=key, source_id=source_id, label=label)) == shown
    assert named(LinkedEntity(source_key=key, source_id=source_id, label=label)) == shown


# Problems.


def test_problems_are_grouped_by_cause_with_the_fix(two: House) -> None:
    html = get(two, "hub_problem_changelist")
    assert html.count("What to do:") == 1
    assert "Order HARBOURMARK-90 has no name." in html
    assert "Retry it" in html


def test_retry_of_a_cause_sends_just_its_records(two: House) -> None:
    use_orders_of_harbour(two)
    post(two, "hub_problem_act", stage=two.harbour.row.pk, code="no_name", retry="1")
    job = newest()
    assert (job.source_ids, job.trigger) == (["90"], "page")
    assert run(job.pk).counts == {"created": 1}
    problem = Problem.objects.get(tenant_stage=two.harbour.row)
    assert problem.state == ProblemState.RESOLVED
    assert "No open problems" in get(two, "hub_problem_changelist")
    assert "HARBOURMARK-90" in get(two, "hub_problem_changelist", state="resolved")


def test_ignoring_needs_a_reason_and_can_be_taken_back(two: House) -> None:
    problem = Problem.objects.get(tenant_stage=two.harbour.row)
    assert "Say why" in post(two, "hub_problem_act", problem=problem.pk, ignore="1", reason="  ")
    post(two, "hub_problem_act", problem=problem.pk, ignore="1", reason="A test order.")
    problem.refresh_from_db()
    assert (problem.state, problem.ignored_reason, problem.decided_by) == (
        "ignored",
        "A test order.",
        two.harbour.people[Role.OPERATOR],
    )
    assert "A test order." in get(two, "hub_problem_changelist", state="ignored")
    post(two, "hub_problem_act", problem=problem.pk, reopen="1")
    problem.refresh_from_db()
    assert (problem.state, problem.ignored_reason) == ("open", "")


def test_viewers_cannot_act_on_problems(two: House) -> None:
    problem = Problem.objects.get(tenant_stage=two.harbour.row)
    client = two.as_(two.harbour.people[Role.VIEWER])
    assert client.post(reverse("admin:hub_problem_act"), {"problem": problem.pk, "retry": "1"}).status_code == 403
    assert "Retry" not in get(two, "hub_problem_changelist", role=Role.VIEWER)


def test_a_problems_own_address_leads_to_its_cause(two: House) -> None:
    problem = Problem.objects.get(tenant_stage=two.harbour.row)
    client = two.as_(two.harbour.people[Role.VIEWER])
    answer = client.get(reverse("admin:hub_problem_change", args=[problem.pk]), follow=True)
    assert "Order HARBOURMARK-90 has no name." in answer.content.decode()


def test_long_causes_are_cut_and_paged(two: House) -> None:
    now = Problem.objects.get(tenant_stage=two.harbour.row)
    more = [
        Problem(
            tenant_stage=two.harbour.row,
            source_id=f"x{n}",
            source_key=f"X{n:03}",
            label=f"Extra {n:03}",
            code="no_name",
            title="No name",
            message="m",
            fix="f",
            first_seen=now.first_seen,
            last_seen=now.last_seen,
        )
        for n in range(60)
    ]
    Problem.objects.bulk_create(more)
    assert "Show all 61" in get(two, "hub_problem_changelist")
    page = get(two, "hub_problem_changelist", stage=str(two.harbour.row.pk), code="no_name")
    assert "1–50 of 61" in page
    assert "Extra 007" in get(two, "hub_problem_changelist", q="extra 007", code="no_name")


# Approvals.


def test_approved_records_are_sent_exactly_as_shown(two: House) -> None:
    use_orders_of_harbour(two)
    two.shop.orders["1"]["name"] = "HARBOURMARK order 1 renamed"
    record = JobRecord.objects.get(job=two.harbour.plan, state=RecordState.WAITING)
    assert "HARBOURMARK order 1 renamed" in get(two, "hub_approvals", role=Role.APPROVER)
    post(two, "hub_job_decide", two.harbour.plan.pk, role=Role.APPROVER, record=record.pk, approve="1")
    record.refresh_from_db()
    assert (record.state, record.decided_by) == (RecordState.APPROVED, two.harbour.people[Role.APPROVER])
    job = run(newest().pk)
    assert (job.trigger, job.approves, job.counts) == ("approval", two.harbour.plan, {"updated": 1})
    assert "HARBOURMARK order 1 renamed" in [paper["name"] for paper in two.vault.papers.values()]
    assert "Nothing waits for approval" in get(two, "hub_approvals", role=Role.APPROVER)


def test_declined_records_are_not_sent(two: House) -> None:
    record = JobRecord.objects.get(job=two.harbour.plan, state=RecordState.WAITING)
    jobs = SyncJob.objects.count()
    said = post(two, "hub_job_decide", two.harbour.plan.pk, role=Role.APPROVER, record=record.pk, decline="1")
    assert "1 declined" in said
    record.refresh_from_db()
    assert (record.state, SyncJob.objects.count()) == (RecordState.DECLINED, jobs)
    assert "None of these records waits" in post(
        two, "hub_job_decide", two.harbour.plan.pk, role=Role.APPROVER, all="1"
    )


def test_an_approval_that_cannot_start_leaves_the_records_waiting(two: House) -> None:
    TenantStage.objects.filter(pk=two.harbour.row.pk).update(enabled=False)
    said = post(two, "hub_job_decide", two.harbour.plan.pk, role=Role.APPROVER, all="1")
    assert "switched off" in said
    assert JobRecord.objects.filter(job=two.harbour.plan, state=RecordState.WAITING).count() == 1


def test_nothing_ticked_approves_nothing(two: House) -> None:
    post(two, "hub_job_decide", two.harbour.plan.pk, role=Role.APPROVER, approve="1")
    assert JobRecord.objects.filter(job=two.harbour.plan, state=RecordState.WAITING).count() == 1


@pytest.mark.parametrize("wanted", ["moved", "problems", "nothing"])
def test_jobs_are_filtered_by_outcome(two: House, wanted: str) -> None:
    html = get(two, "hub_syncjob_changelist", outcome=wanted)
    shown = {job.pk for job in (two.harbour.job, two.harbour.plan) if f"Orders #{job.pk}" in html}
    expected = {
        "moved": {two.harbour.job.pk, two.harbour.plan.pk},
        "problems": {two.harbour.job.pk, two.harbour.plan.pk},
        "nothing": set(),
    }
    assert shown == expected[wanted]

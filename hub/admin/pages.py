"""The addresses of the hub's own pages, below the admin's."""

from __future__ import annotations

from . import (
    approvals,
    check_page,
    connect,
    connections,
    interface_page,
    job_page,
    links,
    problems,
    tenant_page,
    value_files,
    value_page,
)

ROUTES = (
    ("hub/tenant/<int:pk>/page/", tenant_page.show, "hub_tenant_page"),
    ("hub/tenant/<int:pk>/page/live/", tenant_page.live, "hub_tenant_live"),
    ("hub/tenant/<int:pk>/run-due/", tenant_page.begin_due, "hub_tenant_due"),
    ("hub/tenant/<int:pk>/stages/<slug:stage>/start/", tenant_page.begin, "hub_tenant_start"),
    ("hub/tenant/<int:pk>/check/", check_page.show, "hub_tenant_check"),
    ("hub/tenant/<int:pk>/repair/", check_page.repair, "hub_tenant_repair"),
    ("hub/tenant/<int:pk>/lists/refresh/", value_page.refresh_lists, "hub_tenant_refresh"),
    ("hub/tenant/<int:pk>/values/<slug:kind>/", value_page.show, "hub_tenant_values"),
    ("hub/tenant/<int:pk>/values/<slug:kind>/export/", value_files.export, "hub_tenant_values_export"),
    ("hub/tenant/<int:pk>/values/<slug:kind>/import/", value_files.upload, "hub_tenant_values_import"),
    ("hub/tenant/<int:pk>/values/<slug:kind>/import/store/", value_files.store_upload, "hub_tenant_values_store"),
    ("hub/job/<int:pk>/live/", job_page.live, "hub_job_live"),
    ("hub/job/<int:pk>/cancel/", job_page.cancel, "hub_job_cancel"),
    ("hub/job/<int:pk>/again/", job_page.again, "hub_job_again"),
    ("hub/job/<int:pk>/decide/", job_page.decide, "hub_job_decide"),
    ("hub/approvals/", approvals.show, "hub_approvals"),
    ("hub/problem/act/", problems.act, "hub_problem_act"),
    ("hub/link/<int:pk>/remove/", links.remove, "hub_link_remove"),
    ("hub/link/<int:pk>/settle/", links.settle, "hub_link_settle"),
    ("hub/link/<int:pk>/act/", links.act, "hub_link_act"),
    ("hub/login/<int:pk>/connect/", connect.begin, "hub_grant_connect"),
    ("hub/login/<int:pk>/accounts/", connect.accounts, "hub_grant_accounts"),
    ("hub/connection/<int:pk>/check/", connections.check, "hub_connection_check"),
    ("hub/interface/<int:pk>/", interface_page.show, "hub_interface"),
    ("hub/interface/<int:pk>/<str:operation>/", interface_page.edit, "hub_interface_edit"),
    ("hub/interface/<int:pk>/<str:operation>/probe/", interface_page.probe, "hub_interface_probe"),
    ("hub/interface/<int:pk>/<str:operation>/verify/", interface_page.verify, "hub_interface_verify"),
)

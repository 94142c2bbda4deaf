"""Every page Upheld adds to a site: `path("", include("upheld.urls"))`."""

from __future__ import annotations

from django.urls import path

from upheld.pages import (
    agents_api,
    authorising,
    browser_reports,
    cases,
    choices,
    console,
    correction,
    deletion,
    desk,
    download,
    email_change,
    fresh,
    given,
    handovers,
    inspections,
    me,
    notice,
    receipts,
    requests,
    retention,
    second_factor,
    unsubscribe,
    wellknown,
)

app_name = "upheld"

urlpatterns = [
    path("privacy/", notice.show, name="notice"),
    path("privacy/promise/<slug:sentence>/", notice.promise, name="promise"),
    path("privacy/versions/<str:day>/", notice.version, name="notice-version"),
    path("privacy/choices/", choices.choices, name="choices"),
    path("privacy/browser-reports/", browser_reports.browser_reports, name="browser-reports"),
    path("privacy/me/", me.overview, name="me"),
    path("privacy/me/held/<str:category>/", me.category, name="me-category"),
    path("privacy/me/edit/<str:column>/<str:pk>/", correction.edit, name="me-edit"),
    path("privacy/me/uses/", me.uses, name="me-uses"),
    path("privacy/me/given/", given.given, name="me-given"),
    path(
        "privacy/me/given/authorise/<slug:recipient>/", authorising.authorise, name="me-authorise"
    ),
    path("privacy/me/fresh/", fresh.confirm, name="fresh"),
    path("privacy/me/download/", download.download, name="me-download"),
    path("privacy/me/delete/", deletion.delete, name="me-delete"),
    path("privacy/me/requests/", requests.overview, name="me-requests"),
    path("privacy/me/requests/new/", requests.ask, name="me-ask"),
    path("privacy/me/requests/<uuid:id>/", requests.one, name="me-request"),
    path("privacy/requests/<str:token>/", requests.by_link, name="request"),
    path("privacy/api/v1/data-rights-request/", agents_api.collection, name="api-requests"),
    path("privacy/api/v1/data-rights-request/<uuid:id>/", agents_api.one, name="api-request"),
    path("privacy/receipts/<str:person>/", receipts.receipt, name="receipt"),
    path("privacy/receipts/<str:person>/proof/", receipts.proof, name="receipt-proof"),
    path("privacy/email/<str:token>/", email_change.confirm, name="email-confirm"),
    path("privacy/unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("privacy/console/", console.overview, name="console"),
    path("privacy/console/retention/", retention.retention, name="console-retention"),
    path("privacy/mail/<slug:mailbox>/", cases.desk, name="cases"),
    path("privacy/mail/<slug:mailbox>/<slug:token>/", cases.case, name="case"),
    path(
        "privacy/mail/<slug:mailbox>/<slug:token>/<int:pk>/",
        cases.attachment,
        name="case-attachment",
    ),
    path("privacy/console/inspections/", inspections.inspections, name="inspections"),
    path("privacy/console/hand-overs/", handovers.overview, name="handovers"),
    path("privacy/console/releases/new/", handovers.new_release, name="release-new"),
    path("privacy/console/releases/<int:pk>/", handovers.release, name="release"),
    path("privacy/console/second-factor/", second_factor.confirm, name="second-factor"),
    path("privacy/console/requests/", desk.desk, name="desk"),
    path("privacy/console/requests/phone/", desk.phone, name="desk-phone"),
    path("privacy/console/requests/<uuid:id>/", desk.one, name="desk-request"),
    path("privacy/console/documents/<uuid:id>/", desk.document, name="desk-document"),
    path(".well-known/security.txt", wellknown.security, name="security-txt"),
    path(".well-known/gpc.json", wellknown.gpc, name="gpc"),
    path(".well-known/change-password", wellknown.change_password, name="change-password"),
    path("healthz", wellknown.healthz, name="healthz"),
]

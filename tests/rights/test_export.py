from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile

from django.contrib.auth.models import User

from tests.rights.conftest import ENGINE, Person
from upheld import journal, rights
from upheld.context import purpose


def opened(subject: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(rights.export(subject))


def test_the_manifest_lists_every_file_with_its_hash(ann: Person) -> None:
    bundle = opened(ann.subject)
    manifest = json.loads(bundle.read("manifest.json"))
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    assert set(listed) == set(bundle.namelist()) - {"manifest.json"}
    for path, digest in listed.items():
        assert hashlib.sha256(bundle.read(path)).hexdigest() == digest


def test_each_category_comes_as_json_and_csv_that_say_the_same(ann: Person) -> None:
    bundle = opened(ann.subject)
    records = json.loads(bundle.read("json/free_text.json"))
    assert sorted(value for record in records for value in record.values() if " " in value) == [
        "All well",
        "Friendly at the desk",
        "Wants a quiet room",
    ]
    rows = list(csv.DictReader(io.StringIO(bundle.read("csv/free_text.csv").decode("utf-8-sig"))))
    assert [{k: v for k, v in row.items() if v} for row in rows] == records


def test_the_page_is_readable_and_escapes_what_people_wrote(ann: Person) -> None:
    with purpose("rights", actor=ENGINE, subject=ann.subject):
        User.objects.filter(pk=ann.user.pk).update(last_name="<script>alert(1)</script>")
    page = opened(ann.subject).read("index.html").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_a_formula_stays_text_in_a_spreadsheet(ann: Person) -> None:
    with purpose("rights", actor=ENGINE, subject=ann.subject):
        User.objects.filter(pk=ann.user.pk).update(first_name='=HYPERLINK("http://x.example")')
    content = opened(ann.subject).read("csv/name-legal.csv").decode("utf-8-sig")
    values = [value for row in csv.DictReader(io.StringIO(content)) for value in row.values()]
    assert '\'=HYPERLINK("http://x.example")' in values


def test_the_export_is_logged_for_the_person_to_see(ann: Person) -> None:
    opened(ann.subject)
    kinds = [entry.kind for entry in journal.events_of(ann.subject)]
    assert "export" in kinds


def test_a_secret_is_named_but_not_given_away(ann: Person) -> None:
    bundle = opened(ann.subject)
    with purpose("rights", actor=ENGINE):
        stored = User.objects.values_list("password", flat=True).get(pk=ann.user.pk)
    (record,) = json.loads(bundle.read("json/account-secret.json"))
    assert record["password"] == "kept as a secret, not shown"
    for name in bundle.namelist():
        assert stored not in bundle.read(name).decode()


def test_a_secret_that_does_not_exist_is_not_claimed(ann: Person) -> None:
    with purpose("rights", actor=ENGINE, subject=ann.subject):
        User.objects.filter(pk=ann.user.pk).update(password="")
    assert "json/account-secret.json" not in opened(ann.subject).namelist()

"""kill -9 of the shop at the worst moments: no order is lost, none is doubled.

The shop runs as its own process on a database of its own, so that what is committed is what
another process finds after the death.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests import databases
from tests.postgres import free_port
from tests.sites.appliance_shop.checkout.buyer import ADDRESS, GUEST
from tests.sites.provider_process import ProviderProcess

ROOT = Path(__file__).resolve().parents[4]
_SEAM = "sites.payments.stripe_checkout:StripeCheckout.start"
DIE_AT = {
    "before the provider is asked": f"{_SEAM}:before",
    "after the provider opened the page": f"{_SEAM}:after",
    "while the result is settled": "sites.appliance_shop.settlement.settle:_apply:after",
    "before the mail goes out": "sites.appliance_shop.servicemail.queue:send:before",
}
PROGRAM = """
import os, signal, sys
from importlib import import_module
spec = os.environ.get("DIE_AT", "")
import django; django.setup()
if spec:
    module, path, when = spec.split(":")
    holder = import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    real = getattr(holder, name)
    def dying(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(holder, name, dying)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


class ShopProcess:
    """The shop on a database of its own; `start(die_at)` again after each death."""

    def __init__(self, folder: Path, provider: ProviderProcess) -> None:
        self.folder, self.port = folder, free_port()
        self._file = folder / "appliance_shop" / "db.sqlite3"
        self._server = databases.one_more(connection, self._file, f"killed_{os.getpid()}")
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "provider").mkdir(parents=True)
        account = (provider.state / "account.json").read_bytes()
        (folder / "provider" / "account.json").write_bytes(account)
        self._env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("UPHELD_")},
            "DJANGO_SETTINGS_MODULE": "sites.appliance_shop.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
            "UPHELD_VAR": str(folder),
            "UPHELD_SITE_URL": self.url,
            "UPHELD_PROVIDER_URL": provider.url,
            **self._server,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *command],
            cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, die_at: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "runserver", "--noreload", f"127.0.0.1:{self.port}"],
            cwd=ROOT, env=self._env | {"DIE_AT": die_at}, stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
        )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/shipping-policy/", timeout=30).close()
                return
            except urllib.error.URLError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)
        raise AssertionError("the shop does not answer")

    def died(self) -> None:
        """Assert that the shop was killed and not stopped."""
        assert self._process is not None
        assert self._process.wait(timeout=30) == -signal.SIGKILL

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=30)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        if not self._server:
            with sqlite3.connect(self._file) as db:
                return db.execute(sql).fetchall()
        with psycopg.connect(
            host="127.0.0.1",
            port=self._server["UPHELD_PG_PORT"],
            user="upheld",
            dbname=self._server["UPHELD_PG_NAME"],
        ) as server:
            found = server.execute(sql.encode())
            return found.fetchall() if found.description else []

    def mails(self) -> int:
        files = (self.folder / "appliance_shop" / "mail").glob("*")
        return sum(file.read_text().count("\nSubject: ") for file in files)


class Browser:
    """Cookies, forms and their tokens; follows redirects inside the shop only."""

    def __init__(self, shop: ShopProcess) -> None:
        self._shop = shop
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def get(self, path: str) -> str:
        with self._opener.open(self._shop.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str, **form: str) -> str:
        """Post a form with the token of the page it stands on; return the final page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        data = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": token[1]}).encode()
        request = urllib.request.Request(
            self._shop.url + path, data, headers={"Referer": f"{self._shop.url}/basket/"}
        )
        with self._opener.open(request, timeout=60) as answer:
            self.at = answer.url
            return str(answer.read().decode())

    def walk_to_review(self) -> str:
        page = self.get("/catalogue/")
        product = re.search(r'href="(/catalogue/[a-z0-9-]+_(\d+)/)"', page)
        assert product is not None
        page = self.get(product[1])
        self.post(f"/basket/add/{product[2]}/", page, quantity="1")
        page = self.get("/checkout/")
        page = self.post("/checkout/", page, email=GUEST, email_again=GUEST)
        page = self.post("/checkout/delivery/", page, **ADDRESS)
        return self.post("/checkout/method/", page, method_code="standard")

    def press_pay(self, review: str) -> str:
        total = re.search(r'name="total" value="([0-9.]+)"', review)
        assert total is not None
        return self.post("/checkout/pay/", review, total=total[1])


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory,
    provider_session: ProviderProcess,
    django_db_setup: None,
) -> ShopProcess:
    """A shop with goods, made once."""
    shop = ShopProcess(tmp_path_factory.mktemp("killed"), provider_session)
    shop.manage("migrate", "-v", "0")
    shop.manage("sample_data", "--people", "1")
    return shop


@pytest.fixture
def shop(made: ShopProcess, provider: ProviderProcess) -> Iterator[ShopProcess]:
    provider.control("shop", url=made.url)
    yield made
    made.stop()


def test_the_shop_dies_and_the_order_lives(shop: ShopProcess, provider: ProviderProcess) -> None:
    for moment, die_at in DIE_AT.items():
        before = {row[0] for row in shop.rows("SELECT number FROM order_order")}
        mails = shop.mails()
        browser = Browser(shop)
        shop.start(die_at)
        review = browser.walk_to_review()
        asked_early = "provider" in moment
        if asked_early:
            with pytest.raises((urllib.error.URLError, ConnectionError, http.client.HTTPException)):
                browser.press_pay(review)
            shop.died()
            shop.start()
            page = browser.get("/checkout/")
            assert "The payment is not finished" in page, moment
            browser.post("/checkout/unpaid/", page, again="1")
        else:
            browser.press_pay(review)
        assert "/pay/" in browser.at, moment
        assert provider.type_card(browser.at).status == 303
        if not asked_early:
            shop.died()  # by the notification; the provider will repeat it
            shop.start()
        number = {row[0] for row in shop.rows("SELECT number FROM order_order")} - before
        assert len(number) == 1, moment
        end = time.monotonic() + 30
        while time.monotonic() < end and _state(shop, number) != "Paid":
            time.sleep(0.1)
        assert _state(shop, number) == "Paid", moment
        shop.rows("UPDATE servicemail_queuedmail SET claimed_at = NULL WHERE sent_at IS NULL")
        swept = json.loads(shop.manage("mind_orders", "--patience", "100000").splitlines()[-1])
        assert swept["given_up"] == 0
        (paid,) = shop.rows(
            "SELECT count(*), count(*) FILTER (WHERE outcome = 'success'), count(DISTINCT payment)"
            " FROM settlement_payment JOIN order_order o ON o.id = order_id"
            f" WHERE o.number = '{number.pop()}'"
        )
        assert paid == (1, 1, 1), moment
        assert shop.mails() == mails + 1, moment
        shop.stop()


def _state(shop: ShopProcess, number: set[object]) -> object:
    (row,) = shop.rows(f"SELECT status FROM order_order WHERE number = '{next(iter(number))}'")
    return row[0]

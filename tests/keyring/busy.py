"""Writers and readers that go on while key-encryption keys are rotated.

`python -m tests.keyring.busy <database as JSON> <keys folder> <name> <seconds>` runs two
threads and prints what they did as JSON; any error ends it with exit code 1.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import Counter

from tests.keyring import site


class Undone(Exception):
    """Rolls a transaction back."""


def work(name: str, seconds: float, done: Counter[str], errors: list[str]) -> None:
    from django.db import connection, transaction

    from upheld import keyring

    chance = random.Random(name)
    until = time.monotonic() + seconds
    number = 0
    try:
        while time.monotonic() < until:
            number += 1
            subject = f"member:{name}-{number}"
            try:
                with transaction.atomic():
                    site.write(subject)
                    if chance.random() < 0.2:
                        raise Undone
                done["written"] += 1
            except Undone:
                done["undone"] += 1
                site.write(subject)  # a key of the rolled back transaction must not be used
            if chance.random() < 0.1:
                keyring.destroy(f"member:{name}-{chance.randint(1, number)}")
                done["destroyed"] += 1
            if chance.random() < 0.2:
                site.forget()
                found = site.read_all()
                done["read"] += found["opened"]
    except Exception as error:  # whatever it is, the test must see it
        errors.append(repr(error))
    finally:
        connection.close()


def main() -> None:
    site.start(json.loads(sys.argv[1]), sys.argv[2])
    name, seconds = sys.argv[3], float(sys.argv[4])
    done: Counter[str] = Counter()
    errors: list[str] = []
    threads = [
        threading.Thread(target=work, args=(f"{name}{n}", seconds, done, errors)) for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({**done, "errors": errors}))
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()

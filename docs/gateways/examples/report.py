"""Usage: report.py KEY_ID SESSIONS BYTES_UP BYTES_DOWN, with the internal listener's address in CHASER."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    """The batch cannot be counted as it is: sending it again would not help."""


def report(authority: str, batch: str, usage: list[dict]) -> None:
    """Sends a batch until it is counted. Keep both until this returns: under the same id they count once."""
    body = json.dumps({"batch": batch, "usage": usage}).encode()
    request = urllib.request.Request(f"{authority}/usage", body, {"Content-Type": "application/json"})
    for pause in (1, 2, None):
        try:
            urllib.request.urlopen(request, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise Refused(json.load(error)["error"]["message"]) from error
            failure = error
        except OSError as error:
            failure = error
        if pause is None:
            raise failure
        time.sleep(pause)


if __name__ == "__main__":
    authority = os.environ.get("CHASER", "http://127.0.0.1:8081")
    batch = os.environ.get("BATCH", str(uuid.uuid4()))
    names = ("sessions", "bytes_up", "bytes_down")
    usage = [{"key_id": sys.argv[1], **dict(zip(names, map(int, sys.argv[2:])))}]
    try:
        report(authority, batch, usage)
    except Refused as refusal:
        sys.exit(f"refused: {refusal}")
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(f"counted as {batch}")

"""Usage: verify.py KEY, with the internal listener's address in CHASER."""

import http.client
import json
import os
import sys
from urllib.parse import urlsplit


class Authority:
    """One kept connection; make one for each thread."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)

    def verify(self, key: str) -> dict | None:
        """What is known of the key, or None if it is not good. Raises when nobody can know now: answer 503 then."""
        body = json.dumps({"key": key})
        self.connection.request("POST", "/verify", body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        told = json.load(answer)
        if answer.status != 200:
            raise RuntimeError(told["error"]["message"])
        return told if told["valid"] else None


if __name__ == "__main__":
    authority = Authority(os.environ.get("CHASER", "http://127.0.0.1:8081"))
    try:
        identity = authority.verify(sys.argv[1])
    except (OSError, RuntimeError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    print(json.dumps(identity))
    sys.exit(0 if identity else 1)

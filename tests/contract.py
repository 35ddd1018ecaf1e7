#!/usr/bin/env python3
"""Does the running service keep its contract? schemathesis asks it as a clinic, as an officer and as nobody.

usage: contract.py BASE SCHEMATHESIS DOCUMENT FOLDER

No 5xx, no status, media type, header or body that the document does not name; what the document forbids is refused.
Well-formed requests may be refused, too: the rules of filing are not in the document.
Real ids of the demonstration are handed over as a dictionary, so that half of the calls reach something.
"""

import json
import os
import random
import subprocess
import sys
import urllib.request
from pathlib import Path

BASE, SCHEMATHESIS, DOCUMENT, FOLDER = sys.argv[1:]
API = f"{BASE}/api/v1"
EXAMPLES = int(os.environ.get("CLINIC_TEST_EXAMPLES", "100"))
SEED = int(os.environ.get("CLINIC_TEST_SEED", random.randrange(1_000_000)))
# The one operation that would end the session of all the others is asked as nobody.
ROLES = [
    ("demo-clinic", EXAMPLES, ["--exclude-operation-id", "session_delete"]),
    ("demo-officer", max(EXAMPLES // 2, 1), ["--exclude-operation-id", "session_delete"]),
    (None, max(EXAMPLES // 6, 1), []),
]


def ask(path: str, token: str | None = None, body: dict | None = None) -> dict:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(API + path, data, headers)) as answer:
        return json.load(answer)


def sign_in(login: str) -> str:
    return ask("/sessions", body={"login": login, "password": "clinic-filing-demo"})["token"]


def known(token: str) -> dict[str, list[str]]:
    """Parameter: values that mean something in the demonstration."""
    filings = [filing["id"] for filing in ask("/filings", token)["items"]]
    whole = [ask(f"/filings/{filing}", token) for filing in filings]
    certificates = [filing["certificate_id"] for filing in whole if "certificate_id" in filing]
    codes = [ask(f"/certificates/{id}", token) for id in certificates]
    return {
        "path.filing_id": filings,
        "path.material_id": [material["id"] for filing in whole for material in filing["materials"]],
        "path.certificate_id": certificates,
        "path.filing_number": [clinic["number"] for clinic in ask("/clinics")["items"]],
        "path.code": [code["short_code"] for code in codes] + [code["code_url"].rsplit("/", 1)[1] for code in codes],
        "header.If-Match": ['"v1"', '"v2"', '"v3"', '"v4"'],
        "query.division": ["371502", "3715", "371502009"],
        "query.parent": ["370000", "371500", "371502"],
    }


def settings(values: dict[str, list[str]]) -> Path:
    quoted = lambda value: "'" + value + "'"
    # Pieces of an upload (tus 1.0) are bytes.
    hooks = Path(FOLDER) / "contract_hooks.py"
    hooks.write_text(
        "import schemathesis\n"
        "schemathesis.serializer.alias('application/offset+octet-stream', 'application/octet-stream')\n"
    )
    lines = [
        f'hooks = "{hooks}"',
        "[checks.negative_data_rejection]",
        # 412: a tag that is none of ours is a stale one (RFC 9110 §13.1.1).
        "expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]",
        # 422: a parameter that is missing is told as one that is wrong.
        "[checks.missing_required_header]",
        "expected-statuses = [400, 401, 403, 404, 422, 428]",
    ]
    for n, list_ in enumerate(values.values()):
        lines += [f"[dictionaries.d{n}]", f"values = [{', '.join(map(quoted, list_))}]"]
    lines.append("[parameters]")
    lines += [f'"{name}" = {{ dictionary = "d{n}", probability = 0.5 }}' for n, name in enumerate(values)]
    path = Path(FOLDER) / "schemathesis.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def main() -> int:
    failed = False
    # Before anything fails: who fails too often to sign in has to wait.
    tokens = {login: sign_in(login) for login, _, _ in ROLES if login}
    values = known(tokens["demo-clinic"])
    # One worker: CPython 3.11 keeps its parser's recursion depth in one place for all threads, and two of them trip over
    # it (SystemError: AST constructor recursion depth mismatch).
    for login, examples, more in ROLES:
        print(f"as {login or 'nobody'}: {examples} examples an operation, seed {SEED}", flush=True)
        command = [SCHEMATHESIS, "--config-file", str(settings(values)), "run", DOCUMENT, "--url", API]
        command += ["--phases", "examples,coverage,fuzzing", "--checks", "all"]
        command += ["--exclude-checks", "positive_data_acceptance", "--continue-on-failure", "--no-shrink"]
        command += ["--workers", "1", "--seed", str(SEED), "--max-examples", str(examples), *more]
        if login:
            command += ["--header", f"Authorization: Bearer {tokens[login]}"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True)
        counted = [line for line in done.stdout.splitlines() if " generated, " in line]
        print("\n".join(counted) if done.returncode == 0 else done.stdout + done.stderr, flush=True)
        failed |= done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

"""How many messages a second the Slack endpoint takes in, how often it syncs the disk, how soon a reply is queued.

    .venv/bin/python bench/serving.py [--quick] [--json]

Signed requests over real HTTP from a process of its own, 32 at once. Compared with a bare Bolt app on the same web
server, which verifies and acknowledges and keeps nothing, in turns in the same run. The database is on tmpfs where
there is one: then what is compared is work, not a disk. Syncs are counted by a shim between the program and libc.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from figures import Figure, Result, percentile, report
from serving_app import SECRET

HERE = Path(__file__).parent
AT_ONCE = 32
PEOPLE = 24
RATIO_GOAL = 0.8
SYNCS_GOAL = 1 / 8
REPLY_GOAL_MS = 30.0
_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static void note(void) {
    const char *path = getenv("SYNCS");
    int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file >= 0) { if (write(file, ".", 1)) {} close(file); }
}
int fsync(int fd) { note(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { note(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""


def request(number: int, text: str) -> bytes:
    """A signed event as Slack sends it, headers and all."""
    stamp = str(int(time.time()))
    ts = f"{stamp}.{number:06}"
    person = number % PEOPLE
    body = json.dumps(
        {
            "token": "t", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event_id": f"Ev{number:08}",
            "event_time": int(stamp),
            "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "UBOT", "is_bot": True}],
            "event": {
                "type": "message", "channel_type": "im", "channel": f"D{person:04}", "user": f"U{person:04}", "ts": ts,
                "event_ts": ts, "team": "T1", "client_msg_id": f"{number:032x}", "text": text,
                "blocks": [{"type": "rich_text", "block_id": "b", "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}],
            },
        }, ensure_ascii=False,
    ).encode()  # fmt: skip
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, packet: bytes) -> int:
    """Sends one request, reads its answer; the status."""
    writer.write(packet)
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    if b"content-length: " in lowered:
        length = int(lowered.split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def load(port: int, packets: Sequence[bytes]) -> float:
    """All requests, 32 at once; seconds. Fails if one is not acknowledged."""
    left = iter(packets)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for packet in left:
            status = await ask(reader, writer, packet)
            if status != 200:
                raise RuntimeError(f"answered with {status}")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(which: str, url: str = "", environment: dict[str, str] | None = None) -> Iterator[int]:
    """A server in a process of its own; its port. The vendor's API is an address where nobody answers."""
    port = free_port()
    nobody = f"http://127.0.0.1:{free_port()}/api/"
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serving_app.py"), which, str(port), url, nobody],
        env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server {which} did not start") from None
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def company() -> dict[str, object]:
    """A small company whose people have accounts."""
    people = [
        {
            "id": f"r{n}", "name": f"测试{n:02}", "aliases": [], "role": "rep", "org_unit": "all", "title": "",
            "channels": [{"channel": "slack", "id": f"U{n:04}"}],
        }
        for n in range(PEOPLE)
    ]  # fmt: skip
    accounts = [
        {"id": f"a{n}", "name": name, "aliases": [name[:2]], "industry": "", "city": "", "tier": "", "owner": f"r{n}"}
        for n, name in enumerate(("峻川精工有限公司", "禾野食品有限公司", "澄江水务有限公司"))
    ]
    contacts = [
        {"id": f"c{n}", "account": f"a{n}", "name": name, "title": "经理", "aliases": []}
        for n, name in enumerate(("卢远", "谭晓梅", "祝安"))
    ]
    return {
        "company": {
            "name": "测速公司", "currency": "CNY", "timezone": "Asia/Shanghai", "locale": "zh-CN",
            "fiscal_year_start_month": 1,
        },
        "org_units": [{"id": "all", "name": "全部", "aliases": [], "parent": None}],
        "users": people, "accounts": accounts, "contacts": contacts,
        "products": [{"id": "p", "name": "控制柜", "aliases": []}],
        "competitors": [], "opportunities": [], "stage_changes": [], "activities": [], "follow_ups": [],
        "payments": [], "quotas": [],
    }  # fmt: skip


REPORT = (
    "今天下午去峻川精工拜访了卢远经理，聊了控制柜的改造方案，他基本认可，觉得交期还要再压一压，"
    "让我们下周三之前把正式报价和施工计划发过去，另外他说月底要开内部评审会，到时候再约一次现场交流"
)


@contextmanager
def database(folder: Path) -> Iterator[str]:
    from datetime import UTC, datetime

    from storage.database import open_database
    from storage.importer import import_company

    made = folder / f"bench-{time.monotonic_ns()}.db"
    url = f"sqlite:///{made}"
    opened = open_database(url, check=False)
    opened.migrate()
    with opened.begin() as tx:
        import_company(tx, company(), at=datetime.now(UTC))
    opened.close()
    yield url
    for leaf in folder.glob(f"{made.name}*"):
        leaf.unlink()


def throughput(folder: Path, requests: int, rounds: int) -> Figure:
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        with served("bare") as port:
            asyncio.run(load(port, [request(n, "warm") for n in range(300)]))
            bare.append(asyncio.run(load(port, [request(n, REPORT) for n in range(requests)])))
        with database(folder) as url, served("door", url) as port:
            asyncio.run(load(port, [request(n, "warm") for n in range(10_000_000, 10_000_300)]))
            ours.append(asyncio.run(load(port, [request(n, REPORT) for n in range(requests)])))
    mine, theirs = median(ours) / requests * 1000, median(bare) / requests * 1000
    note = f"{1000 / mine:,.0f} a second against {1000 / theirs:,.0f}: {theirs / mine:.2f} of it"
    return Figure(
        "Slack endpoint, 32 at once: a message accepted", mine, "ms", theirs / RATIO_GOAL, theirs, "bare Bolt", note
    )


def syncs(folder: Path, requests: int) -> Figure:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise RuntimeError("syncs of the disk: no C compiler to count them with")
    (folder / "shim.c").write_text(_SHIM)
    shim, counted = folder / "shim.so", folder / "syncs"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(shim), str(folder / "shim.c"), "-ldl"], check=True)
    with database(folder) as url, served("door", url, {"LD_PRELOAD": str(shim), "SYNCS": str(counted)}) as port:
        asyncio.run(load(port, [request(n, "warm") for n in range(10_000_000, 10_000_064)]))
        counted.write_bytes(b"")
        asyncio.run(load(port, [request(n, REPORT) for n in range(requests)]))
        found = counted.stat().st_size
    return Figure("syncs of the disk, a message accepted at 32 at once", found / requests, "syncs", SYNCS_GOAL)


def reply(folder: Path, requests: int) -> list[Figure]:
    """From the request being sent to the reply being committed to the outbox, one after another, each a new report."""
    import sqlite3

    took: list[float] = []

    async def one_by_one(port: int, path: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        look = sqlite3.connect(path, isolation_level=None)
        for number in range(requests):
            packet = request(number, REPORT)
            began = time.perf_counter()
            if await ask(reader, writer, packet) != 200:
                raise RuntimeError("not acknowledged")
            while look.execute("select count(*) from outbox where key like 'reply:%'").fetchone()[0] <= number:
                await asyncio.sleep(0.0005)
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.01)

    with database(folder) as url, served("all", url) as port:
        time.sleep(2)  # the names are compiled
        asyncio.run(one_by_one(port, url.removeprefix("sqlite:///")))
    warm = took[len(took) // 10 :]
    note = f"95 % within {percentile(warm, 95):.0f} ms"
    return [
        Figure(
            "a 100-character report, from request to queued reply: median", median(warm), "ms", REPLY_GOAL_MS, note=note
        )
    ]


def burst(folder: Path, requests: int) -> Figure:
    """The whole program, workers and all, in one process: how long until everything is acknowledged."""
    with database(folder) as url, served("all", url) as port:
        time.sleep(2)
        took = asyncio.run(load(port, [request(n, REPORT) for n in range(requests)]))
    return Figure(
        "the same with the workers in the same process", took / requests * 1000, "ms",
        note=f"{requests / took:,.0f} a second while they are worked on",
    )  # fmt: skip


def measure(*, quick: bool) -> Result:
    result = Result()
    tmpfs = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="canmou-bench-", dir=tmpfs) as name:
        folder = Path(name)
        for part in (
            lambda: [throughput(folder, 1500 if quick else 6000, 1 if quick else 3)],
            lambda: [syncs(folder, 1000 if quick else 4000)],
            lambda: [burst(folder, 300 if quick else 1000)],
            lambda: reply(folder, 60 if quick else 300),
        ):
            try:
                result.figures.extend(part())
            except Exception as error:
                result.faults.append(f"serving: {error}")
    return result


def main() -> None:
    asked = argparse.ArgumentParser(description="How messages are taken in.")
    asked.add_argument("--quick", action="store_true", help="fewer messages")
    asked.add_argument("--json", action="store_true", help="for run.py")
    args = asked.parse_args()
    report(measure(quick=args.quick), as_json=args.json)


if __name__ == "__main__":
    main()

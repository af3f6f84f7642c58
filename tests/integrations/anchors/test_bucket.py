"""Heads of the audit trail in a bucket, over the wire of S3: made once, never replaced, and outages told and survived."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from integrations.anchors import open_anchors
from integrations.anchors.bucket import BucketAnchors
from integrations.anchors.file import FileAnchors
from store.domain.errors import SettingError
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditAnchor
from tests.integrations.anchors.s3 import S3, s3_server
from tests.store.makers import NOW

URL = "s3://audit/sergas/prod"


def anchor(seq: int) -> AuditAnchor:
    return AuditAnchor(seq, f"{seq:064x}")


@pytest.fixture
async def s3(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[S3]:
    async with s3_server() as server:
        environment = {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "canary-of-the-secret",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def anchors(s3: S3) -> BucketAnchors:
    opened = open_anchors(f"{URL}/")
    assert isinstance(opened, BucketAnchors)
    return opened


async def kept(anchors: BucketAnchors, *seqs: int) -> None:
    for seq in seqs:
        await anchors.keep(anchor(seq), NOW)


async def test_each_anchor_is_an_object_of_its_own_and_they_come_back_in_order(anchors: BucketAnchors, s3: S3) -> None:
    assert await anchors.latest() is None
    await kept(anchors, 1, 2, 9, 10, 11, 100, 1_000)

    assert await anchors.latest() == anchor(1_000)
    assert [one.seq async for one in open_anchors(URL).all()] == [1, 2, 9, 10, 11, 100, 1_000], "over several pages"
    key = f"sergas/prod/00000000000000000002-{anchor(2).hash}.json"
    assert json.loads(s3.objects[key]) == {"seq": 2, "hash": anchor(2).hash, "at": "2026-11-20T07:00:00+00:00"}


async def test_others_objects_outside_the_prefix_do_not_count(anchors: BucketAnchors, s3: S3) -> None:
    s3.objects["sergas/production/x"] = b""
    s3.objects["other"] = b""
    await kept(anchors, 1)

    assert [one.seq async for one in anchors.all()] == [1]


async def test_an_anchor_is_never_older_than_the_last_even_of_another_process(anchors: BucketAnchors, s3: S3) -> None:
    await kept(anchors, 5)
    other = open_anchors(URL)
    await other.keep(anchor(8), NOW)
    await kept(anchors, 4, 5, 7, 8)

    assert [one.seq async for one in anchors.all()] == [5, 8]
    assert await anchors.latest() == anchor(8)


async def test_what_stood_before_is_not_listed_again_for_the_latest(anchors: BucketAnchors, s3: S3) -> None:
    await kept(anchors, *range(1, 10))
    await anchors.latest()
    s3.lists = 0
    assert await anchors.latest() == anchor(9)
    assert s3.lists == 1


async def test_a_lost_answer_leaves_one_object(anchors: BucketAnchors, s3: S3) -> None:
    s3.lose = 1
    await kept(anchors, 1)

    assert len(s3.objects) == 1
    assert await anchors.latest() == anchor(1)


async def test_a_bucket_that_was_emptied_while_we_run_is_seen(anchors: BucketAnchors, s3: S3) -> None:
    await kept(anchors, 1, 2)
    assert await anchors.latest() == anchor(2)
    s3.objects.popitem()
    assert await anchors.latest() == anchor(1)
    s3.objects.clear()
    assert await anchors.latest() is None


async def test_an_object_that_is_no_anchor_is_told(anchors: BucketAnchors, s3: S3) -> None:
    await kept(anchors, 1)
    for name in ("readme.txt", f"00000000000000000000-{'0' * 64}.json", f"2-{'0' * 64}.json", "9/9.json"):
        s3.objects[f"sergas/prod/{name}"] = b"{}"
        with pytest.raises(AnchorsDamaged, match="is no anchor"):
            assert [one async for one in anchors.all()]
        del s3.objects[f"sergas/prod/{name}"]


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_an_outage_is_told_without_what_the_vendor_said_and_is_over_when_it_is(
    anchors: BucketAnchors, s3: S3, status: int
) -> None:
    await kept(anchors, 1)
    s3.refuse = status
    for attempt in (anchors.latest(), anchors.keep(anchor(2), NOW)):
        with pytest.raises(AnchorsUnavailable, match=f"{URL} cannot be read or written") as told:
            await attempt
        assert "canary" not in str(told.value)
        assert "AKIATEST" not in str(told.value)
    s3.refuse = None
    await kept(anchors, 2)
    assert await anchors.latest() == anchor(2)


async def test_a_server_that_is_not_there_is_told(anchors: BucketAnchors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(AnchorsUnavailable):
        await anchors.latest()


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
def test_three_vendors_and_paths_are_understood(scheme: str) -> None:
    assert isinstance(open_anchors(f"{scheme}://bucket/prefix"), BucketAnchors)
    assert isinstance(open_anchors("var/anchors.jsonl"), FileAnchors)


@pytest.mark.parametrize(
    "place",
    [
        "ftp://host/x",
        "file:///x",
        "s3://",
        "s3://key:hunter2@bucket/x",
        "s3://bucket/x?token=hunter2",
        "gs://b/x#hunter2",
    ],
)
def test_an_address_that_will_not_do_is_refused_without_being_repeated(place: str) -> None:
    with pytest.raises(SettingError, match="SERGAS_AUDIT_ANCHOR") as told:
        open_anchors(place)
    assert "hunter2" not in str(told.value)


def test_opening_imports_nothing_heavy() -> None:
    code = (
        "import sys; from integrations.anchors import open_anchors; open_anchors('s3://b/p'); "
        "assert 'obstore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

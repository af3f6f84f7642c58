"""Where heads of the audit trail are noted outside the database: a file, or objects in a bucket."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from integrations.anchors.bucket import BucketAnchors
from integrations.anchors.file import FileAnchors
from store.domain.errors import SettingError

SCHEMES = ("s3", "gs", "az")


def open_anchors(place: str) -> FileAnchors | BucketAnchors:
    """The anchors at a path, or under `s3://bucket/prefix`, `gs://…`, `az://…`. Nothing is read or made yet.

    Credentials of a bucket come from the environment, under the names that its vendor uses. Raises: SettingError.
    """
    scheme, separator, _ = place.partition("://")
    if not separator:
        return FileAnchors(Path(place))
    if scheme not in SCHEMES:
        raise SettingError(
            "SERGAS_AUDIT_ANCHOR", "is neither a path nor an address beginning with s3://, gs:// or az://."
        )
    parts = urlsplit(place)
    if not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingError(
            "SERGAS_AUDIT_ANCHOR",
            f"is to be a bucket and a prefix alone, such as {scheme}://bucket/sergas; credentials come from the environment.",
        )
    return BucketAnchors(place)

"""Record the audit trail's heads outside the database: in a file, or as objects in a bucket."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from integrations.anchors.bucket import BucketAnchors
from integrations.anchors.file import FileAnchors
from store.domain.errors import SettingError

SCHEMES = ("s3", "gs", "az")


def open_anchors(place: str) -> FileAnchors | BucketAnchors:
    """Return the anchors at a path, or under `s3://bucket/prefix`, `gs://…`, `az://…`, without reading or creating
    anything.

    A bucket's credentials come from the vendor's usual environment variables. Raises: SettingError.
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
            f"must name only a bucket and a prefix, such as {scheme}://bucket/sergas; credentials come from the environment.",
        )
    return BucketAnchors(place)

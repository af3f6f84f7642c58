"""Azure's client speaks to HTTPS addresses alone: this sends what it says to a stand-in on this machine."""

from __future__ import annotations

from typing import Any


class OverPlainHttp:
    """A transport of azure-core that swaps the host below everything else of the client."""

    def __init__(self, inner: Any, url: str) -> None:
        self._inner = inner
        self._url = url

    def __enter__(self) -> OverPlainHttp:
        self._inner.open()
        return self

    def __exit__(self, *_: object) -> None: ...

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None: ...

    def sleep(self, _seconds: float) -> None: ...

    def send(self, request: Any, **options: Any) -> Any:
        told = request.url
        request.url = told.replace("https://v.vault.azure.net", self._url)
        try:
            return self._inner.send(request, **options)
        finally:
            request.url = told  # the client signs what is sent to HTTPS addresses only

"""What can go wrong, as one tree. The edge turns each into one friendly sentence and a reference id.

SergasError
├── BadInput              something a person typed, set or imported; the message says what to do (exit code 2)
│   └── SettingError      a setting is missing or malformed; names the variable
├── NotFound              no such account, proposal, person
├── Ambiguous             a name fits several accounts; carries the choices
├── Refused               the person may not do this (fail closed: unknown person, role or error ends here)
│   └── Unconfirmed       known by their e-mail address alone: they have to say first that it is them
├── GateClosed            the proposal cannot be decided this way now; carries the state it is in
│   ├── AlreadyDecided    somebody (or the same person) decided it before
│   ├── Expired           too late
│   ├── Stale             the press names another version or digest than the one in force
│   └── Drifted           the CRM record moved since; carries the differences
├── SlackUnavailable      Slack cannot be reached, or has not said whether it took a message: what is kept goes out later
├── StoreUnavailable      our own database cannot be reached, is full or is busy: nothing was kept
├── MemoryUnavailable     what is remembered cannot be asked now: everything else goes on without it
├── ModelUnavailable      the model is down, too slow, or gave nothing usable: the playbook does the work
│   └── ModelRefused      the model declined to answer
├── BudgetSpent           what may be spent on models is spent; says on what
└── CrmError              the CRM did not do what was asked
    ├── CrmUnavailable    network, 5xx, throttled: try later; nothing was written
    ├── CrmRefused        the CRM said no for good (4xx, per-record error)
    │   └── CrmMissing    what was asked for is not there in this CRM: a module that is switched off
    ├── CrmAuth           sign-in failed or a scope is missing
    └── CrmOutcomeUnknown a write was sent and its fate is not known: never send again blindly
"""

from __future__ import annotations

from collections.abc import Sequence


class SergasError(Exception):
    """Base of all our errors. `str(error)` is one sentence a person can act on and holds no secret."""


class BadInput(SergasError): ...


class SettingError(BadInput):
    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The setting {name} {problem}")
        self.name = name


class NotFound(SergasError): ...


NO_SUCH_ACCOUNT = "There is no such account among those you may see."  # nor is it told whether there is one


class Ambiguous(SergasError):
    """`choices` are (account id, account name) pairs, best match first."""

    def __init__(self, message: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class Refused(SergasError): ...


class Unconfirmed(Refused):
    """`person_id`, `name` and `email` are those of the CRM user that the Slack user was matched with."""

    def __init__(self, message: str, *, person_id: str, name: str, email: str) -> None:
        super().__init__(message)
        self.person_id = person_id
        self.name = name
        self.email = email


class GateClosed(SergasError):
    def __init__(self, message: str, *, state: str) -> None:
        super().__init__(message)
        self.state = state


class AlreadyDecided(GateClosed): ...


class Expired(GateClosed): ...


class Stale(GateClosed): ...


class Drifted(GateClosed):
    """`differences` are (field label, shown value, present value); `proposal_id` names the new version that asks again, where
    there is one."""

    def __init__(
        self,
        message: str,
        *,
        state: str,
        differences: Sequence[tuple[str, str, str]],
        proposal_id: str | None = None,
    ) -> None:
        super().__init__(message, state=state)
        self.differences = tuple(differences)
        self.proposal_id = proposal_id


class SlackUnavailable(SergasError): ...


class StoreUnavailable(SergasError): ...


class MemoryUnavailable(SergasError): ...


class ModelUnavailable(SergasError):
    """The model is down, too slow, or gave nothing that can be used."""


class ModelRefused(ModelUnavailable):
    """The model declined to answer."""


class BudgetSpent(SergasError):
    """What may be spent on models is spent; `on` says on what: "account", "morning" or "day"."""

    def __init__(self, message: str, *, on: str) -> None:
        super().__init__(message)
        self.on = on


class CrmError(SergasError): ...


class CrmUnavailable(CrmError):
    """`retry_after` is in seconds, where the CRM gave one."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CrmRefused(CrmError):
    """`code` is the CRM's own error code, e.g. `INVALID_DATA`; `field` the API name it complains about."""

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class CrmMissing(CrmRefused): ...


class CrmAuth(CrmError): ...


class CrmOutcomeUnknown(CrmError): ...

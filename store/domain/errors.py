"""All errors, as one tree. The edge turns each into one friendly sentence and a reference id.

SergasError
├── BadInput              something a person typed, set or imported; the message says what to do (exit code 2)
│   └── SettingError      a setting is missing or malformed; names the variable
├── NotFound              no such account, proposal, person
├── Ambiguous             a name fits several accounts; carries the choices
├── Refused               the person may not do this (fail closed: unknown person, role or error ends here)
│   └── Unconfirmed       known only by their e-mail address: they must first confirm that it is them
├── GateClosed            the proposal cannot be decided this way now; carries the state it is in
│   ├── AlreadyDecided    someone (or the same person) decided it before
│   ├── Expired           too late
│   ├── Stale             the click names another version or digest than the one in force
│   └── Drifted           the CRM record has changed since; carries the differences
├── SlackUnavailable      Slack is unreachable, or has not said whether it accepted a message: it is kept and sent later
├── MailError             the mail server did not take an e-mail; carries why, and the server's code
│   ├── MailPostponed     not now: certainly not taken, try later; says whether that goes for every e-mail
│   ├── MailRefused       never this e-mail, or not to this address
│   └── MailOutcomeUnknown the connection ended after the text was sent: never send it again
├── StoreUnavailable      our own database is unreachable, full or busy: nothing was saved
│   └── SealBroken        a sealed text does not open: it was changed outside the bot
├── MemoryUnavailable     the memory is unavailable: everything else continues without it
├── ModelUnavailable      the model is down, too slow, or returned nothing usable: the playbook does the work
│   └── ModelRefused      the model declined to answer
├── BudgetSpent           the budget for models is used up; says which one
└── CrmError              the CRM did not do what we asked
    ├── CrmUnavailable    network, 5xx, throttled: try later; nothing was written
    ├── CrmRefused        the CRM refused permanently (4xx, per-record error)
    │   └── CrmMissing    this CRM lacks it: a module that is switched off
    ├── CrmAuth           sign-in failed or a scope is missing
    └── CrmOutcomeUnknown a write was sent and its outcome is unknown: never send it again blindly
"""

from __future__ import annotations

from collections.abc import Sequence


class SergasError(Exception):
    """Base of all our errors. `str(error)` is one sentence a person can act on, without secrets."""


class BadInput(SergasError): ...


class SettingError(BadInput):
    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The setting {name} {problem}")
        self.name = name


class NotFound(SergasError): ...


NO_SUCH_ACCOUNT = "There is no such account among those you may see."  # nor does it reveal whether one exists


class Ambiguous(SergasError):
    """`choices` are (account id, account name) pairs, best match first."""

    def __init__(self, message: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class Refused(SergasError): ...


class Unconfirmed(Refused):
    """`person_id`, `name` and `email` belong to the CRM user matched with the Slack user."""

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
    """`differences` are (field label, shown value, present value); `proposal_id` names the new version that asks again, if
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


class MailError(SergasError):
    """`trouble` names why, as `store.domain.running.mails.Trouble` does; `code` is the server's answer, such as `550 5.1.1`."""

    def __init__(self, message: str, *, trouble: str, code: str = "") -> None:
        super().__init__(message)
        self.trouble = trouble
        self.code = code


class MailPostponed(MailError):
    """`of_all`: until the cause is gone, the server takes no e-mail of ours at all."""

    def __init__(self, message: str, *, trouble: str, code: str = "", of_all: bool = False) -> None:
        super().__init__(message, trouble=trouble, code=code)
        self.of_all = of_all


class MailRefused(MailError): ...


class MailOutcomeUnknown(MailError): ...


class StoreUnavailable(SergasError): ...


class SealBroken(StoreUnavailable): ...


class MemoryUnavailable(SergasError): ...


class ModelUnavailable(SergasError):
    """The model is down, too slow, or returned nothing usable."""


class ModelRefused(ModelUnavailable):
    """The model declined to answer."""


class BudgetSpent(SergasError):
    """The budget for models is used up; `on` says which: "account", "morning", "person" or "day"."""

    def __init__(self, message: str, *, on: str) -> None:
        super().__init__(message)
        self.on = on


class CrmError(SergasError): ...


class CrmUnavailable(CrmError):
    """`retry_after` is in seconds, if the CRM gave one."""

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

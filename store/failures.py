"""Why a database failed, as one sentence that says what to do. No sentence repeats what the driver said, which may hold secrets."""

from __future__ import annotations

from sqlalchemy.exc import TimeoutError as PoolTimeout

ADDRESS = "SERGAS_DATABASE_URL"
DOWN = "The database server can't be reached: check that PostgreSQL runs at the address in {url}."
NO_HOST = "The database server's host name is unknown: check the address in {url}."
NO_ENTRY = "The database refuses the user name or the password: check them in {url}."
NO_DATABASE = "The server has no database of that name: create it, or check the name in {url}."
CROWDED = (
    "The database server has no free connection: lower SERGAS_DATABASE_CONNECTIONS, run fewer processes, or raise "
    "max_connections in PostgreSQL."
)
EXHAUSTED = "All database connections of this process are in use: try again, or raise SERGAS_DATABASE_CONNECTIONS."
FULL = "The database's disk is full: free some space, then try again."
CLOSED = (
    "The database file can't be opened or written: check that SERGAS_HOME exists and that this user may write to it."
)
BROKEN = "The database file is damaged: restore it from a backup."
OPTION = "The database's address has an option that PostgreSQL doesn't know: check {url}."
BUSY = "The database is busy or was restarted; please try again."

# What SQLite, libpq and psycopg say. Before a connection stands, libpq gives no code, only text.
_SIGNS = (
    (("no space left", "disk is full", "could not extend file"), FULL),
    (("unable to open database file", "readonly database", "disk i/o error"), CLOSED),
    (("malformed", "not a database"), BROKEN),
    (("too many clients", "connection slots are reserved", "too many connections"), CROWDED),
    (("password authentication failed", "no password supplied", "no pg_hba.conf entry"), NO_ENTRY),
    (("invalid connection option", "invalid uri query parameter"), OPTION),
    (("failed to resolve host", "could not translate host name", "name or service not known"), NO_HOST),
    (("does not exist",), NO_DATABASE),
    (("connection refused", "connection failed", "connection timeout", "timeout expired", "no such file"), DOWN),
)


def sentence_of(error: BaseException, *, url: str = ADDRESS) -> str:
    """The sentence for a driver's or SQLAlchemy's error; `url` names the setting that holds the address."""
    if isinstance(error, PoolTimeout):
        return EXHAUSTED
    said = str(getattr(error, "orig", None) or error).casefold()
    for signs, sentence in _SIGNS:
        if any(sign in said for sign in signs):
            return sentence.format(url=url)
    return BUSY

"""A mail server on this machine that catches every e-mail sent to it: for the demonstration, for trying it out, and for tests."""

from integrations.sandbox.mail.caught import Caught as Caught
from integrations.sandbox.mail.faults import Faults as Faults
from integrations.sandbox.mail.server import MailSandbox as MailSandbox

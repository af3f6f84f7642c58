"""Turn CSV files into a company that the sandbox CRM can play: Zoho's own exports, or any others with a mapping."""

from integrations.sandbox.imports.company import load_csv
from integrations.sandbox.imports.faults import Fault, ImportFaults, summary
from integrations.sandbox.imports.report import Report
from integrations.sandbox.imports.suggest import Suggestion, suggest_mapping
from integrations.sandbox.imports.zoho_export import load_zoho_export

__all__ = [
    "Fault",
    "ImportFaults",
    "Report",
    "Suggestion",
    "load_csv",
    "load_zoho_export",
    "suggest_mapping",
    "summary",
]

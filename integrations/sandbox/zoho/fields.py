"""The sandbox CRM's modules and fields: one table that drives storage, validation, metadata and COQL.

API names, data types and lengths are those of a standard Zoho CRM organisation (Zoho: Modules, Fields Metadata API v8),
plus one custom picklist, `Contacts.Buying_Role`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from integrations.sandbox.history import PipelineDef, StageDef

DataType = Literal[
    "text", "textarea", "picklist", "email", "phone", "website", "integer", "double", "currency", "boolean",
    "date", "datetime", "lookup", "ownerlookup", "bigint",
]  # fmt: skip
PARENT_MODULE = "$se_module"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `lookup` is the module it points to, or `$se_module` if the record itself names the module. A `hidden`
    field is stored and returned but absent from the module's metadata; one that is not `visible` is in no layout."""

    api_name: str
    label: str
    data_type: DataType
    length: int = 255
    mandatory: bool = False
    read_only: bool = False
    custom: bool = False
    hidden: bool = False
    visible: bool = True
    choices: tuple[str, ...] = ()
    lookup: str | None = None

    @property
    def is_user(self) -> bool:
        return self.data_type == "ownerlookup"

    @property
    def is_lookup(self) -> bool:
        return self.data_type in ("lookup", "ownerlookup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module: `name_field` holds a record's name for people; `related` maps a related list to the lookup behind it. If it
    is not `enabled`, it keeps its records but the API does not know it."""

    api_name: str
    singular: str
    name_field: str
    fields: Mapping[str, Field]
    related: Mapping[str, tuple[str, str]]
    enabled: bool = True
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """`order` lists the fields as they were created, including removed ones: their ids follow from it."""
        if not self.order:
            object.__setattr__(self, "order", tuple(self.fields))

    def field(self, api_name: str) -> Field | None:
        return self.fields.get(api_name)


def schema(stages: Sequence[StageDef], pipelines: Sequence[PipelineDef] = ()) -> dict[str, Module]:
    """Return all modules, with the company's own stages and pipelines as the choices of `Deals.Stage` and
    `Deals.Pipeline`."""
    modules = dict(_MODULES)
    deals = modules["Deals"]
    fields = dict(deals.fields)
    for name, chosen in (("Stage", stages), ("Pipeline", pipelines)):
        if chosen:
            fields[name] = replace(fields[name], choices=tuple(each.name for each in chosen))
    modules["Deals"] = replace(deals, fields=fields)
    return modules


def in_use(modules: Mapping[str, Module], name: str) -> Module | None:
    """Return the module with this name, unless it does not exist or an administrator has switched it off."""
    module = modules.get(name)
    return module if module is not None and module.enabled else None


def _field(api_name: str, data_type: DataType = "text", length: int = 255, **options: object) -> Field:
    label = str(options.pop("label", api_name.replace("_", " ")))
    return Field(api_name=api_name, label=label, data_type=data_type, length=length, **options)  # type: ignore[arg-type]  # options are those of Field


def _lookup(api_name: str, module: str, **options: object) -> Field:
    return _field(api_name, "lookup", 50, lookup=module, **options)


def _choice(api_name: str, *choices: str, **options: object) -> Field:
    return _field(api_name, "picklist", 120, choices=choices, **options)


_OWNER = _field("Owner", "ownerlookup", 120)
_DESCRIPTION = _field("Description", "textarea", 32_000)
_SE_MODULE = _field(PARENT_MODULE, "text", 50, hidden=True)
_WHAT = (
    _lookup("What_Id", PARENT_MODULE, label="Related To"),
    _lookup("Who_Id", "Contacts", label="Contact Name"),
    _SE_MODULE,
)
_SYSTEM = (
    _field("id", "bigint", 20, label="Record Id", read_only=True),
    _field("Created_Time", "datetime", 120, read_only=True),
    _field("Modified_Time", "datetime", 120, read_only=True),
    _field("Created_By", "ownerlookup", 120, read_only=True),
    _field("Modified_By", "ownerlookup", 120, read_only=True),
)
_ACTIVITIES: Mapping[str, tuple[str, str]] = {m: (m, "What_Id") for m in ("Tasks", "Events", "Calls")}
_NOTES: Mapping[str, tuple[str, str]] = {"Notes": ("Notes", "Parent_Id")}
_INDUSTRIES = (
    "Communications", "Construction", "Consulting", "Data/Telecom OEM", "Education", "Energy", "ERP", "Finance",
    "Government/Military", "Healthcare", "Large Enterprise", "Logistics", "Manufacturing", "Real Estate", "Retail",
    "Service Provider", "Small/Medium Enterprise", "Systems Integrator", "Technology", "Wireless Industry",
)  # fmt: skip
_ACCOUNT_TYPES = (
    "Analyst", "Competitor", "Customer", "Distributor", "Integrator", "Investor", "Other", "Partner", "Press", "Prospect",
    "Reseller", "Supplier", "Vendor",
)  # fmt: skip


def _module(
    api_name: str, singular: str, name_field: str, *fields: Field, related: Mapping[str, tuple[str, str]] = _NOTES
) -> Module:
    by_name = {field.api_name: field for field in (*_SYSTEM, _OWNER, *fields)}
    return Module(api_name=api_name, singular=singular, name_field=name_field, fields=by_name, related=related)


_ALL = (
    _module(
        "Accounts", "Account", "Account_Name",
        _field("Account_Name", length=200, mandatory=True),
        _choice("Industry", *_INDUSTRIES),
        _choice("Account_Type", *_ACCOUNT_TYPES),
        _choice("Rating", "Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"),
        _field("Annual_Revenue", "currency", 16),
        _field("Phone", "phone", 30),
        _field("Website", "website", 255),
        _field("Employees", "integer", 9),
        _DESCRIPTION,
        related={"Contacts": ("Contacts", "Account_Name"), "Deals": ("Deals", "Account_Name"), **_ACTIVITIES, **_NOTES},
    ),
    _module(
        "Contacts", "Contact", "Full_Name",
        _field("First_Name", length=40),
        _field("Last_Name", length=80, mandatory=True),
        _field("Full_Name", length=121, read_only=True),
        _lookup("Account_Name", "Accounts"),
        _field("Title", length=100),
        _field("Email", "email", 100),
        _field("Phone", "phone", 30),
        _choice("Buying_Role", "Sponsor", "Champion", "Decision maker", "User", "Gatekeeper", custom=True),
        _DESCRIPTION,
        related={"Deals": ("Deals", "Contact_Name"), **{m: (m, "Who_Id") for m in _ACTIVITIES}, **_NOTES},
    ),
    _module(
        "Deals", "Deal", "Deal_Name",
        _field("Deal_Name", length=120, mandatory=True),
        _lookup("Account_Name", "Accounts"),
        _choice("Stage", mandatory=True),
        _field("Amount", "currency", 16),
        _field("Closing_Date", "date", 20),
        _field("Next_Step", length=100),
        _lookup("Contact_Name", "Contacts"),
        _field("Probability", "integer", 3, label="Probability (%)"),
        _choice("Pipeline", "Standard"),
        _choice("Currency", "USD", "EUR", "GBP", "JPY", "INR"),
        _field("Exchange_Rate", "double", 18),
        _DESCRIPTION,
        related={**_ACTIVITIES, **_NOTES},
    ),
    _module(
        "Tasks", "Task", "Subject",
        _field("Subject", length=300, mandatory=True),
        _choice("Status", "Not Started", "Deferred", "In Progress", "Completed", "Waiting on someone else"),
        _field("Due_Date", "date", 20),
        _choice("Priority", "High", "Highest", "Low", "Lowest", "Normal"),
        *_WHAT,
        _field("Closed_Time", "datetime", 120, read_only=True),
        _DESCRIPTION,
    ),
    _module(
        "Events", "Meeting", "Event_Title",
        _field("Event_Title", length=255, mandatory=True, label="Title"),
        _field("Start_DateTime", "datetime", 120, mandatory=True, label="From"),
        _field("End_DateTime", "datetime", 120, mandatory=True, label="To"),
        *_WHAT,
        _DESCRIPTION,
    ),
    _module(
        "Calls", "Call", "Subject",
        _field("Subject", length=300, mandatory=True),
        _choice("Call_Type", "Outbound", "Inbound", "Missed", mandatory=True),
        _field("Call_Start_Time", "datetime", 120, mandatory=True),
        _field("Call_Duration", length=10),
        _choice("Outgoing_Call_Status", "Scheduled", "Completed", "Overdue", "Cancelled"),
        *_WHAT,
        _DESCRIPTION,
    ),
    _module(
        "Notes", "Note", "Note_Title",
        _field("Note_Title", length=120),
        _field("Note_Content", "textarea", 65_535),
        _lookup("Parent_Id", PARENT_MODULE, mandatory=True, label="Parent ID"),
        _SE_MODULE,
        related={},
    ),
)  # fmt: skip
_MODULES: Mapping[str, Module] = {module.api_name: module for module in _ALL}

"""The tools as the hosted server lists them: Zoho's REST operations one by one, with the parameters of its OpenAPI files.

The spelling is theirs too: `recordID` here and `recordId` there, `perPage` beside `per_page`, a timeline of three a page,
and `If-Modified-Since` on related lists alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_types import Tool

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "maxLength": 5000}
_COUNT: Schema = {"type": "integer", "format": "int32", "minimum": 1}
_ORDER: Schema = {"type": "string", "enum": ["asc", "desc"]}
_SORT: Schema = {"type": "string", "enum": ["id", "Created_Time", "Modified_Time"]}
_PAGES = {"page": _COUNT, "page_token": _TEXT, "sort_by": _SORT, "sort_order": _ORDER}
_RECORDS: Schema = {"type": "array", "items": {"type": "object"}, "minItems": 1}
_USERS = ["AllUsers", "ActiveUsers", "DeactiveUsers", "CurrentUser", "AdminUsers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTool:
    """A tool and its REST request: `path` names its path variables in braces."""

    name: str
    description: str
    method: str = "GET"
    path: str
    variables: tuple[str, ...] = ()
    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    headers: Mapping[str, Schema] = field(default_factory=dict)
    body: Mapping[str, Schema] = field(default_factory=dict)

    def told(self) -> Tool:
        """The tool as in `tools/list`."""
        parts = {
            "path_variables": _object(dict.fromkeys(self.variables, _TEXT), self.variables),
            "query_params": _object(self.query, self.needed),
            "headers": _object(self.headers, ()),
            "body": _object(self.body, tuple(self.body)),
        }
        shown = {name: part for name, part in parts.items() if part["properties"]}
        required = [name for name, part in shown.items() if part["required"]]
        schema = {"type": "object", "properties": shown, "required": required}
        return Tool(name=self.name, description=self.description, input_schema=schema)


def _object(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


TOOLS: tuple[RestTool, ...] = (
    RestTool(
        name="ZohoCRM_getRecords",
        description="Lists the records of a module.",
        path="/{module}",
        variables=("module",),
        query={"fields": _TEXT, "ids": _TEXT, "cvid": _TEXT, "per_page": _COUNT, "converted": _TEXT, **_PAGES},
    ),
    RestTool(
        name="ZohoCRM_getRecord",
        description="Gives one record of a module.",
        path="/{module}/{recordID}",
        variables=("module", "recordID"),
    ),
    RestTool(
        name="ZohoCRM_searchRecords",
        description="Searches the records of a module.",
        path="/{module}/search",
        variables=("module",),
        query={
            **dict.fromkeys(("criteria", "word", "email", "phone", "fields", "type"), _TEXT),
            **{name: schema for name, schema in _PAGES.items() if name != "page_token"},
            "per_page": _COUNT,
        },
    ),
    RestTool(
        name="ZohoCRM_getDeletedRecords",
        description="Lists the deleted records of a module.",
        path="/{module}/deleted",
        variables=("module",),
        query={
            "type": {"type": "string", "enum": ["all", "recycle", "permanent"]},
            "page": _COUNT,
            "per_page": _COUNT,
        },
    ),
    RestTool(
        name="ZohoCRM_getRelatedRecords",
        description="Lists the related records of a record.",
        path="/{parentRecordModule}/{parentRecord}/{relatedList}",
        variables=("parentRecordModule", "parentRecord", "relatedList"),
        query={"fields": _TEXT, "perPage": _COUNT, "ids": _TEXT, "converted": _TEXT, **_PAGES},
        needed=("fields",),
        headers={"If-Modified-Since": {"type": "string", "format": "date-time"}},
    ),
    RestTool(
        name="ZohoCRM_getTimelines",
        description="Gives the history of a record.",
        path="/{module}/{recordId}/__timeline",
        variables=("module", "recordId"),
        query={
            **dict.fromkeys(("filter", "include", "include_inner_details"), _TEXT),
            **_PAGES,
            "sort_by": {"type": "string", "enum": ["audited_time"]},
            "per_page": {"type": "integer", "enum": [3]},
        },
    ),
    RestTool(
        name="ZohoCRM_getUsers",
        description="Lists the users.",
        path="/users",
        query={"type": {"type": "string", "enum": _USERS}, "page": _COUNT, "per_page": _COUNT},
    ),
    RestTool(
        name="ZohoCRM_getFields",
        description="Describes the fields of a module.",
        path="/settings/fields",
        query={"module": _TEXT, "type": _TEXT, "include": _TEXT},
        needed=("module", "include"),
    ),
    RestTool(
        name="ZohoCRM_getLayouts",
        description="Describes the layouts of a module.",
        path="/settings/layouts",
        query={"module": _TEXT, "mode": _TEXT, "include": _TEXT, "include_inner_details": _TEXT},
        needed=("module",),
    ),
    RestTool(
        name="ZohoCRM_getRelatedLists",
        description="Describes the related lists of a module.",
        path="/settings/related_lists",
        query={"module": _TEXT, "layout_id": _TEXT, "status": _TEXT},
        needed=("module",),
    ),
    RestTool(
        name="ZohoCRM_executeCOQLQuery",
        description="Runs a COQL query.",
        method="POST",
        path="/coql",
        body={"select_query": _TEXT},
    ),
    RestTool(
        name="ZohoCRM_createRecords",
        description="Creates records.",
        method="POST",
        path="/{module}",
        variables=("module",),
        body={"data": _RECORDS},
    ),
    RestTool(
        name="ZohoCRM_updateRecord",
        description="Changes a record.",
        method="PUT",
        path="/{module}/{recordID}",
        variables=("module", "recordID"),
        body={"data": _RECORDS},
    ),
    RestTool(
        name="ZohoCRM_deleteRecord",
        description="Deletes a record.",
        method="DELETE",
        path="/{module}/{recordID}",
        variables=("module", "recordID"),
    ),
)

"""Templates and saved replies: Liquid with fields that must have a value, shared or private, every version kept."""

from services.templates.fields import KNOWN
from services.templates.inserting import insert
from services.templates.reading import all, get, page, versions
from services.templates.rendering import (
    Preview,
    Rendering,
    Source,
    Variable,
    check,
    preview,
    render,
    samples,
    variables,
)
from services.templates.saving import Content, count_use, create, delete, duplicate, restore, update

__all__ = [
    "KNOWN",
    "Content",
    "Preview",
    "Rendering",
    "Source",
    "Variable",
    "all",
    "check",
    "count_use",
    "create",
    "delete",
    "duplicate",
    "get",
    "insert",
    "page",
    "preview",
    "render",
    "restore",
    "samples",
    "update",
    "variables",
    "versions",
]

"""Templates: the list with search and use, macros, the editor with its preview, and every version there was."""

from pages.templates import listing as listing
from pages.templates import macros as macros
from pages.templates import writing as writing
from pages.templates.routes import ROUTES as ROUTES

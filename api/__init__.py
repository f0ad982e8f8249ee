"""The door for programs: FastAPI sub-applications, one a dialect, mounted beside the pages."""

from fastapi import FastAPI

from api import app as applications
from api import docs


def mount(app: FastAPI) -> None:
    """Mount every dialect and the documentation. Longer prefixes first: /v1/api is not a path of /v1."""
    everything, router = applications.build(*applications.ALL), applications.build(applications.ROUTER)
    app.mount("/v1/api", router)
    app.mount("/v1", router)
    app.mount("/api", everything)
    app.mount("/docs", docs.build())


__all__ = ["mount"]

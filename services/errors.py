"""The one error tree. Doors translate it; anything outside it is a bug.

Error
├── NotFound       no such thing, or none of yours          HTTP 404 · SMTP 550 5.1.1
├── NotPermitted   the actor may not                        HTTP 403 · SMTP 550 5.7.1
│   └── NotAuthenticated   nobody, or no longer anybody     HTTP 401 · SMTP 535 5.7.8
├── Conflict       true a moment ago, or true already       HTTP 409 · SMTP 450 4.2.0
├── Invalid        what was typed cannot be                 HTTP 400 · SMTP 550 5.6.0
└── Unavailable    not now; try again                       HTTP 503 · SMTP 451 4.3.0
    ├── TooMany    over a limit, until `retry_after`        HTTP 429 · SMTP 451 4.7.1
    └── StorageFull                                         HTTP 507 · SMTP 452 4.3.1
"""


class Error(Exception):
    """`code` is a snake_case word for programs, the message a sentence for people, `field` what it is about."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code


class NotFound(Error):
    code = "not_found"


class NotPermitted(Error):
    code = "forbidden"


class NotAuthenticated(NotPermitted):
    code = "unauthorized"


class Conflict(Error):
    code = "conflict"


class Invalid(Error):
    code = "invalid"


class Unavailable(Error):
    code = "unavailable"


class TooMany(Unavailable):
    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class StorageFull(Unavailable):
    code = "storage_full"

"""Whether this process can do its work: the database answers, and the disk takes what is written."""

import shutil

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services import database, limits, settings
from services.errors import StorageFull, Unavailable

LEAST_FREE = 1 << 20  # bytes; a write as small as ours fits where no mail does any more


def trouble() -> str:
    """One word for what is wrong, "" when nothing is: `database_unavailable` or `storage_full`."""
    try:
        with database.reading() as session:
            session.connection().execute(sa.text("SELECT 1"))
        with database.counting() as session:
            limits.hit(session, "health", limit=1, period=limits.MINUTE)
        if database.is_sqlite() and shutil.disk_usage(settings.current().data_dir).free < LEAST_FREE:
            return "storage_full"
    except StorageFull:
        return "storage_full"
    except (Unavailable, DBAPIError, OSError):
        return "database_unavailable"
    return ""

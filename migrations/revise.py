"""Write the next numbered migration from the difference between the models and a fresh database.

`python -m migrations.revise "add holidays"`; look the file over before you commit it.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from services.database import schema
from services.database.engines import open_engines


def main(message: str) -> None:
    versions = schema.MIGRATIONS / "versions"
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with tempfile.TemporaryDirectory() as folder:
        config.attributes["engine"] = open_engines(f"sqlite:///{Path(folder) / 'fresh.db'}").write
        if any(versions.glob("[0-9]*.py")):
            command.upgrade(config, "head")
        number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(sys.argv[1])

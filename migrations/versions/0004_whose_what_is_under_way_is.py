"""whose what is under way is: of mail that leaves, of sync jobs, and whose turn it is at a rule"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbound", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))

    with op.batch_alter_table("rule", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "turns",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )

    with op.batch_alter_table("sync_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("claimed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        batch_op.add_column(sa.Column("leased_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("run_done", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("run_total", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_sync_job_user_id_user_account"), "user_account", ["user_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("reception", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tag", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default="")
        )

    if op.get_bind().dialect.name == "sqlite":  # rules name what is gone: from now on no id is given twice
        for table in ("template", "integration"):
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("integration", "template"):
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": False}):
                pass
    op.drop_column("reception", "tag")
    with op.batch_alter_table("sync_job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sync_job_user_id_user_account"), type_="foreignkey")
        for name in ("run_total", "run_done", "leased_until", "claimed_by", "claimed_at", "user_id"):
            batch_op.drop_column(name)
    op.drop_column("rule", "turns")
    op.drop_column("outbound", "claimed_by")

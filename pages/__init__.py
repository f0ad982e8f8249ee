"""The door for people. The menu is data; each module is a screen; `web` puts them on the application."""

from components.menu import Entry
from services.access import Permission

MENU = (
    Entry("/", "sym_o_inbox", "Inbox"),
    Entry("/queue", "sym_o_outbox", "Outgoing", permission=Permission.READ_QUEUE),
    Entry("/capture", "sym_o_science", "Captured", permission=Permission.READ_QUEUE),
    Entry("/contacts", "sym_o_contacts", "Contacts", permission=Permission.READ_CONTACTS),
    Entry("/domains", "sym_o_language", "Domains", "Mail"),
    Entry("/aliases", "sym_o_alternate_email", "Aliases", "Mail"),
    Entry("/templates", "sym_o_quickreply", "Templates", "Mail", Permission.READ_TEMPLATES),
    Entry("/mailboxes", "sym_o_inbox_customize", "Mailboxes", "Mail"),
    Entry("/rules", "sym_o_rule", "Rules", "Mail", Permission.READ_RULES),
    Entry("/suppressions", "sym_o_unsubscribe", "Suppressed", "Mail", Permission.READ_SUPPRESSIONS),
    Entry("/imports", "sym_o_move_to_inbox", "Import and export", "Mail", Permission.IMPORT_MAIL),
    Entry("/team", "sym_o_group", "Team", "Organisation"),
    Entry("/integrations", "sym_o_webhook", "Integrations", "Organisation"),
    Entry("/keys", "sym_o_key", "API keys", "Organisation", Permission.MANAGE_OWN_KEYS),
    Entry("/organisation", "sym_o_apartment", "General", "Organisation", Permission.MANAGE_ORGANISATION),
    Entry("/audit", "sym_o_history", "Audit", "Organisation", Permission.READ_AUDIT),
    Entry("/settings", "sym_o_person", "Your profile", "You"),
)

"""Which files are shown in the page, which are only saved, which people are warned of, and what they are called."""

from services import enclosed

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PDF = "application/pdf"
TEXTS = frozenset(
    {
        *("text/plain", "text/csv", "text/rfc822-headers", "message/delivery-status", "message/feedback-report"),
        *("message/disposition-notification", "message/global-delivery-status"),
    }
)
_KINDS = {
    "text/calendar": "Invitation",
    "application/ics": "Invitation",
    "text/vcard": "Contact card",
    "text/x-vcard": "Contact card",
    "text/directory": "Contact card",
    "message/delivery-status": "Delivery report",
    "message/global-delivery-status": "Delivery report",
    "message/disposition-notification": "Read receipt",
    "message/feedback-report": "Complaint report",
    "text/rfc822-headers": "Headers of a message",
    "message/external-body": "Kept elsewhere",
    "message/partial": "Piece of a message",
    "application/pkcs7-signature": "Signature (S/MIME)",
    "application/x-pkcs7-signature": "Signature (S/MIME)",
    "application/pkcs7-mime": "S/MIME envelope",
    "application/x-pkcs7-mime": "S/MIME envelope",
    "application/pgp-signature": "Signature (PGP)",
    "application/pgp-encrypted": "Encrypted with PGP",
    "application/pgp-keys": "PGP key",
    "application/ms-tnef": "Outlook’s wrapping",
}
_RUN = frozenset(
    name
    for line in (
        "ade adp apk app appx bat chm cmd com cpl dll dmg docm dotm exe hta htm html img iso jar js jse lnk mde msc",
        "msi msix mst pif potm ppam ppsm pptm ps1 reg scr sct sh shtml svg vb vbe vbs vhd vhdx wsf wsh xhtml xlam xll",
        "xlsm xlsb xltm xla sldm one iqy slk url inf ins isp jnlp ws psc1 psd1 psm1 py pyw pkg command run deb rpm",
        "desktop svgz mht mhtml library-ms search-ms website appref-ms application gadget settingcontent-ms theme",
    )
    for name in line.split()
)


def is_dangerous(filename: str) -> bool:
    """Whether a program may start when the file is opened, by its last name, which is what systems go by."""
    return filename.rpartition(".")[2].strip().lower() in _RUN


def preview(filename: str, content_type: str) -> str:
    """`image`, `pdf`, `text` or `message` where the page may show it itself, else nothing."""
    if is_dangerous(filename):
        return ""
    if enclosed.is_message(filename, content_type):
        return "message"
    if content_type in TEXTS:
        return "text"
    return "image" if content_type in PICTURES else "pdf" if content_type == PDF else ""


def kind(filename: str, content_type: str) -> str:
    """What a file is called where its name does not tell, or nothing."""
    return "Message" if enclosed.is_message(filename, content_type) else _KINDS.get(content_type, "")


def spoken_size(size: int) -> str:
    number = float(size)
    for unit in ("B", "KB", "MB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GB"

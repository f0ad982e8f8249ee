"""Which files are shown in the page, which are only saved, and which people are warned of."""

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PDF = "application/pdf"
_RUN = frozenset(
    name
    for line in (
        "ade adp apk app appx bat chm cmd com cpl dll dmg docm dotm exe hta htm html img iso jar js jse lnk mde msc",
        "msi msix mst pif potm ppam ppsm pptm ps1 reg scr sct sh shtml svg vb vbe vbs vhd vhdx wsf wsh xhtml xlam xll",
        "xlsm",
    )
    for name in line.split()
)


def is_dangerous(filename: str) -> bool:
    """Whether a program may start when the file is opened, by its last name, which is what systems go by."""
    return filename.rpartition(".")[2].strip().lower() in _RUN


def preview(filename: str, content_type: str) -> str:
    """`image` or `pdf` where the page may show it itself, else nothing."""
    if is_dangerous(filename):
        return ""
    return "image" if content_type in PICTURES else "pdf" if content_type == PDF else ""


def spoken_size(size: int) -> str:
    number = float(size)
    for unit in ("B", "KB", "MB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GB"

"""A zip whose bytes depend on what is in it and on nothing else."""

import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
READABLE = 0o100644 << 16
UNIX = 3


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files by path, in order of their names. Stored, since compressors differ between machines."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.external_attr, entry.create_system = READABLE, UNIX
            archive.writestr(entry, content)
    return buffer.getvalue()

"""What the operating system means by an error of the disk, in the language in use.

Its own words come in English whatever the session's language is. Called wherever a text names the
cause of an ``OSError``: command line, store, exchange folders.
"""

from __future__ import annotations

import errno
from typing import Final

from workbench.rules.words import N_, _

WORDS: Final[dict[int, str]] = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("permission is missing"),
    errno.EPERM: N_("permission is missing"),
    errno.EISDIR: N_("this is a folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EEXIST: N_("it is there already"),
    errno.ENOTEMPTY: N_("the folder is not empty"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk quota is used up"),
    errno.EFBIG: N_("the file would become too large"),
    errno.EROFS: N_("the disk can only be read"),
    errno.EIO: N_("the disk reports a read or write error"),
    errno.EBUSY: N_("it is in use"),
    errno.ETXTBSY: N_("it is in use"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENFILE: N_("too many files are open"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("links lead in a circle"),
    errno.EXDEV: N_("it lies on another disk"),
    errno.EINVAL: N_("the name or the place is not possible"),
    errno.ENODEV: N_("the disk is not there"),
    errno.ENXIO: N_("the disk is not there"),
    errno.ESTALE: N_("the network drive is gone"),
    errno.ETIMEDOUT: N_("the network drive does not answer"),
    errno.ENOMEM: N_("memory is short"),
}


def cause(trouble: OSError) -> str:
    """The cause in a few words; one that is not listed is told by its number."""
    if trouble.errno is None:
        return str(trouble) or _("unknown error")
    known = WORDS.get(trouble.errno)
    return _(known) if known else _("error number {number}").format(number=trouble.errno)

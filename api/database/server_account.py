"""The system account the embedded server runs under when we are root, which PostgreSQL refuses."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "pgserver"


@dataclass(frozen=True)
class Account:
    """A user of the operating system by number: a folder's owner need not have a name here."""

    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """Return the account for a server in ``folder``; None is our own, when we are not root.

    A folder that somebody owns keeps its owner; for another one an account is made when needed.
    Raises OSError.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and (found := folder.stat()).st_uid != 0:
        try:
            return Account(found.st_uid, pwd.getpwuid(found.st_uid).pw_gid)
        except KeyError:
            return Account(found.st_uid, found.st_gid)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _make()
    return Account(entry.pw_uid, entry.pw_gid)


def hand_over(folder: Path, account: Account) -> None:
    """Make a folder of root's, with all in it, the account's; its own mark comes last."""
    if folder.stat().st_uid == account.uid:
        return
    for path in folder.rglob("*"):
        os.lchown(path, account.uid, account.gid)
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid)


def let_traverse(path: Path) -> None:
    """Let other accounts pass (not list) the folders above ``path``."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def open_to_others(folder: Path) -> None:
    """Let other accounts read and run the programs in ``folder``."""
    let_traverse(folder)
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def _make() -> pwd.struct_passwd:
    done = subprocess.run(
        ["useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin", NAME],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        return pwd.getpwnam(NAME)  # another process may have made it meanwhile
    except KeyError:
        raise OSError(
            f"cannot create the account {NAME!r} the server is to run under: {done.stderr.strip()}"
        ) from None

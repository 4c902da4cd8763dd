"""Makes one thing go wrong in any Python process that has this folder on its path.

FAULT names what goes wrong, AT is how the path ends at whose opening it does.
"""

import errno
import os
import signal
import sys

KIND, AT = os.environ.get("FAULT", ""), os.environ.get("AT", "?")
NUMBERS = {"disk full": errno.ENOSPC, "denied": errno.EACCES, "read-only": errno.EROFS, "bad disk": errno.EIO}
RAISED = {
    "memory": MemoryError("Unable to allocate 40.0 GiB"),
    "fault of ours": KeyError("summary"),
    "too deep": RecursionError("maximum recursion depth exceeded"),
    "stopped": KeyboardInterrupt(),
}


def go_wrong(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not str(arguments[0]).endswith(AT):
        return
    path = str(arguments[0])
    if KIND in NUMBERS:
        raise OSError(NUMBERS[KIND], os.strerror(NUMBERS[KIND]), path)
    if KIND in RAISED:
        raise RAISED[KIND]
    if KIND == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if KIND == "vanished" and os.path.exists(path):  # noqa: PTH110
        os.unlink(path)  # noqa: PTH108


if KIND:
    sys.addaudithook(go_wrong)

"""What a release must not tell of the machine that made it, or of secrets on it."""

import re
from collections.abc import Iterable, Iterator

from analysis.release.gate.leaks import Leak
from analysis.release.gate.reader import Passage, Seen

_FOLDERS = (
    "home|Users|root|tmp|var|mnt|srv|opt|data|work|private|Volumes|etc|usr|media|scratch|nfs|projects?|app|builds?"
)
_PATHS = (
    re.compile(rf"(?<![\w.:/~%\\-])/(?:{_FOLDERS})/[\w.~@+-]+"),
    re.compile(r"(?<![\w\\])[A-Za-z]:\\{1,2}[\w .$-]+"),
    re.compile(r"(?<![\w/])[A-Z]:/(?!/)[\w.-]{2,}/[\w.-]+"),
    re.compile(r"(?<![\w\\])\\\\[\w.-]+\\[\w.$-]+"),
    re.compile(r"(?<![\w/])~/[\w.-]+"),
    re.compile(r"file://[^\s\"'<>]*"),
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_SECRETS = (
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{20,}"),
    re.compile(r"\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bsk-[A-Za-z0-9_-]{20,}|\bAIza[\w-]{30,}"),
    re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(
        r"\b(?:password|passwd|secret|api[_-]?key|access[_-]?token|bearer)\b\s*[:=]\s*[\"']?[^\s\"',]{6,}", re.I
    ),
    re.compile(r"\b[A-Z][A-Z0-9_]*(?:TOKEN|PASSWORD|SECRET|KEY)\s*[:=]\s*[\"']?[^\s\"',]{8,}"),
    re.compile(r"[?&]sig=[\w%+/=-]{10,}"),
    re.compile(r"://[^\s/@:\"']+:[^\s/@\"']+@"),
)
_INWARD = re.compile(
    r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|127\.0)\.\d{1,3}\.\d{1,3}(?![\d.])"
)
_HOSTS_INWARD = re.compile(
    r"//(?:localhost|[\w.-]+\.(?:local|lan|internal|intranet|corp|home\.arpa))(?![\w.-])|\[f[cd][0-9a-f]{2}:[0-9a-f:]*\]",
    re.I,
)
# Names that say nothing of anybody.
_COMMON = {"root", "user", "admin", "home", "ubuntu", "runner", "docker", "localhost", "jovyan", "vscode", "build"}


def leaks_of_machine(seen: Iterable[Seen], machine: dict[str, str], public: str) -> Iterator[Leak]:
    """Paths, names of user and host, addresses and secrets in what was read of a release.

    Parameters
    ----------
    seen : iterable
        What was read.
    machine : dict
        `user`, `host`, `home` and `here`, the folder of the project.
    public : str
        What anybody may know: the plan, the paper's sources. An address of mail that stands there is meant to be told.
    """
    names = tuple(_names(machine, public))
    for each in seen:
        if isinstance(each, Passage):
            yield from _passage(each, names, public)


def _passage(each: Passage, names: tuple[re.Pattern[str], ...], public: str) -> Iterator[Leak]:
    kinds = [
        ("a path of this machine", _PATHS),
        ("a secret", _SECRETS),
        ("an address of one's own network", (_INWARD, _HOSTS_INWARD)),
    ]
    kinds.append(("a name of this machine or its user", names))
    for kind, patterns in kinds:
        for pattern in patterns:
            yield from (Leak(each.file, kind, match[0]) for match in pattern.finditer(each.text))
    for match in _EMAIL.finditer(each.text):
        if match[0].lower() not in public.lower():
            yield Leak(each.file, "an address of mail that the study file does not give", match[0])


def _names(machine: dict[str, str], public: str) -> Iterator[re.Pattern[str]]:
    """The user's and the host's name where they can be nobody else's: in a path or an address, or as they are."""
    for folder in (machine["home"], machine["here"]):
        if folder.count("/") > 1:
            yield re.compile(re.escape(folder))
    user, host = machine["user"], machine["host"]
    if user.lower() not in _COMMON:
        yield re.compile(rf"[/\\@]{re.escape(user)}\b|\b{re.escape(user)}[@/\\]")
        # What a document says of itself is the name and nothing else; a word of the paper is nobody's name.
        if not re.search(rf"(?<!\w){re.escape(user)}(?!\w)", public, re.IGNORECASE):
            yield re.compile(rf"^[ \t]*{re.escape(user)}[ \t]*$", re.MULTILINE | re.IGNORECASE)
    if host.lower() not in _COMMON and len(host) > 4 and re.search(r"[\d.-]", host):
        yield re.compile(rf"(?<![\w-]){re.escape(host)}(?![\w-])", re.IGNORECASE)

"""The chapter on continuity of care: its sections follow from what the plan asks."""

from analysis.plan.continuity import INDICES, ContactRules, Continuity
from analysis.prepare.continuity.contact_words import plain
from analysis.present.continuity.contacts import printable
from analysis.present.look.markdown import Table, include
from analysis.wording import in_words, listed, plural

# Words as they are compared.
ROLES = {"gp": "GPs", "nurse": "nurses", "pharmacist": "pharmacists"}
MODES = {"facetoface": "face to face", "telephone": "by telephone", "online": "online", "home": "at home"}
FEW = "fewer than two contacts"
# By index: the formula, its range, when it is missing, and where the formula was read.
DEFINED = {
    "upc": ("largest nᵢ ÷ n", "1 ÷ M to 1", FEW, "[@nicolet2022]"),
    "coc": ("(Σ nᵢ² − n) ÷ (n (n − 1))", "0 to 1", FEW, "[@nicolet2022; @pereiragray2023]"),
    "secon": (
        "contacts with the same clinician as the contact before ÷ (n − 1)", "0 to 1", FEW,
        "[@nicolet2022; @bmcfampract2020]",
    ),
    "mmci": ("(1 − M ÷ (n + 0.1)) ÷ (1 − 1 ÷ (n + 0.1))", "0 to 1", FEW, "[@nicolet2022]"),
    "k": ("(n − M) ÷ (n − 1)", "0 to 1", FEW, "none that we read"),
    "herfindahl": ("Σ (nᵢ ÷ n)²", "1 ÷ M to 1", FEW, "[@bmcfampract2020]"),
    "slicc": (
        "contacts of a list's patients with their registered GP ÷ all contacts of these patients", "0 to 1",
        "no contact of a patient with a registered GP", "[@sidawaylee2019]",
    ),
    "opr": (
        "contacts of a GP with patients of the own list ÷ all contacts of that GP", "0 to 1",
        "no contact with a GP who has a list", "[@pereiragray2023]",
    ),
}  # fmt: skip


def continuity_methods(asked: Continuity, rules: ContactRules) -> str:
    """The sections on how continuity is measured and modelled."""
    used = {
        "continuity/methods-change": True,
        "continuity/methods-gaps": asked.gaps is not None,
        "continuity/methods-size": asked.size is not None,
        "continuity/methods-admissions": asked.admissions is not None,
        "continuity/methods-mediation": asked.mediation is not None,
    }
    models = [_section(name) for name, uses in used.items() if uses]
    return "\n\n".join([counted_contacts(rules), _section("continuity/methods-indices"), definitions(asked), *models])


def counted_contacts(rules: ContactRules) -> str:
    """The section that says which contacts count, as the plan has it."""
    roles = listed([ROLES.get(plain(role), printable(role)) for role in rules.roles])
    modes = _either([MODES.get(plain(mode), printable(mode)) for mode in rules.modes])
    same_day = "count each" if rules.same_day == "each" else "count once"
    return (
        "## Whom patients saw {#sec-methods-contacts}\n\n"
        f"Counted are contacts with {roles}, {modes}. Time is cut into windows of {in_words(rules.window_months)} "
        f"{plural(rules.window_months, 'month')}, counted from the pilots' start, so that none lies partly "
        "before and partly after it. A patient needs "
        f"at least {in_words(rules.fewest)} contacts in a window. Several contacts with one clinician on one day "
        f"{same_day}, and a row that stands twice in all its columns counts once. Contacts of one day with different "
        "clinicians are put in the order of the clinicians' ids, which matters to one index only. Contacts that name "
        "nobody are left out and counted. The main index is the share of a patient's contacts that were with the "
        "clinician seen most often, averaged over the patients of a practice."
    )


def definitions(asked: Continuity) -> str:
    """The table of indices: name, formula, range, when it is missing, source."""
    rows = {index: DEFINED[index] for index in dict.fromkeys(("upc", *asked.indices))}
    formulae, ranges, missing, sources = zip(*rows.values(), strict=True)
    columns = {
        "Index": [INDICES[index] for index in rows], "Formula": formulae, "Range": ranges, "Missing where": missing,
        "Source": sources,
    }  # fmt: skip
    caption = (
        "How the indices of continuity are worked out. A patient has n contacts in a window, nᵢ of them with clinician "
        "i, with M clinicians in all."
    )
    return Table("index-definitions", caption, columns, False, (26, 30, 12, 18, 14)).markdown()


def continuity_chapter(asked: Continuity) -> str:
    """The chapter itself: what is in short, and a section for each thing that the plan asks."""
    used = {
        "continuity/fall": True,
        "continuity/composition": True,
        "continuity/whom": asked.gaps is not None,
        "continuity/size": asked.size is not None,
        "continuity/admissions": asked.admissions is not None,
        "continuity/worth": asked.mediation is not None,
        "continuity/data": True,
    }
    sections = [_section(name) for name, uses in used.items() if uses]
    return "\n\n".join([_section("continuity/intro"), _section("continuity/points"), *sections])


def _section(name: str) -> str:
    return include(f"/sections/{name}.qmd")


def _either(parts: list[str]) -> str:
    """A choice in words: ``a, b or c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"

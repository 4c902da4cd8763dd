"""Episodes to spells to continuous inpatient spells, as SQL: the rules of HFAnalyticsLab/HES_pipeline (src/spells.R).

Each text is one query. They are chained by :mod:`analysis.prepare.spells`, and each works on all rows of some
persons: a person's rows are never split.
"""

from analysis.plan.hospital import HospitalRules
from analysis.prepare.fates import canonical
from analysis.prepare.sql import listed

# ASSUME: of rows with the same EPIKEY one is kept; the hash of the content says which, so that the order of the file
# does not matter.
UNIQUE = """
SELECT * FROM {source} AS episode
QUALIFY row_number() OVER (PARTITION BY episode_key ORDER BY began, ended, hash(episode)) = 1
"""
# Spells that were given have no key: one of those that are alike is kept.
UNLIKE = """
SELECT * FROM {source} AS stay QUALIFY row_number() OVER (
  PARTITION BY patient_id, practice_id, admitted, discharged, admission_method, diagnosis_1, procedure_1
  ORDER BY hash(stay)) = 1
"""
# Same person and provider, in this order: the same spell when the day of admission or the first day is that of the
# episode before, or when that one ended in a transfer on the day on which this one begins.
NUMBERED = """
SELECT *, row_number() OVER ordered AS position, coalesce(NOT (
    admitted = lag(admitted) OVER ordered
    OR began = lag(began) OVER ordered
    OR (lag(discharge_method) OVER ordered IN ('8', '9') AND began = lag(ended) OVER ordered)
  ), true) AS starts
FROM {source}
WINDOW ordered AS (PARTITION BY patient_id, provider
  ORDER BY began, ended, episode_order NULLS FIRST, transit NULLS FIRST, episode_key)
"""
# What is known at admission comes from the first episode, what is known at discharge from the episode that ends last.
SPELLS = """
SELECT patient_id, provider, count(*) AS episodes,
  unnest(arg_min({{
    'practice_id': practice_id, 'admitted': admitted, 'began': began, 'admission_method': admission_method,
    'admission_source': admission_source, 'diagnosis_1': diagnosis_1, 'other_diagnoses': other_diagnoses,
    'procedure_1': procedure_1, 'other_procedures': other_procedures
  }}, position)),
  unnest(arg_max({{
    'ended': ended, 'discharged': coalesce(discharged, ended), 'destination': destination
  }}, (ended, position)))
FROM (SELECT *, sum(starts::INTEGER) OVER (
    PARTITION BY patient_id, provider ORDER BY position ROWS UNBOUNDED PRECEDING
  ) AS spell FROM {source})
GROUP BY patient_id, provider, spell
"""
# Stays of one person that are not apart in time. Of two with the same days, method, first diagnosis and first procedure
# under codes of two providers one is a copy, as where a trust has a successor: HES takes such rows out after it has
# mapped providers' codes ("Methodology for identifying and removing duplicate records from the HES data set", NHS
# Digital), which a study cannot do. A stay that begins before the last day of an earlier one is part of it.
# ASSUME: nobody is in two beds; the earlier stay says how the person came, the one that ends last how the person left.
# Grouping stays that overlap is method one of Rees and others (BMC Medical Informatics and Decision Making 2019;19),
# where 0.2 % of episodes do. One that begins on the very day on which another ends is a stay of its own.
CROWDED = """
SELECT DISTINCT patient_id FROM (
  SELECT patient_id, admitted = lag(admitted) OVER ordered AND ended = lag(ended) OVER ordered AS alike,
    admitted < max(coalesce(discharged, admitted)) OVER (
      PARTITION BY patient_id ORDER BY admitted, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS within
  FROM {source} WINDOW ordered AS (PARTITION BY patient_id ORDER BY admitted, ended)
) WHERE alike OR within
"""
JUDGED = """
SELECT *, coalesce(admitted < max(coalesce(discharged, admitted)) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING
    AND 1 PRECEDING), false) AS within,
  coalesce(provider <> lag(provider) OVER earlier AND admitted = lag(admitted) OVER earlier
    AND began = lag(began) OVER earlier AND ended = lag(ended) OVER earlier
    AND admission_method IS NOT DISTINCT FROM lag(admission_method) OVER earlier
    AND diagnosis_1 IS NOT DISTINCT FROM lag(diagnosis_1) OVER earlier
    AND procedure_1 IS NOT DISTINCT FROM lag(procedure_1) OVER earlier, false) AS alike,
  row_number() OVER earlier AS place
FROM {source} AS stay
WINDOW earlier AS (PARTITION BY patient_id
  ORDER BY admitted, began, ended, admission_method, diagnosis_1, procedure_1, provider, hash(stay))
"""
MERGED = """
SELECT patient_id, max(discharged) AS discharged,
  unnest(arg_min({{
    'provider': provider, 'episodes': episodes, 'practice_id': practice_id, 'admitted': admitted, 'began': began,
    'admission_method': admission_method, 'admission_source': admission_source, 'diagnosis_1': diagnosis_1,
    'other_diagnoses': other_diagnoses, 'procedure_1': procedure_1, 'other_procedures': other_procedures
  }}, place)),
  unnest(arg_max({{'ended': ended, 'destination': destination}}, (ended, place)))
FROM (SELECT *, sum((NOT within AND NOT alike)::INTEGER) OVER (
    PARTITION BY patient_id ORDER BY place ROWS UNBOUNDED PRECEDING
  ) AS stay FROM {source})
GROUP BY patient_id, stay
"""
# Same person: a spell goes on from the one before when it begins at most a few days after that one ended, and either
# the discharge, the source or the method of admission is a transfer.
JOINED = """
SELECT *, row_number() OVER ordered AS spell, coalesce(NOT (
    began - lag(ended) OVER ordered <= {transfer_days}
    AND (lag(destination) OVER ordered IN ('51', '52', '53')
      OR admission_source IN ('51', '52', '53')
      OR admission_method IN ('2B', '81'))
  ), true) AS first_of_cips
FROM {source} AS stay
WINDOW ordered AS (PARTITION BY patient_id ORDER BY admitted, began, ended, provider, hash(stay))
"""
CIPS = """
SELECT *, sum(first_of_cips::INTEGER) OVER ordered AS cips,
  coalesce(lead(first_of_cips) OVER ordered, true) AS last_of_cips
FROM {source}
WINDOW ordered AS (PARTITION BY patient_id ORDER BY spell)
"""
METHOD = "SELECT *, {method} AS method FROM {source}"
# The next admission is that of the next continuous inpatient spell that began as an emergency, so a transfer is none.
READMITTED = """
SELECT *, discharged - admitted AS length_of_stay,
  last_of_cips AND coalesce(lead(CASE WHEN first_of_cips AND method = 'emergency' THEN admitted END IGNORE NULLS)
    OVER (PARTITION BY patient_id ORDER BY spell) - discharged BETWEEN 0 AND {readmission_days}, false) AS readmitted
FROM {source}
"""
# Codes in capitals without dots, as analysis.prepare.condition_list reads them; only emergencies are looked at.
CODES = """
SELECT *,
  CASE WHEN method = 'emergency' THEN upper(replace(diagnosis_1, '.', '')) END AS primary_diagnosis,
  CASE WHEN method = 'emergency' THEN upper(replace(procedure_1, '.', '')) END AS primary_procedure,
  CASE WHEN method = 'emergency' THEN ' ' || upper(replace(other_diagnoses, '.', '')) END AS secondary_diagnoses,
  CASE WHEN method = 'emergency' THEN ' ' || upper(replace(other_procedures, '.', '')) END AS secondary_procedures
FROM {source}
"""
# By table: its columns with a list of codes, as the queries here call them.
CODED = {
    "episodes": {
        "ADMIMETH": "admission_method", "ADMISORC": "admission_source", "DISMETH": "discharge_method",
        "DISDEST": "destination",
    },
    "spells": {"method": "admission_method"},
}  # fmt: skip
CONDITION = "SELECT *, {condition} AS condition FROM {source}"


def chained(query: str, *steps: str, **values: object) -> str:
    """One query of several, each reading from the one before it."""
    for step in steps:
        query = step.format(source=f"({query})", **values)
    return query


def episode_columns(names: list[str]) -> str:
    """The columns of an episode under plain names, many diagnoses and procedures in two texts."""
    return f"""
HESID AS patient_id, PROCODE3 AS provider, EPIKEY AS episode_key, EPISTART AS began, EPIEND AS ended,
EPIORDER AS episode_order, ADMIDATE AS admitted, DISDATE AS discharged, upper(ADMIMETH) AS admission_method,
ADMISORC AS admission_source, DISMETH AS discharge_method, DISDEST AS destination, TRANSIT AS transit, EPISTAT AS state,
GPPRAC AS practice_id, {packed("diagnosis", names, "DIAG_")}, {packed("procedure", names, "OPERTN_")}
"""


def spell_columns(names: list[str]) -> str:
    """The columns of a spell that was given as such, under the same names; it knows of no transfers."""
    return f"""
patient_id, CAST(NULL AS VARCHAR) AS provider, 1 AS episodes, practice_id, admitted, admitted AS began,
upper(method) AS admission_method, CAST(NULL AS VARCHAR) AS admission_source,
{packed("diagnosis", names, "diagnosis_")}, {packed("procedure", names, "procedure_")},
coalesce(discharged, admitted) AS ended, discharged, CAST(NULL AS VARCHAR) AS destination
"""


def packed(kind: str, names: list[str], stem: str) -> str:
    """The first code in a column of its own and all others in one text, so that rows stay narrow."""
    first, *others = [name for name in names if name.startswith(stem)] or ["NULL"]
    plural = "diagnoses" if kind == "diagnosis" else "procedures"
    rest = f"concat_ws(' ', {', '.join(others)})" if others else "''"
    return f"nullif({first}, '-') AS {kind}_1, {rest} AS other_{plural}"


def method_sql(column: str, rules: HospitalRules) -> str:
    """Emergency, elective or other, from a HES code or from the word itself."""
    return f"""CASE
  WHEN {column} IN {listed(canonical(rules.emergency))} OR lower({column}) = 'emergency' THEN 'emergency'
  WHEN {column} IN {listed(canonical(rules.elective))} OR lower({column}) = 'elective' THEN 'elective'
  ELSE 'other' END"""

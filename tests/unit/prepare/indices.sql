-- The indices as plain SQL: what the compiled loops must agree with, and are measured against.
WITH ordered AS (
  SELECT practice_id, patient_id, part, clinician_id, registered,
    clinician_id = lag(clinician_id) OVER (
      PARTITION BY practice_id, patient_id, part ORDER BY date, clinician_id) AS again
  FROM ({contacts})
),
seen AS (
  SELECT practice_id, patient_id, part, clinician_id, count(*) AS n, sum(again::INTEGER) AS again,
    sum(registered::INTEGER) AS registered
  FROM ordered GROUP BY ALL
),
patients AS (
  SELECT practice_id, patient_id, part, sum(n)::INTEGER AS contacts, count(*)::INTEGER AS clinicians,
    max(n) AS most, sum(n * n) AS squares, coalesce(sum(again), 0) AS again, sum(registered)::INTEGER AS registered
  FROM seen GROUP BY ALL
)
SELECT practice_id, patient_id, part, contacts, clinicians, registered,
  CASE WHEN contacts > 1 THEN most / contacts END AS upc,
  CASE WHEN contacts > 1 THEN (squares - contacts) / (contacts * (contacts - 1)) END AS coc,
  CASE WHEN contacts > 1 THEN again / (contacts - 1) END AS secon,
  CASE WHEN contacts > 1 THEN (1 - clinicians / (contacts + 0.1)) / (1 - 1 / (contacts + 0.1)) END AS mmci,
  CASE WHEN contacts > 1 THEN (contacts - clinicians) / (contacts - 1) END AS k,
  CASE WHEN contacts > 1 THEN squares / (contacts * contacts) END AS herfindahl
FROM patients

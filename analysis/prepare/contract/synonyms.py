"""Names under which the columns of the data contract are met in the files of others."""

from collections.abc import Iterable

from analysis.closest import bare

# Names under which columns of the contract are met, without capitals, spaces and signs.
SYNONYMS = {
    "practice_id": "gpcode gppracticecode practicecode practice orgcode odscode gpprac pracid",
    "site_id": "site sitecode pilot pilotid",
    "name": "sitename pilotname",
    "model": "modelofcare caremodel",
    "start_month": "start started startdate golive golivemonth",
    "region": "regionname icb icbcode subicb ccg ccgcode area commissioner",
    "list_size": "listsize registeredpatients numberofpatients patients",
    "imd": "imdscore deprivation deprivationscore imd2019 imd2025",
    "gp_fte": "gpwte fte gpftes totalgpfte",
    "share_65plus": "share65 share65andover prop65plus proportion65plus over65",
    "month": "period yearmonth activitymonth",
    "measure": "activitytype type indicator",
    "count": "events number admissions total",
    "population": "pop registered registeredpopulation denominator",
    "wave": "surveymonth fieldwork",
    "item": "question questionid",
    "responses": "base respondents numberofresponses",
    "value": "share proportion",
    "patient_id": "patient patid patientpseudonym person personid pseudonym pseudoid",
    "date": "contactdate consultationdate consdate eventdate appointmentdate apptdate day",
    "clinician_id": "clinician clinicianpseudonym staff staffid practitioner practitionerid doctor doctorid hcp hcpid",
    "role": "staffrole stafftype clinicianrole cliniciantype jobrole jobcategory hcptype profession",
    "mode": "contactmode contacttype consultationmode consultationtype appointmentmode apptmode appttype",
    "registered": "registrationdate dateregistered regdate regstart regstartdate registrationstart",
    "left": "dateleft leavingdate deregistered deregistrationdate regend regenddate registrationend",
    "died": "death deathdate dateofdeath dod",
    "gp_id": "gp registeredgp usualgp namedgp personalgp accountablegp usualgpid usualgpstaffid",
    "birth_year": "yearofbirth yob birth",
    "sex": "gender",
    "conditions": "numberofconditions longtermconditions ltc ltcs multimorbidity",
    # HES: its own names over the years, and those of other extracts of the same records.
    "HESID": "tokenpersonid encryptedhesid pseudohesid pseudonymisedhesid patientid personid pseudonym studyid",
    "PROCODE3": "procode procodet procode5 providercode provider organisationcodeofprovider",
    "EPIKEY": "episodekey episodeid recordidentifier susrecordid",
    "EPISTART": "episodestart episodestartdate startdateepisode",
    "EPIEND": "episodeend episodeenddate enddateepisode",
    "EPIORDER": "episodenumber episodeorder",
    "EPISTAT": "episodestatus",
    "ADMIDATE": "admissiondate dateofadmission admitdate admitted",
    "DISDATE": "dischargedate dateofdischarge discharged",
    "ADMIMETH": "admissionmethod methodofadmission",
    "ADMISORC": "admissionsource sourceofadmission",
    "DISMETH": "dischargemethod methodofdischarge",
    "DISDEST": "dischargedestination destinationondischarge",
    "GPPRAC": "practiceid gppractice gppracticecode practicecode practice generalpractice registeredpractice",
    "APPTDATE": "appointmentdate dateofappointment attendancedate",
    "ATTENDED": "attendancestatus attendedordidnotattend",
    "ARRIVALDATE": "arrival dateofarrival attendancedate arrivaldatetime",
    "AEKEY": "attendancekey attendanceid attendanceidentifier",
    "admitted": "admissiondate dateofadmission admitdate admidate",
    "discharged": "dischargedate dateofdischarge disdate",
    "method": "admissionmethod methodofadmission admimeth",
    "diagnosis_1": "diag01 primarydiagnosis maindiagnosis",
}


def names_of(column: str) -> list[str]:
    """The bare names under which a column of the contract is met, its own first."""
    return [bare(column), *SYNONYMS.get(column, "").split()]


def synonym(column: str, present: Iterable[str]) -> str:
    """The column of a file that has a well-known name of one of the contract; empty where none has."""
    columns = {bare(each): each for each in present}
    name = next((each for each in names_of(column) if each in columns), "")
    return columns.get(name, "")

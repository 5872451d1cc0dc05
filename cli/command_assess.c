/* command_assess.c - `bridge7 assess COURSE`: the grades that the published criteria give to a recorded course, and
 * why. */
#include "bridge7_assess.h"
#include "bridge7_hla.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct AssessRequest {
  const char *explain, *report;
  bool json, all;
} AssessRequest;

typedef struct Donor {
  int32_t loci, matched, gvh, hvg;
  char note[256]; /* serology of the mismatched alleles */
} Donor;

static bool load(const char *path, B7Course **course, B7Criteria **criteria, B7Assessment **assessment,
                 B7Error *error) {
  char data[1024], rules[1024];
  *course = NULL;
  *criteria = NULL;
  *assessment = NULL;
  if (!b7_cli_folder("data", data, sizeof data) || !b7_cli_folder("criteria", rules, sizeof rules)) {
    *error = (B7Error){.status = B7_ERROR_FILE};
    snprintf(error->message, sizeof error->message,
             "the folders data and criteria are not found; set B7_HOME to where they are");
    return false;
  }
  return b7_criteria_load(rules, NULL, criteria, error) == B7_OK &&
         b7_course_load(path, data, NULL, course, error) == B7_OK &&
         b7_assess_course(*course, *criteria, NULL, assessment, error) == B7_OK;
}

// what the course records of the donor's HLA, and whether mismatched alleles differ serologically
static Donor donor_of(const B7Course *course) {
  Donor donor = {0};
  const B7HlaRow *rows;
  const int32_t n = b7_course_hla(course, &rows);
  char data[1024], rules[1024], patient[32], other[32];
  B7Hla *hla = NULL;
  if (b7_cli_folder("data", data, sizeof data) && b7_cli_folder("criteria", rules, sizeof rules))
    b7_hla_load(data, rules, NULL, &hla, NULL);
  for (int32_t i = 0; i < n; i++) {
    const int32_t mismatches = rows[i].gvh > rows[i].hvg ? rows[i].gvh : rows[i].hvg;
    donor.loci++;
    donor.matched += 2 - mismatches;
    donor.gvh += rows[i].gvh;
    donor.hvg += rows[i].hvg;
    char antigen_patient[8], antigen_donor[8];
    B7HlaSerology serology;
    if (!hla || mismatches != 1 || !rows[i].patient[0] || strchr(rows[i].patient, '/')) continue;
    snprintf(patient, sizeof patient, "%s*%s", rows[i].locus, rows[i].patient);
    snprintf(other, sizeof other, "%s*%s", rows[i].locus, rows[i].donor);
    if (b7_hla_serology(hla, patient, other, antigen_patient, antigen_donor, &serology, NULL) != B7_OK)
      continue;
    if (serology == B7_HLA_SEROLOGY_UNKNOWN) continue;
    snprintf(donor.note, sizeof donor.note, "patient %s (%s%s), donor %s (%s%s): serologically %s", patient,
             rows[i].locus, antigen_patient, other, rows[i].locus, antigen_donor,
             serology == B7_HLA_SEROLOGY_DIFFERENT ? "different antigens" : "the same antigen");
  }
  b7_hla_free(hla);
  return donor;
}

static void print_verdict(const B7Verdict *verdict, const char *name) {
  printf("%-11s %-18s %-44s %s\n", verdict->when[0] ? verdict->when : "-", name, verdict->grade,
         verdict->rule);
  if (verdict->deciding[0]) printf("%30s because of %s\n", "", verdict->deciding);
  // what is missing already stands in the grade of a verdict that could not be given
  if (verdict->missing[0] && verdict->evaluable == B7_PARTIAL)
    printf("%30s missing: %s\n", "", verdict->missing);
  if (verdict->remarks[0]) printf("%30s remark: %s\n", "", verdict->remarks);
}

static void print_summary(const B7Assessment *assessment, bool all) {
  const B7Verdict *rows;
  const int32_t n = b7_assessment_verdicts(assessment, &rows);
  printf("%-11s %-18s %-44s %s\n", "when", "endpoint", "grade", "rule");
  for (int32_t i = 0; i < n; i++) {
    if (rows[i].per_sample || (!all && rows[i].evaluable == B7_NOT_APPLICABLE)) continue;
    print_verdict(&rows[i], rows[i].endpoint);
  }
}

// one line a visit; the reasons of each are behind --explain
static void print_visits(const B7Assessment *assessment) {
  static const char *const columns[] = {"marrow", "response", "mrd", "lugano", "overall", "relapse"};
  enum { COLUMNS = sizeof columns / sizeof columns[0] };
  const B7Verdict *rows;
  const int32_t n = b7_assessment_verdicts(assessment, &rows);
  printf("%-11s %-13s %-11s %-24s %-12s %s\n", "when", "marrow", "response", "MRD", "nodes", "overall");
  for (int32_t i = 0, next; i < n && rows[i].per_sample; i = next) {
    const char *cells[COLUMNS] = {"", "", "", "", "", ""};
    for (next = i; next < n && rows[next].per_sample && rows[next].t_day == rows[i].t_day; next++)
      for (int c = 0; c < COLUMNS; c++)
        if (strcmp(rows[next].endpoint, columns[c]) == 0) cells[c] = rows[next].grade;
    printf("%-11s %-13s %-11s %-24s %-12s %s%s%s\n", rows[i].when, cells[0], cells[1], cells[2], cells[3],
           cells[4], cells[5][0] ? "; " : "", cells[5]);
  }
}

static void print_timeline(const B7Assessment *assessment) {
  static const char *const tracks[] = {"response", "toxicity", "graft"};
  const B7Span *spans;
  const int32_t n = b7_assessment_timeline(assessment, &spans);
  for (size_t t = 0; t < sizeof tracks / sizeof tracks[0]; t++)
    for (int32_t i = 0; i < n; i++)
      if (strcmp(spans[i].track, tracks[t]) == 0)
        printf("%-9s day %6g to %6g  %s\n", tracks[t], spans[i].start_day, spans[i].end_day, spans[i].label);
}

static void print_all(const B7Course *course, const B7Assessment *assessment, bool all) {
  printf("%s\n%s\n\n", b7_course_title(course)[0] ? b7_course_title(course) : b7_course_name(course),
         B7_CLI_NOTICE);
  const Donor donor = donor_of(course);
  if (donor.loci > 0) {
    printf("Donor\n%d/%d HLA alleles matched, mismatches GVH %d, HVG %d\n", donor.matched, 2 * donor.loci,
           donor.gvh, donor.hvg);
    if (donor.note[0]) printf("%s\n", donor.note);
    printf("\n");
  }
  printf("Verdicts\n");
  print_summary(assessment, all);
  printf("\nVisits\n");
  print_visits(assessment);
  printf("\nTimeline (days from %s)\n", b7_course_day0(course));
  print_timeline(assessment);
}

static void print_json(const B7Course *course, const B7Assessment *assessment) {
  const Donor donor = donor_of(course);
  printf("{\"assessment\": %s", b7_assessment_json(assessment));
  if (donor.loci > 0) {
    printf(",\n\"donor\": {\"hla_matched\": %d, \"hla_alleles\": %d, \"gvh\": %d, \"hvg\": %d, \"note\": ",
           donor.matched, 2 * donor.loci, donor.gvh, donor.hvg);
    b7_cli_json_text(donor.note);
    printf("}");
  }
  printf("}\n");
}

static int explain(const B7Assessment *assessment, const char *name) {
  const char *text = b7_assessment_explain(assessment, name);
  if (text) {
    fputs(text, stdout);
    return 0;
  }
  fprintf(stderr, "bridge7 assess: no endpoint '%s'; there are:", name);
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) fprintf(stderr, " %s", b7_endpoint_name((B7Endpoint)e));
  fprintf(stderr, "\n");
  return b7_status_exit_code(B7_ERROR_USAGE);
}

static int write_report(const B7Course *course, const B7Assessment *assessment, const B7Criteria *criteria,
                        const char *path) {
  char data[1024], bibliography[1100], *page;
  B7Error error;
  bool found = b7_cli_folder("data", data, sizeof data);
  snprintf(bibliography, sizeof bibliography, "%s/references.bib", data);
  B7Status status =
      b7_assess_page_json(course, assessment, criteria, found ? bibliography : NULL, NULL, &page, &error);
  if (status == B7_OK) {
    status = b7_report_write_html(page, path, &error);
    b7_text_free(NULL, page);
  }
  return status == B7_OK ? 0 : b7_cli_fail(&error);
}

int b7_cli_assess(int argc, char **argv) {
  AssessRequest request = {0};
  const B7CliOption options[] = {
      {.name = "--json", .help = "verdicts, timeline and donor as JSON", .flag = &request.json},
      {.name = "--explain",
       .value_name = "ENDPOINT",
       .help = "rule, sources, thresholds and every step of one endpoint",
       .text = &request.explain},
      {.name = "--report",
       .value_name = "FILE.html",
       .help = "write the report page",
       .text = &request.report},
      {.name = "--all", .help = "also what does not apply to this course", .flag = &request.all},
      {.name = NULL}};
  const B7CliCommand command = {
      .name = "assess",
      .arguments = "COURSE",
      .about =
          "Grades what a course records by the published criteria: toxicity, response, graft, GVHD, survival. Every verdict names its rule, its "
          "day, what decided and what was missing.",
      .example = "bridge7 assess courses/yao2026.yaml --explain crs",
      .options = options,
      .positional_min = 1,
      .positional_max = 1};
  B7CliWords words;
  const int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  B7Course *course;
  B7Criteria *criteria;
  B7Assessment *assessment;
  B7Error error;
  int exit_code = 0;
  if (!load(words.words[0], &course, &criteria, &assessment, &error))
    exit_code = b7_cli_fail(&error);
  else if (request.explain)
    exit_code = explain(assessment, request.explain);
  else if (request.json)
    print_json(course, assessment);
  else
    print_all(course, assessment, request.all);
  if (exit_code == 0 && request.report)
    exit_code = write_report(course, assessment, criteria, request.report);
  b7_assessment_free(assessment);
  b7_course_free(course);
  b7_criteria_free(criteria);
  return exit_code;
}

/* Any bytes as a file of each kind that is read: an error with a message, or what was read; never a crash. The
 * environment's B7_FUZZ_READER names the kind, which is also the name of its corpus. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../cli/survival_csv.h"
#include "../unit/plan_tables.h"
#include "assess/hla/hla.h"
#include "assess/rules/criteria.h"
#include "base/files.h"
#include "base/hash.h"
#include "bridge7_assess.h"
#include "bridge7_fit.h"
#include "read/catalogue/catalogue.h"
#include "read/cohort/cohort.h"
#include "read/course/course_reader.h"
#include "read/model/bibliography.h"
#include "read/plan/plan_make.h"
#include "sbml/sbml.h"
#include "study/studies.h"
#include "trial/run/checkpoint.h"
#include "trial/run/costs.h"

#define DATA B7_TEST_FOLDER "/../data"
#define SMALL B7_TEST_FOLDER "/fuzz/course_data"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) abort();
}

/* what every reader owes: OK, or why not, and never trouble with files of its own */
static B7Status judge(B7Status status, const B7Error *error) {
  check(status == B7_OK || (error->status == status && error->message[0]));
  check(status != B7_ERROR_FILE && status != B7_ERROR_COMPILER && status != B7_ERROR_CANCELLED);
  if (status == B7_OK) return status;
  char text[1200];
  b7_error_format(error, text, sizeof text);
  check(!b7_text_unprintable(text));
  return status;
}

/* ---- files of this process ---- */

static char folder[64];

static const char *path_of(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static const char *put(const char *name, const void *bytes, size_t size) {
  FILE *file = fopen(path_of(name), "wb");
  check(file && fwrite(bytes, 1, size, file) == size);
  check(fclose(file) == 0);
  return path_of(name);
}

static const char *const leftovers[] = {"file",
                                        "file.xml",
                                        "small_studies.yaml",
                                        "hla/serology.tsv",
                                        "hla/antigen_splits.tsv",
                                        "hla/p_groups.tsv",
                                        "hla/dpb1_tce.tsv",
                                        "hla/kir_ligands.tsv",
                                        "hla_nom_p.txt",
                                        "hla_nom_g.txt",
                                        "rel_dna_ser.txt",
                                        "rel_ser_ser.txt",
                                        "dpb_tce.csv",
                                        "hla"};

static void clear_folder(void) {
  for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++) remove(path_of(leftovers[i]));
  for (int32_t r = 0; r < B7_RULE_COUNT; r++) remove(path_of(b7_rule_file((B7RuleIndex)r)));
  rmdir(folder);
}

static void make_folder(void) {
  const char *where = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.40s/b7_fuzz_XXXXXX", where ? where : "/tmp");
  check(mkdtemp(folder) != NULL);
  atexit(clear_folder);
}

/* ---- data files ---- */

static void read_quantities(const uint8_t *data, size_t size) {
  B7Arena arena = b7_arena_make(NULL);
  B7Quantities out;
  B7Error error;
  judge(b7_quantities_load(put("file", data, size), &arena, &out, &error), &error);
  b7_arena_free(&arena);
}

static void read_products(const uint8_t *data, size_t size) {
  B7Arena arena = b7_arena_make(NULL);
  B7Products out;
  B7Error error;
  judge(b7_products_load(put("file", data, size), &arena, &out, &error), &error);
  b7_arena_free(&arena);
}

static void read_drugs(const uint8_t *data, size_t size) {
  B7Arena arena = b7_arena_make(NULL);
  B7Formulary out;
  B7Error error;
  judge(b7_formulary_load(put("file", data, size), &arena, &out, &error), &error);
  b7_arena_free(&arena);
}

static void read_regimens(const uint8_t *data, size_t size) {
  static B7Arena kept;
  static B7Formulary formulary;
  B7Error error;
  if (!formulary.n_drug) {
    kept = b7_arena_make(NULL);
    check(b7_formulary_load(SMALL "/drugs.yaml", &kept, &formulary, &error) == B7_OK);
  }
  B7Arena arena = b7_arena_make(NULL);
  B7Regimens out;
  judge(b7_regimens_load(put("file", data, size), &formulary, &arena, &out, &error), &error);
  b7_arena_free(&arena);
}

static void read_costs(const uint8_t *data, size_t size) {
  B7Arena arena = b7_arena_make(NULL);
  B7Costs out;
  B7Error error;
  judge(b7_costs_load(put("file", data, size), &arena, &out, &error), &error);
  b7_arena_free(&arena);
}

static void read_bibliography(const uint8_t *data, size_t size) {
  B7Arena arena = b7_arena_make(NULL);
  const char *const *keys;
  B7Error error;
  if (judge(b7_bibliography_keys(put("file", data, size), &arena, &keys, &error), &error) == B7_OK)
    for (int32_t i = 0; keys[i]; i++) check(keys[i][0] != '\0');
  b7_arena_free(&arena);
}

/* the file of the first rule; the others are the shipped ones */
static void read_criteria(const uint8_t *data, size_t size) {
  static bool linked;
  char shipped[512];
  for (int32_t r = 0; r < B7_RULE_COUNT && !linked; r++) {
    const char *name = b7_rule_file((B7RuleIndex)r);
    snprintf(shipped, sizeof shipped, "%s/../criteria/%s", B7_TEST_FOLDER, name);
    if (strcmp(name, b7_rule_file((B7RuleIndex)0)) != 0 && access(path_of(name), F_OK) != 0)
      check(symlink(shipped, path_of(name)) == 0);
  }
  linked = true;
  put(b7_rule_file((B7RuleIndex)0), data, size);
  B7Criteria *out;
  B7Error error;
  if (judge(b7_criteria_load(folder, NULL, &out, &error), &error) == B7_OK) b7_criteria_free(out);
}

/* ---- patients, policies, studies, fits ---- */

static void read_patient(const uint8_t *data, size_t size) {
  B7Population *out;
  B7Error error;
  B7Status status =
      b7_population_load(b7_kernel_shipped(), put("file", data, size), 2, 1, true, NULL, &out, &error);
  if (judge(status, &error) == B7_OK) b7_population_free(out);
}

static void read_population(const uint8_t *data, size_t size) {
  const B7Kernel *kernel = b7_kernel_shipped();
  B7Population *population;
  B7Cohort *cohort;
  B7Error error;
  check(b7_population_make(kernel, 2, 1, true, NULL, 0, NULL, &population, &error) == B7_OK);
  B7Status status =
      b7_cohort_load(put("file", data, size), b7_kernel_tables(kernel), population, NULL, &cohort, &error);
  if (judge(status, &error) == B7_OK) b7_cohort_free(cohort);
  b7_population_free(population);
}

static void read_policy(const uint8_t *data, size_t size) {
  static B7Course *course;
  static const char text[] = "course: c\nday0: 2025-01-01\nanchors: {cart: day0+10, hsct: cart+50}\n"
                             "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n";
  B7Plan *plan;
  B7Error error;
  if (!course)
    check(b7_course_parse(text, sizeof text - 1, "c.yaml", SMALL, -1, NULL, &course, &error) == B7_OK);
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.policy_path = put("file", data, size);
  B7Status status = b7_plan_make_for(course, &test_tables, &options, NULL, &plan, &error);
  if (judge(status, &error) == B7_OK) b7_plan_free(plan);
}

static void read_studies(const uint8_t *data, size_t size) {
  B7Studies *out;
  B7Error error;
  if (judge(b7_studies_load(put("file", data, size), DATA, NULL, &out, &error), &error) == B7_OK)
    b7_studies_free(out);
}

static void read_fit(const uint8_t *data, size_t size) {
  static const char studies[] =
      "studies:\n  TWIN:\n    title: made up\n    source: nobody\n    use: calibration\n    n: 400\n    arms:\n"
      "      all:\n        population: rr_t_all_adult\n        horizon: 60 d\n"
      "        arm: {product: auto_other, dose: 1e6 cells/kg, lymphodepletion: flu_cy}\n"
      "    endpoints:\n      - {endpoint: crs_any, events: 18, of: 20}\n";
  char studies_path[128];
  snprintf(studies_path, sizeof studies_path, "%s", put("small_studies.yaml", studies, sizeof studies - 1));
  const B7CalibrationFiles files = {.model_folder = B7_TEST_FOLDER "/../model",
                                    .data_folder = DATA,
                                    .criteria_folder = B7_TEST_FOLDER "/../criteria",
                                    .studies = studies_path};
  B7Calibration *out;
  B7Error error;
  B7Status status =
      b7_calibration_load(put("file", data, size), &files, b7_kernel_shipped(), NULL, &out, &error);
  if (judge(status, &error) == B7_OK) b7_calibration_free(out);
}

/* ---- HLA ---- */

static B7Hla *bare_hla(void) {
  B7Arena arena = b7_arena_make(NULL);
  B7Hla *hla = B7_ARENA_ARRAY(&arena, B7Hla, 1);
  check(hla != NULL);
  hla->arena = arena;
  hla->loci_8 = 4, hla->loci_10 = 5, hla->loci_12 = 6;
  hla->haplo_min = 5, hla->haplo_max = 8, hla->haplo_of = 10, hla->tce_groups = 3;
  return hla;
}

static void compare_typings(B7Hla *hla) {
  B7HlaTyping *one, *other;
  B7HlaMatch match;
  B7Error error;
  B7Status status =
      b7_hla_typing_make(hla, "A*02:01,A*24:02 B*15:01,B*40:01", "recipient", false, &one, &error);
  if (judge(status, &error) != B7_OK) return;
  status = b7_hla_typing_make(hla, "A*02:01,A*02:01 B*15:AB,B*15:01P", "donor", false, &other, &error);
  if (judge(status, &error) == B7_OK) {
    judge(b7_hla_match(hla, one, other, 8, B7_HLA_KEY_ARD, false, &match, &error), &error);
    b7_hla_typing_free(other);
  }
  b7_hla_typing_free(one);
}

/* the first byte chooses the file; those not chosen are empty */
static void read_hla_tables(const uint8_t *data, size_t size) {
  static const char *const files[] = {"hla/serology.tsv", "hla/antigen_splits.tsv", "hla/p_groups.tsv",
                                      "hla/dpb1_tce.tsv", "hla/kir_ligands.tsv"};
  if (size == 0) return;
  for (size_t i = 0; i < 5; i++) put(files[i], data + 1, i == data[0] % 5u ? size - 1 : 0);
  B7Hla *hla = bare_hla();
  B7Error error;
  if (judge(b7_hla_read_tables(hla, folder, &error), &error) == B7_OK) compare_typings(hla);
  b7_hla_free(hla);
}

static void read_hla_release(const uint8_t *data, size_t size) {
  static const char *const files[] = {"hla_nom_p.txt", "hla_nom_g.txt", "rel_dna_ser.txt", "rel_ser_ser.txt",
                                      "dpb_tce.csv"};
  if (size == 0) return;
  for (size_t i = 0; i < 5; i++) remove(path_of(files[i]));
  put(files[data[0] % 5u], data + 1, size - 1);
  B7Hla *hla = bare_hla();
  B7Error error;
  if (judge(b7_hla_read_release(hla, folder, &error), &error) == B7_OK) compare_typings(hla);
  b7_hla_free(hla);
}

/* "CODE alleles" */
static void read_nmdp_code(const uint8_t *data, size_t size) {
  char text[1000];
  if (size >= sizeof text) return;
  memcpy(text, data, size);
  text[size] = '\0';
  char *alleles = strchr(text, ' ');
  if (alleles) *alleles++ = '\0';
  B7Hla *hla = bare_hla();
  B7Error error;
  if (judge(b7_hla_add_code(hla, text, alleles ? alleles : "", &error), &error) == B7_OK)
    compare_typings(hla);
  b7_hla_free(hla);
}

/* ---- tables, states, SBML ---- */

static void read_csv(const uint8_t *data, size_t size) {
  static B7SurvivalTable table;
  B7SurvivalCoding coding;
  B7Error error;
  const char *path = put("file", data, size);
  B7Status status = b7_survival_table_read(path, "time", "status", "arm", "stratum", &table, &error);
  if (judge(status, &error) == B7_OK)
    judge(b7_survival_code(path, NULL, NULL, &table, &coding, &error), &error);
  b7_survival_table_free(&table);
}

/* a run of a few numbers; the sum at the end is made right, or nothing behind it would be seen */
static void read_state(const uint8_t *data, size_t size, int32_t rank, int32_t ranks) {
  static uint8_t bytes[1 << 16];
  static unsigned char room[1 << 12];
  int64_t whole[3] = {1, 2, 3}, blocks;
  uint32_t once[2] = {0};
  B7CountsItem items[] = {{B7_COUNTS_INT64, whole, 3}, {B7_COUNTS_UINT32, once, 2}};
  const B7Checkpoint checkpoint = {
      .counts = {.items = items, .n_item = 2, .bytes = sizeof whole + sizeof once},
      .identity = "bridge7 trial state 2\nversion: 0\nmodel: a\n",
      .ranks = ranks,
      .room = sizeof room,
      .bytes = room};
  if (size > sizeof bytes - sizeof(uint64_t)) return;
  memcpy(bytes, data, size);
  uint64_t sum = b7_hash_bytes(B7_HASH_START, bytes, size);
  bool summed = size % 2 == 0 || size > 60;
  if (summed) memcpy(bytes + size, &sum, sizeof sum);
  B7Error error;
  const char *path = put("file", bytes, size + (summed ? sizeof sum : 0));
  if (judge(b7_checkpoint_read(&checkpoint, path, rank, &blocks, &error), &error) != B7_OK)
    check(blocks == 0 && whole[0] == 1 && whole[2] == 3);
}

static void read_checkpoint(const uint8_t *data, size_t size) {
  read_state(data, size, 0, 1);
}

static void read_rank_part(const uint8_t *data, size_t size) {
  read_state(data, size, 3, 8);
}

static void read_sbml(const uint8_t *data, size_t size) {
  B7Model *model;
  B7Error error;
  if (judge(b7_sbml_read(put("file.xml", data, size), NULL, &model, &error), &error) != B7_OK) return;
  char *text;
  if (b7_model_describe(model, &text, &error) == B7_OK) b7_text_free(NULL, text);
  b7_model_free(model);
}

/* ---- which one ---- */

#define READERS(X)                                                                                           \
  X(quantities)                                                                                              \
  X(products)                                                                                                \
  X(drugs)                                                                                                   \
  X(regimens)                                                                                                \
  X(costs)                                                                                                   \
  X(bibliography)                                                                                            \
  X(criteria)                                                                                                \
  X(patient)                                                                                                 \
  X(population)                                                                                              \
  X(policy)                                                                                                  \
  X(studies)                                                                                                 \
  X(fit)                                                                                                     \
  X(hla_tables)                                                                                              \
  X(hla_release)                                                                                             \
  X(nmdp_code)                                                                                               \
  X(csv)                                                                                                     \
  X(checkpoint)                                                                                              \
  X(rank_part)                                                                                               \
  X(sbml)

typedef void (*Reader)(const uint8_t *data, size_t size);

static Reader chosen(void) {
  static const struct {
    const char *name;
    Reader read;
  } readers[] = {
#define READER_ROW(name) {#name, read_##name},
      READERS(READER_ROW)
#undef READER_ROW
  };
  const char *wanted = getenv("B7_FUZZ_READER");
  for (size_t i = 0; wanted && i < sizeof readers / sizeof readers[0]; i++)
    if (strcmp(readers[i].name, wanted) == 0) return readers[i].read;
  fprintf(stderr, "B7_FUZZ_READER names no reader; those are:");
  for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) fprintf(stderr, " %s", readers[i].name);
  fprintf(stderr, "\n");
  exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static Reader read;
  if (!read) {
    read = chosen();
    make_folder();
    char hla[128];
    snprintf(hla, sizeof hla, "%s/hla", folder);
    check(mkdir(hla, 0700) == 0);
  }
  read(data, size);
  return 0;
}

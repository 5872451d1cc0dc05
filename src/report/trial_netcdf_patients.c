/* trial_netcdf_patients.c - every patient of a trial in its NetCDF file. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "report/trial_netcdf_parts.h"
#include "trial/run/shards.h"

#define CHUNK_PATIENTS_MOST 65536

/* what a row holds beside endpoints. ORDER ROW: name, label, unit */
#define ROW_DAY_LIST(X)                                                                                      \
  X(cart_day, "first_infusion_day", "first infusion, after enrolment")                                       \
  X(hsct_day, "first_transplant_day", "first transplant, after enrolment")                                   \
  X(remission_day, "first_remission_day", "marrow remission found, after enrolment")                         \
  X(relapse_day, "first_relapse_day", "relapse found, after enrolment")                                      \
  X(death_day, "death_day", "death, after enrolment")
enum {
#define ROW_DAY_ENUM(field, name, label) DAY_##field,
  ROW_DAY_LIST(ROW_DAY_ENUM)
#undef ROW_DAY_ENUM
      DAYS
};
enum { STATUS, MADE, DONOR, PRODUCT_LEVEL, GRAFT_LEVEL, PRODUCT_STEP, TRANSPLANT_STEP, DEATH_CAUSE, FACTS };

typedef struct Patients {
  const B7TrialRun *run;
  B7NetcdfFile *file;
  B7Arena *arena;
  B7Error *error;
  int arm, patient; /* dimensions */
  size_t chunk;
  int facts[FACTS], days[DAYS], cost;
  int *codes, *times; /* [n_endpoint] */
  int8_t *bytes;      /* one block of a column */
  float *floats;
  B7PatientRows others[64]; /* of other ranks, opened as needed */
} Patients;

static int table(const Patients *p, const char *name, const char *label, const char *units,
                 B7NetcdfKind kind) {
  B7NetcdfVariable variable = {
      .name = name, .long_name = label, .units = units, .rank = 2, .dimensions = {p->arm, p->patient}};
  return b7_netcdf_table(p->file, &variable, kind, p->chunk);
}

/* ---- variables ---- */

static void define_endpoint(Patients *p, int32_t e) {
  B7Endpoint endpoint = p->run->trial->endpoints[e];
  const char *label = b7_endpoint_label(endpoint);
  char *code = b7_arena_format(p->arena, "%s_code", b7_endpoint_name(endpoint)),
       *day = b7_arena_format(p->arena, "%s_day", b7_endpoint_name(endpoint)),
       *about = b7_arena_format(p->arena,
                                b7_endpoint_timed(endpoint) ? "%s, days to event or censoring from the origin"
                                                            : "%s, day on which it was found",
                                label);
  p->codes[e] = table(p, code, label, NULL, B7_NETCDF_BYTES);
  p->times[e] = table(p, day, about, "d", B7_NETCDF_FLOATS);
  B7Text meanings = b7_text_make(&p->run->hooks);
  b7_text_append(&meanings, "-1: cannot be said");
  for (int32_t k = 0; k < B7_TALLY_CODES && b7_endpoint_words(endpoint, k)[0] != '?'; k++)
    b7_text_append(&meanings, "; %d: %s", (int)k, b7_endpoint_words(endpoint, k));
  b7_netcdf_text_made(p->file, p->codes[e], "code_meanings", &meanings);
  b7_text_release(&meanings);
}

static void define(Patients *p) {
  static const char *const facts[] = {
      "status",       "product_made",    "donor_found", "product_donor_level", "graft_donor_level",
      "product_step", "transplant_step", "death_cause"};
  static const char *const labels[] = {"what became of the simulation",
                                       "product at hand: donor there, and made",
                                       "donor of the graft at hand, and a transplant meant",
                                       "how far the donor of the product is: level of the population file",
                                       "how far the donor of the graft is: level of the population file",
                                       "how far the patient came on the way to the product",
                                       "how far the patient came on the way to a transplant",
                                       "what the patient died of"};
#define STEP_NAME(id, name, label) name " "
  for (int k = 0; k < FACTS; k++) p->facts[k] = table(p, facts[k], labels[k], NULL, B7_NETCDF_BYTES);
  b7_netcdf_flags(p->file, p->facts[STATUS], 3, "left_out followed failed_numerically");
  b7_netcdf_flags(p->file, p->facts[PRODUCT_STEP], B7_FLOW_PRODUCTS, B7_FLOW_PRODUCT_LIST(STEP_NAME));
  b7_netcdf_flags(p->file, p->facts[TRANSPLANT_STEP], B7_FLOW_TRANSPLANTS,
                  B7_FLOW_TRANSPLANT_LIST(STEP_NAME));
  b7_netcdf_flags(p->file, p->facts[DEATH_CAUSE], B7_DEATH_CAUSES + 1,
                  "none_alive " B7_DEATH_CAUSE_LIST(STEP_NAME));
#undef STEP_NAME
  static const char *const days[] = {
#define ROW_DAY_NAME(field, name, label) name,
      ROW_DAY_LIST(ROW_DAY_NAME)
#undef ROW_DAY_NAME
  };
  static const char *const about[] = {
#define ROW_DAY_LABEL(field, name, label) label,
      ROW_DAY_LIST(ROW_DAY_LABEL)
#undef ROW_DAY_LABEL
  };
  for (int k = 0; k < DAYS; k++) p->days[k] = table(p, days[k], about[k], "d", B7_NETCDF_FLOATS);
  char *cost = b7_arena_format(p->arena, "cost, %s", b7_trial_cost_unit(p->run));
  p->cost = table(p, "cost", cost, "1", B7_NETCDF_FLOATS);
  for (int32_t e = 0; e < p->run->n_endpoint; e++) define_endpoint(p, e);
}

/* ---- values ---- */

static void put_facts(Patients *p, size_t arm, size_t first, size_t count) {
  const B7PatientRows *rows = &p->run->rows;
  for (int k = 0; k < FACTS; k++) {
    for (size_t i = 0; i < count; i++) {
      const B7PatientRow *row = b7_row_at(rows, (int64_t)i);
      const int8_t values[] = {row->status,      row->made,         row->donor,           row->product_level,
                               row->graft_level, row->product_step, row->transplant_step, row->death_cause};
      p->bytes[i] = values[k];
    }
    b7_netcdf_put_bytes(p->file, p->facts[k], 2, arm, first, count, p->bytes);
  }
  for (int k = 0; k < DAYS; k++) {
    for (size_t i = 0; i < count; i++) {
      const B7PatientRow *row = b7_row_at(rows, (int64_t)i);
      const float values[] = {
#define ROW_DAY_VALUE(field, name, label) row->field,
          ROW_DAY_LIST(ROW_DAY_VALUE)
#undef ROW_DAY_VALUE
      };
      p->floats[i] = values[k];
    }
    b7_netcdf_put_floats(p->file, p->days[k], 2, arm, first, count, p->floats);
  }
  for (size_t i = 0; i < count; i++) p->floats[i] = b7_row_at(rows, (int64_t)i)->cost;
  b7_netcdf_put_floats(p->file, p->cost, 2, arm, first, count, p->floats);
}

static void put_endpoints(Patients *p, size_t arm, size_t first, size_t count) {
  const B7PatientRows *rows = &p->run->rows;
  for (int32_t e = 0; e < p->run->n_endpoint; e++) {
    for (size_t i = 0; i < count; i++) {
      p->bytes[i] = b7_row_codes(rows, (int64_t)i)[e];
      p->floats[i] = b7_row_times(rows, (int64_t)i)[e];
    }
    b7_netcdf_put_bytes(p->file, p->codes[e], 2, arm, first, count, p->bytes);
    b7_netcdf_put_floats(p->file, p->times[e], 2, arm, first, count, p->floats);
  }
}

/* the rows of a block stand in the file of its rank */
static B7Status read_block(Patients *p, int32_t arm, int64_t block, int64_t first, int64_t count) {
  const B7TrialRun *run = p->run;
  const B7TrialOptions *options = &run->options;
  int32_t rank = (int32_t)(block % options->ranks);
  if (rank == options->rank) return b7_rows_read(&run->rows, arm, first, count, &run->rows, p->error);
  B7PatientRows *other = &p->others[rank % 64];
  char path[4096];
  B7_TRY(b7_shard_path(options->patient_rows, rank, options->ranks, path, sizeof path, p->error));
  if (strcmp(other->path, path) != 0) {
    b7_rows_close(other, false);
    B7_TRY(b7_rows_open_other(&run->rows, path, other, p->error));
  }
  return b7_rows_read(other, arm, first, count, &run->rows, p->error);
}

static B7Status put_arms(Patients *p) {
  const B7TrialRun *run = p->run;
  for (int32_t a = 0; a < run->n_arm; a++) {
    for (int64_t block = 0, first = 0; first < run->patients; block++, first += run->block_patients) {
      int64_t left = run->patients - first, count = left < run->block_patients ? left : run->block_patients;
      B7_TRY(read_block(p, a, block, first, count));
      put_facts(p, (size_t)a, (size_t)first, (size_t)count);
      put_endpoints(p, (size_t)a, (size_t)first, (size_t)count);
    }
  }
  return B7_OK;
}

/* ---- who they are ---- */

/* covariates, and parameters that the population file sets; -1 ends the list */
static B7Status list_draws(const Patients *p, int32_t **out) {
  const B7Population *population = p->run->population;
  int32_t n = population->n_own + population->n_covariate, count = 0;
  *out = B7_ARENA_ARRAY(p->arena, int32_t, n + 1);
  if (!*out) return b7_fail_memory(p->error);
  for (int32_t i = 0; i < n; i++) {
    if (i >= population->n_own || population->draws[i].rank != INT32_MAX) (*out)[count++] = i;
  }
  (*out)[count] = -1;
  return B7_OK;
}

static int define_draw(const Patients *p, int32_t place) {
  const B7Population *population = p->run->population;
  const B7KernelTables *tables = b7_kernel_tables(p->run->kernel);
  B7NetcdfVariable variable = {.rank = 1, .dimensions = {p->patient}};
  if (place >= population->n_own) {
    const B7Covariate *covariate = &population->covariates[place - population->n_own];
    variable.name = covariate->name;
    variable.long_name = covariate->label;
    variable.units = covariate->unit;
  }
  for (int32_t i = 0; i < tables->n_parameter && place < population->n_own; i++) {
    if (tables->parameters[i].own_index != place) continue;
    variable.name = tables->parameters[i].name;
    variable.long_name = tables->parameters[i].label;
    variable.units = tables->parameters[i].unit;
  }
  return b7_netcdf_table(p->file, &variable, B7_NETCDF_FLOATS, p->chunk);
}

/* block by block, each patient drawn once for all columns */
static B7Status put_draws(Patients *p) {
  const B7TrialRun *run = p->run;
  B7Population *population = run->population;
  const int32_t n_own = population->n_own;
  int32_t *places, n = 0;
  B7_TRY(list_draws(p, &places));
  while (places[n] >= 0) n++;
  double covariates[B7_COVARIATES_MOST], *own = B7_ARENA_ARRAY(p->arena, double, n_own + 1);
  float *columns = B7_ARENA_ARRAY(p->arena, float, n * run->block_patients + 1);
  int *variables = B7_ARENA_ARRAY(p->arena, int, n + 1);
  if (!own || !columns || !variables) return b7_fail_memory(p->error);
  for (int32_t k = 0; k < n; k++) variables[k] = define_draw(p, places[k]);
  b7_population_select(population, NULL, run->patients);
  for (int64_t first = 0; first < run->patients; first += run->block_patients) {
    int64_t left = run->patients - first, count = left < run->block_patients ? left : run->block_patients;
    for (int64_t i = 0; i < count; i++) {
      b7_population_draw(population, first + i, own, covariates);
      for (int32_t k = 0; k < n; k++)
        columns[k * run->block_patients + i] =
            (float)(places[k] < n_own ? own[places[k]] : covariates[places[k] - n_own]);
    }
    for (int32_t k = 0; k < n; k++)
      b7_netcdf_put_floats(p->file, variables[k], 1, 0, (size_t)first, (size_t)count,
                           columns + k * run->block_patients);
  }
  return B7_OK;
}

B7Status b7_trial_netcdf_patients(const B7TrialRun *run, B7NetcdfFile *file, int arm_dimension,
                                  B7Arena *arena, B7Error *error) {
  Patients *p = B7_ARENA_ARRAY(arena, Patients, 1);
  if (!p) return b7_fail_memory(error);
  *p = (Patients){.run = run, .file = file, .arena = arena, .error = error, .arm = arm_dimension};
  for (int k = 0; k < 64; k++) p->others[k].file = -1;
  p->chunk = run->patients < CHUNK_PATIENTS_MOST ? (size_t)run->patients : CHUNK_PATIENTS_MOST;
  p->codes = B7_ARENA_ARRAY(arena, int, run->n_endpoint);
  p->times = B7_ARENA_ARRAY(arena, int, run->n_endpoint);
  p->bytes = B7_ARENA_ARRAY(arena, int8_t, run->block_patients);
  p->floats = B7_ARENA_ARRAY(arena, float, run->block_patients);
  if (!p->codes || !p->times || !p->bytes || !p->floats) return b7_fail_memory(error);
  p->patient = b7_netcdf_dimension(file, "patient", (size_t)run->patients);
  define(p);
  B7Status status = put_arms(p);
  for (int k = 0; k < 64; k++) b7_rows_close(&p->others[k], false);
  if (status == B7_OK) status = put_draws(p);
  // those of other ranks have served
  if (status == B7_OK) b7_trial_drop_rows(run);
  return status;
}

/* arm_read.c - an arm as written, every name looked up and every dose judged. */
#include "trial/design/arm_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "read/catalogue/cells_given.h"
#include "read/catalogue/dose_read.h"

#define HORIZON_LEAST_DAY 30.0
#define HORIZON_MOST_DAY 3660.0
#define CYCLES_MOST 12
#define TRANSPLANT_FIRST_DAY 14

B7Status b7_days_read(const B7Node *node, const char *what, double *out, B7Error *error) {
  const char *unit;
  B7_TRY(b7_node_quantity(node, out, &unit, error));
  if (strcmp(unit, "d") != 0 && strcmp(unit, "") != 0)
    return b7_node_fail(node, error, "%s is in days, such as '730 d', not in '%s'", what, unit);
  if (!(*out >= 0)) return b7_node_fail(node, error, "%s cannot be negative", what);
  return B7_OK;
}

B7Status b7_horizon_read(const B7Node *node, double *out, B7Error *error) {
  B7_TRY(b7_days_read(node, "the horizon", out, error));
  if (*out >= HORIZON_LEAST_DAY && *out <= HORIZON_MOST_DAY) return B7_OK;
  return b7_node_fail(node, error, "the horizon lies between %g and %g days", HORIZON_LEAST_DAY,
                      HORIZON_MOST_DAY);
}

/* place of a word in a NULL-terminated list; -1 when it is not there */
static int32_t place_of(const char *const *names, const char *word) {
  for (int32_t i = 0; names[i]; i++) {
    if (strcmp(names[i], word) == 0) return i;
  }
  return -1;
}

static B7Status read_word(const B7Node *node, const char *kind, const char *const *words, int32_t *out,
                          B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, kind, error));
  *out = place_of(words, node->text);
  return *out >= 0 ? B7_OK : b7_node_unknown(node, kind, node->text, words, NULL, error);
}

B7Status b7_origin_read(const B7Node *node, B7TrialOrigin *out, B7Error *error) {
  static const char *const names[] = {"enrolment", "infusion", "transplant", NULL};
  int32_t place;
  if (!node) return B7_OK;
  B7_TRY(read_word(node, "origin", names, &place, error));
  *out = (B7TrialOrigin)place;
  return B7_OK;
}

B7Status b7_data_name_read(const B7ArmReader *reader, const B7Node *node, const char *folder,
                           const char *what, const char **out) {
  char path[4096], all[4096];
  B7_TRY(b7_node_text(node, out, reader->error));
  if (strchr(node->text, '/') || strchr(node->text, '.'))
    return b7_node_fail(node, reader->error, "%s is a name such as 'rr_t_all_adult', not a path", what);
  snprintf(path, sizeof path, "%s/%s/%s.yaml", reader->data_folder, folder, node->text);
  if (b7_file_exists(path)) return B7_OK;
  snprintf(all, sizeof all, "%s/%s", reader->data_folder, folder);
  B7Arena arena = b7_arena_make(NULL);
  char **found;
  int32_t count = 0;
  const char **names = NULL;
  if (b7_file_list(all, ".yaml", &arena, &found, &count, NULL) == B7_OK)
    names = B7_ARENA_ARRAY(&arena, const char *, count + 1);
  for (int32_t i = 0; names && i < count; i++) {
    const char *slash = strrchr(found[i], '/');
    names[i] = b7_arena_format(&arena, "%.*s", (int)(strlen(slash + 1) - 5), slash + 1);
  }
  B7Status status = b7_node_unknown(node, what, node->text, names, NULL, reader->error);
  b7_arena_free(&arena);
  return status;
}

/* ---- treatments ---- */

/* the regimen must exist and belong to the lane */
static B7Status read_regimen(const B7ArmReader *reader, const B7Node *mapping, const char *key,
                             B7TreatmentLane lane, const B7Regimen **out) {
  const B7Node *node = b7_node_get(mapping, key);
  const char *name;
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &name, reader->error));
  *out = b7_regimens_find(&reader->catalogue->regimens, name);
  if (!*out)
    return b7_node_unknown(node, "regimen", name, reader->catalogue->regimens.names, NULL, reader->error);
  if ((*out)->lane == lane) return B7_OK;
  return b7_node_fail(node, reader->error, "'%s' is %s, not %s", name, b7_treatment_lane_name((*out)->lane),
                      b7_treatment_lane_name(lane));
}

static B7Status read_product(const B7ArmReader *reader, const B7Node *node, const B7Product **out) {
  const B7Products *products = &reader->catalogue->products;
  const char *name;
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &name, reader->error));
  *out = NULL;
  if (strcmp(name, "none") == 0) return B7_OK;
  *out = b7_products_find(products, name);
  if (!*out) return b7_node_unknown(node, "product", name, products->names, NULL, reader->error);
  if (!(*out)->comparator) return B7_OK;
  return b7_node_fail(node, reader->error, "'%s' is a comparator without cells; give its drugs as 'regimen:'",
                      name);
}

static B7Status read_graft(const B7Node *node, B7TrialGraft *out, B7Error *error) {
  static const char *const names[] = {
#define GRAFT_NAME(id, name, cd34, cd3) name,
      B7_TRIAL_GRAFT_LIST(GRAFT_NAME)
#undef GRAFT_NAME
          NULL};
  int32_t place = B7_TRIAL_GRAFT_PERIPHERAL_BLOOD;
  if (node) B7_TRY(read_word(node, "graft", names, &place, error));
  *out = (B7TrialGraft)place;
  return B7_OK;
}

static B7Status read_when(const B7Node *node, B7TransplantWhen *out, B7Error *error) {
  static const char *const names[] = {"mrd_negative", "remission", "relapse", "always", NULL};
  static const B7TransplantWhen values[] = {B7_TRANSPLANT_MRD_NEGATIVE, B7_TRANSPLANT_REMISSION,
                                            B7_TRANSPLANT_RELAPSE, B7_TRANSPLANT_ALWAYS};
  int32_t place = 0;
  if (node) B7_TRY(read_word(node, "condition", names, &place, error));
  *out = values[place];
  return B7_OK;
}

static B7Status read_share(const B7Node *node, double *out, B7Error *error) {
  if (!node) return B7_OK;
  B7_TRY(b7_node_number(node, out, error));
  if (*out > 0 && *out <= 1) return B7_OK;
  return b7_node_fail(node, error,
                      "'share' is the part of patients who get a transplant, above 0 and at most 1");
}

static B7Status read_transplant(const B7ArmReader *reader, const B7Node *node, B7TrialTransplant *out) {
  static const char *const keys[] = {"donor",        "graft",       "day",   "when",
                                     "conditioning", "prophylaxis", "share", NULL};
  B7Error *error = reader->error;
  *out = (B7TrialTransplant){.when = B7_TRANSPLANT_NEVER};
  if (node->kind == B7_NODE_SCALAR && strcmp(node->text, "none") == 0) return B7_OK;
  const B7Node *found;
  B7_TRY(b7_node_only_keys(node, keys, error));
  out->donor_node = b7_node_get(node, "donor");
  if (!out->donor_node)
    return b7_node_fail(node, error,
                        "a transplant needs a donor: give 'donor:' as the population file names it");
  out->day_node = b7_node_get(node, "day");
  out->conditioning_node = b7_node_get(node, "conditioning");
  B7_TRY(b7_node_need(node, "day", &found, error));
  B7_TRY(b7_node_need(node, "conditioning", &found, error));
  B7_TRY(b7_node_need(node, "prophylaxis", &found, error));
  B7_TRY(b7_node_text(out->donor_node, &out->donor, error));
  B7_TRY(b7_days_read(out->day_node, "the day of transplant", &out->day, error));
  if (out->day < TRANSPLANT_FIRST_DAY)
    return b7_node_fail(out->day_node, error,
                        "a transplant before day %d leaves no time for conditioning; choose day %d or later",
                        TRANSPLANT_FIRST_DAY, TRANSPLANT_FIRST_DAY);
  B7_TRY(read_regimen(reader, node, "conditioning", B7_TREATMENT_LANE_CONDITIONING, &out->conditioning));
  B7_TRY(read_regimen(reader, node, "prophylaxis", B7_TREATMENT_LANE_PROPHYLAXIS, &out->prophylaxis));
  B7_TRY(read_graft(b7_node_get(node, "graft"), &out->graft, error));
  B7_TRY(read_share(b7_node_get(node, "share"), &out->share, error));
  return read_when(b7_node_get(node, "when"), &out->when, error);
}

/* ---- arms ---- */

static B7Status read_like(const B7ArmReader *reader, const B7Node *node, B7TrialArm *out) {
  const char *names[B7_TRIAL_ARMS_MAX + 1] = {NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'like'", reader->error));
  for (int32_t i = 0; i < reader->n_other; i++) {
    names[i] = reader->others[i].name;
    if (strcmp(names[i], node->text) != 0) continue;
    *out = reader->others[i];
    return B7_OK;
  }
  return b7_node_unknown(node, "arm", node->text, names, NULL, reader->error);
}

static B7Status read_name(const B7ArmReader *reader, const B7Node *node, const char *name, B7TrialArm *out) {
  const B7Node *own = b7_node_get(node, "name");
  out->name = name;
  if (name && own) return b7_node_fail(own, reader->error, "the arm is named by its key here");
  if (name) return B7_OK;
  B7_TRY(b7_node_need(node, "name", &own, reader->error));
  B7_TRY(b7_node_text(own, &out->name, reader->error));
  for (int32_t i = 0; i < reader->n_other; i++) {
    if (strcmp(reader->others[i].name, out->name) == 0)
      return b7_node_fail(own, reader->error, "arm '%s' stands already above", out->name);
  }
  return B7_OK;
}

static B7Status read_cycles(const B7Node *node, B7TrialArm *arm, B7Error *error) {
  if (!node) return B7_OK;
  int64_t number;
  B7_TRY(b7_node_integer(node, &number, error));
  if (number < 1 || number > CYCLES_MOST)
    return b7_node_fail(node, error, "'cycles' lies between 1 and %d", CYCLES_MOST);
  arm->cycles = (int32_t)number;
  return B7_OK;
}

/* what stands in an arm must have what it needs */
static B7Status check_arm(const B7ArmReader *reader, const B7Node *node, const B7TrialArm *arm) {
  B7Error *error = reader->error;
  if (arm->product && !arm->dose_node)
    return b7_node_fail(node, error, "'dose:' is missing here, such as '1e6 cells/kg'");
  if (!arm->product && arm->dose_node)
    return b7_node_fail(node, error, "a dose without a product; add 'product:' or take the dose out");
  if (!arm->product && arm->lymphodepletion)
    return b7_node_fail(node, error, "lymphodepletion without a product; use 'regimen:' for chemotherapy");
  const B7Node *cycles = b7_node_get(node, "cycles"), *donor = b7_node_get(node, "donor");
  if (cycles && !arm->regimen)
    return b7_node_fail(cycles, error, "cycles without chemotherapy; add 'regimen:' or take the cycles out");
  bool of_donor = b7_product_of_donor(arm->product);
  if (donor && !of_donor)
    return b7_node_fail(donor, error,
                        arm->product
                            ? "product '%s' is not made from a donor; take 'donor:' out"
                            : "a donor without a product of a donor; that of a transplant stands in it",
                        arm->product ? arm->product->name : "");
  if (of_donor && !arm->donor && !arm->transplant.donor)
    return b7_node_fail(
        node, error,
        "arm '%s': product '%s' comes from a donor; give 'donor:' as the population file names it", arm->name,
        arm->product->name);
  return B7_OK;
}

/* what `like:` brought along for another product goes where the new one has no use for it */
static void take_from_product(B7TrialArm *arm, const B7Node *dose, const B7Node *lymphodepletion) {
  if (!b7_product_of_donor(arm->product)) {
    arm->donor = NULL;
    arm->donor_node = NULL;
  }
  if (arm->product) return;
  if (!dose) arm->dose_node = NULL;
  if (!lymphodepletion) arm->lymphodepletion = NULL;
}

B7Status b7_arm_read(const B7ArmReader *reader, const B7Node *node, const char *name, B7TrialArm *out) {
  static const char *const keys[] = {"name",    "like",   "product",    "dose", "donor", "lymphodepletion",
                                     "regimen", "cycles", "transplant", NULL};
  B7Error *error = reader->error;
  const B7Node *product = b7_node_get(node, "product"), *donor = b7_node_get(node, "donor"),
               *dose = b7_node_get(node, "dose"), *transplant = b7_node_get(node, "transplant"),
               *lymphodepletion = b7_node_get(node, "lymphodepletion");
  *out = (B7TrialArm){0};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(read_like(reader, b7_node_get(node, "like"), out));
  out->node = node;
  B7_TRY(read_name(reader, node, name, out));
  B7_TRY(read_product(reader, product, &out->product));
  if (product) take_from_product(out, dose, lymphodepletion);
  if (dose) out->dose_node = dose;
  if (donor) {
    out->donor_node = donor;
    B7_TRY(b7_node_text(donor, &out->donor, error));
  }
  B7_TRY(read_regimen(reader, node, "lymphodepletion", B7_TREATMENT_LANE_LYMPHODEPLETION,
                      &out->lymphodepletion));
  B7_TRY(read_regimen(reader, node, "regimen", B7_TREATMENT_LANE_CHEMOTHERAPY, &out->regimen));
  B7_TRY(read_cycles(b7_node_get(node, "cycles"), out, error));
  if (transplant) B7_TRY(read_transplant(reader, transplant, &out->transplant));
  B7_TRY(check_arm(reader, node, out));
  if (!out->regimen) out->cycles = 0;
  if (out->regimen && out->cycles == 0) out->cycles = 1;
  // the dose is judged again when `like:` put another product under it
  if (!out->product || !(dose || product)) return B7_OK;
  B7DoseReader doses = b7_dose_reader_nominal(&reader->arena->hooks, error);
  return b7_dose_read_cells(&doses, out->dose_node, out->product, &out->dose);
}

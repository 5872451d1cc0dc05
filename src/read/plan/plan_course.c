/* plan_course.c - a course, as it was or changed, becomes a plan. */
#include <math.h>
#include <string.h>

#include "base/options.h"
#include "course/course.h"
#include "read/catalogue/cells_given.h"
#include "read/plan/plan_make.h"
#include "treat/treatments.h"

/* a course without a horizon ends this long after its last dose or observation */
#define AFTER_LAST_DAY 30.0

static const B7PlanOptions defaults = {.struct_size = sizeof defaults, .output_every_day = 1.0};

void b7_plan_options_default(B7PlanOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

/* ---- changes ---- */

typedef struct Changer {
  const struct B7Course *course;
  B7Treatments *list;
  B7Regimens regimens; /* read when first asked for */
  B7Error *error;
} Changer;

static B7Status nothing_found(const Changer *changer, const B7TreatmentChange *change) {
  return b7_fail(changer->error, B7_ERROR_INPUT,
                 "course '%s' has no treatment%s%s that this change could be made to", changer->course->name,
                 change->name ? " with " : "", change->name ? change->name : "");
}

static B7Status change_dose(const Changer *changer, const B7TreatmentChange *change, const B7Which *which,
                            int32_t *found) {
  B7Dose dose;
  double base;
  if (!change->unit) return b7_fail(changer->error, B7_ERROR_INPUT, "a dose needs its unit, such as mg/m2");
  B7_TRY(b7_dose_unit(change->unit, &base, &dose.kind, &dose.basis, changer->error));
  if (!(change->amount > 0)) return b7_fail(changer->error, B7_ERROR_INPUT, "a dose must be above 0");
  dose.amount = change->amount * base;
  *found = b7_treatments_dose(changer->list, which, &dose);
  return B7_OK;
}

/* another product in the place of each infusion; the donor stays the same person */
static B7Status change_product(const Changer *changer, const B7TreatmentChange *change, const B7Which *which,
                               int32_t *found) {
  const B7Products *products = &changer->course->catalogue->products;
  const B7Product *product = change->to ? b7_products_find(products, change->to) : NULL;
  if (!product || product->comparator)
    return b7_fail(changer->error, B7_ERROR_INPUT, "unknown product '%s'", change->to ? change->to : "");
  for (int32_t i = 0; i < changer->list->n_given; i++) {
    B7Given *old = &changer->list->given[i], given;
    if (old->kind != B7_GIVEN_PRODUCT || !b7_which_holds(which, old)) continue;
    B7_TRY(b7_product_given(product, changer->list->arena, &given, changer->error));
    b7_product_donor(product, b7_given_attribute(old, "mismatch_gvh"),
                     b7_given_attribute(old, "mismatch_hvg"), &given);
    old->name = given.name;
    old->attributes = given.attributes;
    old->n_attribute = given.n_attribute;
    ++*found;
  }
  return B7_OK;
}

/* the day that a regimen counts from in this course */
static double anchor_day(const Changer *changer, const B7Regimen *regimen, double first_day) {
  switch (regimen->lane) {
  case B7_TREATMENT_LANE_CHEMOTHERAPY:
    return first_day;
  case B7_TREATMENT_LANE_LYMPHODEPLETION:
    return b7_course_anchor_day(changer->course, "cart");
  default:
    return b7_course_anchor_day(changer->course, "hsct");
  }
}

/* a regimen of data/regimens.yaml in the place of what is picked */
static B7Status change_regimen(Changer *changer, const B7TreatmentChange *change, const B7Which *which,
                               int32_t *found) {
  B7Arena *arena = changer->list->arena;
  if (changer->regimens.n_regimen == 0) {
    const char *path = b7_arena_format(arena, "%s/regimens.yaml", changer->course->data_folder);
    if (!path) return b7_fail_memory(changer->error);
    B7_TRY(b7_regimens_load(path, &changer->course->catalogue->formulary, arena, &changer->regimens,
                            changer->error));
  }
  const B7Regimen *regimen = change->to ? b7_regimens_find(&changer->regimens, change->to) : NULL;
  if (!regimen)
    return b7_fail(changer->error, B7_ERROR_INPUT, "unknown regimen '%s'", change->to ? change->to : "");
  double first_day = INFINITY;
  for (int32_t i = 0; i < changer->list->n_given; i++) {
    if (b7_which_holds(which, &changer->list->given[i]))
      first_day = fmin(first_day, changer->list->given[i].start_day);
  }
  *found = b7_treatments_leave_out(changer->list, which);
  double day = anchor_day(changer, regimen, first_day);
  if (*found == 0) return B7_OK;
  if (isnan(day))
    return b7_fail(changer->error, B7_ERROR_INPUT, "course '%s' has no anchor for regimen '%s'",
                   changer->course->name, regimen->name);
  return b7_treatments_add(changer->list, regimen->given, regimen->n_given, day, changer->error);
}

static B7Status apply(Changer *changer, const B7TreatmentChange *change) {
  B7Which which = {.roles = change->roles, .name = change->name};
  int32_t found = 0;
  switch (change->kind) {
  case B7_CHANGE_LEAVE_OUT:
    // nobody is conditioned for a graft that is not given
    if (which.roles >> B7_ROLE_GRAFT & 1u) which.lanes = b7_which_transplant.lanes;
    b7_treatments_leave_out(changer->list, &which);
    return B7_OK; // what is not there can be left out
  case B7_CHANGE_SCALE:
    if (!(change->amount > 0)) return b7_fail(changer->error, B7_ERROR_INPUT, "a factor on doses is above 0");
    B7_TRY(b7_treatments_scale(changer->list, &which, change->amount, &found, changer->error));
    break;
  case B7_CHANGE_DOSE:
    B7_TRY(change_dose(changer, change, &which, &found));
    break;
  case B7_CHANGE_MOVE:
    found = b7_treatments_move(changer->list, &which, change->amount);
    break;
  case B7_CHANGE_PRODUCT:
    B7_TRY(change_product(changer, change, &which, &found));
    break;
  case B7_CHANGE_REGIMEN:
    B7_TRY(change_regimen(changer, change, &which, &found));
    break;
  }
  return found > 0 ? B7_OK : nothing_found(changer, change);
}

static B7Status change_all(const struct B7Course *course, const B7PlanOptions *options, B7Treatments *list,
                           B7Error *error) {
  Changer changer = {.course = course, .list = list, .error = error};
  B7_TRY(b7_treatments_add(list, course->given, course->n_given, 0, error));
  for (int32_t i = 0; i < options->n_change; i++) B7_TRY(apply(&changer, &options->changes[i]));
  for (int32_t i = 0; i < list->n_given; i++) {
    if (list->given[i].n_day > 0 && list->given[i].day[0] < 0)
      return b7_fail(error, B7_ERROR_INPUT, "the change puts %s before day 0", list->given[i].name);
  }
  return B7_OK;
}

/* ---- plans ---- */

/* last thing that the course tells of */
static double last_day(const struct B7Course *course) {
  double last = 0.0;
  for (int32_t i = 0; i < course->n_given; i++)
    last = fmax(last, course->given[i].day[course->given[i].n_day - 1]);
  for (int32_t i = 0; i < course->n_observations; i++) last = fmax(last, course->observations[i].t_day);
  for (int32_t i = 0; i < course->n_records; i++) last = fmax(last, course->records[i].end_day);
  return last;
}

/* times at which something was measured or recorded, so that the result can be read there */
static B7Status seen_days(const struct B7Course *course, B7Arena *arena, B7PlanSource *source,
                          B7Error *error) {
  int32_t n = 0;
  double *day = B7_ARENA_ARRAY(arena, double, course->n_observations + course->n_records);
  if (!day) return b7_fail_memory(error);
  for (int32_t i = 0; i < course->n_observations; i++) day[n++] = course->observations[i].t_day;
  for (int32_t i = 0; i < course->n_records; i++) day[n++] = course->records[i].t_day;
  source->output_day = day;
  source->n_output_day = n;
  return B7_OK;
}

static B7Status make(const struct B7Course *course, const B7KernelTables *tables,
                     const B7PlanOptions *options, B7Arena *arena, const B7Hooks *hooks, B7Plan **out,
                     B7Error *error) {
  B7Treatments list = {.arena = arena};
  B7PlanSource source = {.anchors = course->anchors,
                         .n_anchor = course->n_anchors,
                         .formulary = &course->catalogue->formulary,
                         .horizon_day = options->horizon_day > 0 ? options->horizon_day
                                                                 : last_day(course) + AFTER_LAST_DAY,
                         .output_every_day = options->output_every_day,
                         .policy_path = options->policy_path};
  B7_TRY(change_all(course, options, &list, error));
  source.given = list.given;
  source.n_given = list.n_given;
  B7_TRY(seen_days(course, arena, &source, error));
  return b7_plan_make_from(&source, tables, hooks, out, error);
}

B7Status b7_plan_make_for(const B7Course *course, const B7KernelTables *tables, const B7PlanOptions *options,
                          const B7Hooks *hooks, B7Plan **out, B7Error *error) {
  B7PlanOptions chosen = defaults;
  *out = NULL;
  b7_error_clear(error);
  if (options) B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_plan_options_default", error));
  if (!(chosen.horizon_day >= 0))
    return b7_fail(error, B7_ERROR_USAGE, "the horizon must not be negative, not even %g d",
                   chosen.horizon_day);
  B7Arena arena = b7_arena_make(hooks);
  B7Status status = make(course, tables, &chosen, &arena, hooks, out, error);
  b7_arena_free(&arena);
  return status;
}

B7Status b7_plan_make(const B7Course *course, const B7Kernel *kernel, const B7PlanOptions *options,
                      const B7Hooks *hooks, B7Plan **out, B7Error *error) {
  *out = NULL;
  if (!course || !kernel) return b7_fail(error, B7_ERROR_USAGE, "a plan needs a course and a kernel");
  return b7_plan_make_for(course, b7_kernel_tables(kernel), options, hooks, out, error);
}

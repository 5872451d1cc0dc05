/* arm_plans.c - an arm of a trial as plans: written in the course format, so that every dose passes the same
 * checks as a patient's course, and the transplant as a protocol that a rule launches. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/random.h"
#include "base/status.h"
#include "course/load.h"
#include "course/products.h"
#include "trial/trial.h"

/* the graft stands this long after the first day of the protocol's own course */
#define GRAFT_DAY 60
#define NEGATIVE_PERCENT 0.01
#define REMISSION_PERCENT 5.0
#define RELAPSE_PERCENT 1.0
#define VISIT_DAYS 14.0
#define RELAPSE_FROM_DAY 30.0
#define CD34_PER_KG "5e6 cells/kg"
#define CD3_PER_KG "2e8 cells/kg"

typedef struct Maker {
  const B7Trial *trial;
  const B7TrialArm *arm;
  const B7Cohort *cohort;
  const B7Kernel *kernel;
  const B7Hooks *hooks;
  const B7Product *product; /* NULL: none */
  const B7CohortDonor *product_donor, *graft_donor;
  double days_to_infusion;
  B7Error *error;
} Maker;

/* ---- text ---- */

/* The rows of a course must stand in order of time; they are collected first. */
typedef struct Row {
  double start_day;
  int32_t order;
  char *text;
} Row;

typedef struct Rows {
  B7Arena *arena;
  Row *rows;
  int32_t count;
  size_t room;
  double anchor_day; /* of cart or hsct */
  bool failed;
} Rows;

static void add_row(Rows *rows, double start_day, const B7Text *text) {
  Row *grown = b7_arena_grow(rows->arena, rows->rows, (size_t)rows->count, &rows->room, sizeof *grown);
  char *kept = text->failed ? NULL : b7_arena_text(rows->arena, text->bytes, text->length);
  if (!grown || !kept) {
    rows->failed = true;
    return;
  }
  rows->rows = grown;
  rows->rows[rows->count] = (Row){.start_day = start_day, .order = rows->count, .text = kept};
  rows->count++;
}

static int compare_rows(const void *a, const void *b) {
  const Row *x = a, *y = b;
  if (x->start_day != y->start_day) return x->start_day < y->start_day ? -1 : 1;
  return x->order - y->order;
}

/* "cart-5", "hsct+3", "cycle+0": the day on the course's own axis */
static double day_of(const Rows *rows, const char *at, double cycle_day) {
  double offset = 0;
  const char *sign = strpbrk(at, "+-");
  if (sign) sscanf(sign, "%lf", &offset);
  return (strncmp(at, "cycle", 5) == 0 ? cycle_day : rows->anchor_day) + offset;
}

/* one row of a regimen; "cycle+3" becomes a day of the course */
static void append_row(Rows *rows, const B7Node *row, const char *lane, const char *label, double cycle_day) {
  B7Text text = b7_text_make(&rows->arena->hooks);
  double start_day = 0;
  b7_text_append(&text, "  - {lane: \"%s\", label: ", lane);
  b7_text_quote(&text, label);
  for (int32_t i = 0; i < row->count; i++) {
    const B7Node *item = row->items[i];
    b7_text_append(&text, ", %s: ", row->keys[i]->text);
    if (strcmp(row->keys[i]->text, "at") == 0 && item->kind == B7_NODE_SCALAR) {
      start_day = day_of(rows, item->text, cycle_day);
      b7_text_append(&text, "\"day0+%g\"", start_day);
    } else {
      b7_node_append(item, &text);
    }
  }
  b7_text_append(&text, "}\n");
  add_row(rows, start_day, &text);
  b7_text_release(&text);
}

static void write_rows(Rows *rows, B7Text *text) {
  if (rows->failed) text->failed = true;
  if (rows->count == 0) {
    b7_text_append(text, "treatments: []\n");
    return;
  }
  qsort(rows->rows, (size_t)rows->count, sizeof *rows->rows, compare_rows);
  b7_text_append(text, "treatments:\n");
  for (int32_t i = 0; i < rows->count; i++) b7_text_append(text, "%s", rows->rows[i].text);
}

static const B7Node *find_regimen(const Maker *maker, const char *name) {
  const B7Node *regimens = b7_node_get(b7_document_root(maker->trial->regimens), "regimens");
  return name ? b7_node_get(regimens, name) : NULL;
}

static void append_regimen(const Maker *maker, Rows *rows, const char *name, double cycle_day) {
  const B7Node *regimen = find_regimen(maker, name);
  if (!regimen) return;
  const B7Node *list = b7_node_get(regimen, "rows"), *lane = b7_node_get(regimen, "lane"),
               *label = b7_node_get(regimen, "label");
  for (int32_t i = 0; list && i < list->count; i++)
    append_row(rows, list->items[i], lane->text, label->text, cycle_day);
}

static double cycle_length(const Maker *maker, const char *name) {
  const B7Node *every = b7_node_get(find_regimen(maker, name), "every");
  double days = 28;
  const char *unit;
  if (every) b7_node_quantity(every, &days, &unit, NULL);
  return days;
}

static void append_heading(const Maker *maker, B7Text *text, const char *anchor, double day) {
  // day 0 of a trial is no date; any will do
  b7_text_append(text, "course: arm\ntitle: ");
  b7_text_quote(text, maker->arm->name);
  b7_text_append(text,
                 "\nday0: 2001-01-01\npatient: {sex: male, age_years: 40, bsa_m2: 1.72, weight_kg: 65}\n"
                 "disease: {diagnosis: T-ALL/LBL, cd7: positive}\n"
                 "donor: {relation: sibling, hla: {score: 10/10, matched: [A, B, C, DRB1, DQB1]}}\n");
  if (!anchor) return;
  int month = 1, date = 1 + (int)day;
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  while (month < 12 && date > lengths[month - 1]) date -= lengths[month++ - 1];
  b7_text_append(text, "anchors: {%s: 2001-%02d-%02d}\n", anchor, month, date);
}

static void append_product(const Maker *maker, Rows *rows) {
  B7Text text = b7_text_make(maker->hooks);
  b7_text_append(&text, "  - {at: cart+0, product: \"%s\", dose: ", maker->arm->product);
  b7_text_quote(&text, maker->arm->dose);
  if (maker->product_donor) {
    b7_text_append(&text, ", attributes: {mismatch_gvh: %.17g, mismatch_hvg: %.17g}",
                   maker->product_donor->mismatch_gvh, maker->product_donor->mismatch_hvg);
  }
  b7_text_append(&text, "}\n");
  add_row(rows, rows->anchor_day, &text);
  b7_text_release(&text);
}

static B7Text arm_text(const Maker *maker, bool made) {
  const B7TrialArm *arm = maker->arm;
  bool infused = arm->product && made;
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena, .anchor_day = maker->days_to_infusion};
  for (int32_t k = 0; k < arm->cycles; k++)
    append_regimen(maker, &rows, arm->regimen, 1 + k * cycle_length(maker, arm->regimen));
  if (infused) append_regimen(maker, &rows, arm->lymphodepletion, 0);
  if (infused) append_product(maker, &rows);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, infused ? "cart" : NULL, maker->days_to_infusion);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

static void append_graft(const Maker *maker, Rows *rows) {
  B7Text text = b7_text_make(maker->hooks);
  b7_text_append(&text, "  - {at: hsct+0, graft: peripheral_blood, cd34: %s, cd3: %s}\n", CD34_PER_KG,
                 CD3_PER_KG);
  add_row(rows, rows->anchor_day, &text);
  b7_text_release(&text);
}

static B7Text transplant_text(const Maker *maker) {
  const B7TrialTransplant *transplant = &maker->arm->transplant;
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena, .anchor_day = GRAFT_DAY};
  append_regimen(maker, &rows, transplant->conditioning, 0);
  append_graft(maker, &rows);
  append_regimen(maker, &rows, transplant->prophylaxis, 0);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, "hsct", GRAFT_DAY);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

/* ---- plans ---- */

/* a mistake in generated text is told at the arm that asked for it */
static B7Status at_arm(const Maker *maker, B7Status status) {
  if (status == B7_OK || !maker->error) return status;
  char message[sizeof maker->error->message];
  snprintf(message, sizeof message, "%s", maker->error->message);
  if (status != B7_ERROR_INPUT) return status;
  return b7_node_fail(maker->arm->node, maker->error, "arm '%s': %s", maker->arm->name, message);
}

static B7Status plan_of_text(const Maker *maker, B7Text *text, double horizon_day, const char *policy_path,
                             B7Plan **out) {
  B7Course *course = NULL;
  B7Status status = text->failed
                        ? b7_fail_memory(maker->error)
                        : b7_course_parse(text->bytes, text->length, maker->arm->name,
                                          maker->trial->data_folder, -1, maker->hooks, &course, maker->error);
  if (status == B7_OK) {
    B7PlanOptions options = b7_plan_options_default();
    options.horizon_day = horizon_day;
    options.policy_path = policy_path;
    status = b7_plan_make(course, maker->kernel, &options, maker->hooks, out, maker->error);
  }
  b7_course_free(course);
  b7_text_release(text);
  return at_arm(maker, status);
}

static int32_t argument_index(const B7KernelEvent *event, const char *name) {
  for (int32_t i = 0; i < event->n_argument; i++) {
    if (strcmp(event->argument_names[i], name) == 0) return i;
  }
  return -1;
}

/* the population says how far the donor is from the patient */
static void set_graft_mismatch(const Maker *maker, B7Plan *plan) {
  const B7KernelTables *tables = b7_kernel_tables(maker->kernel);
  for (int32_t i = 0; i < plan->n_event; i++) {
    const B7KernelEvent *event = &tables->events[plan->events[i].event];
    if (strcmp(event->name, "graft.infusion") != 0) continue;
    double *arguments = plan->arguments + plan->events[i].argument_start;
    int32_t gvh = argument_index(event, "graft_gvh"), hvg = argument_index(event, "graft_hvg");
    if (gvh >= 0) arguments[gvh] = maker->graft_donor->mismatch_gvh;
    if (hvg >= 0) arguments[hvg] = maker->graft_donor->mismatch_hvg;
  }
}

/* the transplant's plan as a protocol that counts from its first event; lives in the arm plan's arena */
static B7Status make_protocol(const Maker *maker, B7Arena *arena, B7Protocol *out) {
  B7Plan *plan = NULL;
  B7Text text = transplant_text(maker);
  B7_TRY(plan_of_text(maker, &text, GRAFT_DAY + 400, NULL, &plan));
  set_graft_mismatch(maker, plan);
  B7PlanEvent *events = B7_ARENA_ARRAY(arena, B7PlanEvent, plan->n_event);
  double *arguments = B7_ARENA_ARRAY(arena, double, plan->n_argument);
  if (!events || !arguments) {
    b7_plan_free(plan);
    return b7_fail_memory(maker->error);
  }
  double first = plan->n_event > 0 ? plan->events[0].t_day : GRAFT_DAY;
  memcpy(arguments, plan->arguments, (size_t)plan->n_argument * sizeof *arguments);
  for (int32_t i = 0; i < plan->n_event; i++) {
    events[i] = plan->events[i];
    events[i].t_day -= first;
  }
  *out = (B7Protocol){.name = "transplant",
                      .lead_day = GRAFT_DAY - first,
                      .n_event = plan->n_event,
                      .events = events,
                      .arguments = arguments};
  b7_plan_free(plan);
  return B7_OK;
}

/* the rule that launches it, behind those of the policy */
static B7Status add_transplant_rule(const Maker *maker, B7Plan *plan, double from_day) {
  const B7TrialTransplant *transplant = &maker->arm->transplant;
  static const B7Policy no_policy = {.name = "none", .title = "no supportive care", .check_every_day = 0.5};
  const B7Policy *old = plan->policy ? plan->policy : &no_policy;
  int32_t mrd = b7_kernel_observable(maker->kernel, "marrow_mrd");
  if (mrd < 0)
    return b7_fail(maker->error, B7_ERROR_INPUT,
                   "the model has no observable 'marrow_mrd', which the transplant rule reads");
  B7Policy *policy = B7_ARENA_ARRAY(&plan->arena, B7Policy, 1);
  B7PolicyRule *rules = B7_ARENA_ARRAY(&plan->arena, B7PolicyRule, old->n_rule + 1);
  B7PolicyCondition *conditions = B7_ARENA_ARRAY(&plan->arena, B7PolicyCondition, old->n_condition + 1);
  if (!policy || !rules || !conditions) return b7_fail_memory(maker->error);
  if (old->n_rule > 0) memcpy(rules, old->rules, (size_t)old->n_rule * sizeof *rules);
  if (old->n_condition > 0)
    memcpy(conditions, old->conditions, (size_t)old->n_condition * sizeof *conditions);
  static const struct {
    B7PolicyCompare compare;
    double threshold;
    const char *label;
  } whens[] = {[B7_TRANSPLANT_MRD_NEGATIVE] = {B7_POLICY_BELOW, NEGATIVE_PERCENT,
                                               "transplant in MRD-negative remission"},
               [B7_TRANSPLANT_REMISSION] = {B7_POLICY_BELOW, REMISSION_PERCENT, "transplant in remission"},
               [B7_TRANSPLANT_RELAPSE] = {B7_POLICY_ABOVE, RELAPSE_PERCENT, "transplant at relapse"},
               [B7_TRANSPLANT_ALWAYS] = {B7_POLICY_AT_LEAST, 0, "transplant"}};
  conditions[old->n_condition] = (B7PolicyCondition){.observable = mrd,
                                                     .compare = whens[transplant->when].compare,
                                                     .threshold = whens[transplant->when].threshold};
  rules[old->n_rule] = (B7PolicyRule){.name = "transplant",
                                      .label = whens[transplant->when].label,
                                      .source = "trial",
                                      .when_start = old->n_condition,
                                      .n_when = 1,
                                      .every_day = 1,
                                      .at_most = 1,
                                      .from_day = from_day,
                                      .to_day = INFINITY,
                                      .visit_every_day = VISIT_DAYS,
                                      .protocol = 1};
  *policy = *old;
  policy->n_rule = old->n_rule + 1;
  policy->n_condition = old->n_condition + 1;
  policy->rules = rules;
  policy->conditions = conditions;
  plan->policy = policy;
  return B7_OK;
}

static B7Status make_plan(const Maker *maker, bool made, bool donor, B7Plan **out) {
  const B7TrialArm *arm = maker->arm;
  char policy[4096];
  if (maker->trial->policy)
    snprintf(policy, sizeof policy, "%s/policies/%s.yaml", maker->trial->data_folder, maker->trial->policy);
  B7Text text = arm_text(maker, made);
  B7_TRY(plan_of_text(maker, &text, maker->trial->horizon_day, maker->trial->policy ? policy : NULL, out));
  if (arm->transplant.when == B7_TRANSPLANT_NEVER || !donor || !maker->graft_donor) return B7_OK;
  B7Plan *plan = *out;
  B7Protocol *protocol = B7_ARENA_ARRAY(&plan->arena, B7Protocol, 1);
  if (!protocol) return b7_fail_memory(maker->error);
  B7_TRY(make_protocol(maker, &plan->arena, protocol));
  plan->protocols = protocol;
  plan->n_protocol = 1;
  double origin = arm->product && made ? maker->days_to_infusion : 0;
  double from = arm->transplant.when == B7_TRANSPLANT_RELAPSE ? RELAPSE_FROM_DAY
                                                              : arm->transplant.day - protocol->lead_day;
  return add_transplant_rule(maker, plan, fmax(1, origin + from));
}

/* ---- what the arm needs from the data ---- */

static double product_number(const B7Product *product, const char *name, double fallback) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (strcmp(product->numbers[i].name, name) == 0 && !isnan(product->numbers[i].value))
      return product->numbers[i].value;
  }
  return fallback;
}

static bool product_of_donor(const B7Product *product) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (product->numbers[i].of_donor) return true;
  }
  return false;
}

static B7Status find_donor(const Maker *maker, const char *name, const B7CohortDonor **out) {
  *out = b7_cohort_donor(maker->cohort, name);
  if (*out) return B7_OK;
  const char *names[32] = {NULL};
  for (int32_t i = 0; i < maker->cohort->n_donor && i < 31; i++) names[i] = maker->cohort->donors[i].name;
  const char *near = b7_suggest(name, names);
  return b7_node_fail(maker->arm->node, maker->error, "arm '%s': population '%s' has no donor '%s'.%s%s%s",
                      maker->arm->name, maker->cohort->name, name,
                      near ? " Did you mean '" : " Its file lists them under 'donors:'", near ? near : "",
                      near ? "'?" : "");
}

/* lymphodepletion begins at the earliest the day after enrolment, however soon the product is at hand */
static double lymphodepletion_lead_day(const Maker *maker) {
  const B7Node *rows = b7_node_get(find_regimen(maker, maker->arm->lymphodepletion), "rows");
  Rows at_infusion = {.anchor_day = 0};
  double lead = 0;
  for (int32_t i = 0; rows && i < rows->count; i++) {
    const B7Node *at = b7_node_get(rows->items[i], "at");
    if (at && at->kind == B7_NODE_SCALAR) lead = fmax(lead, -day_of(&at_infusion, at->text, 0));
  }
  return lead + 1;
}

static B7Status find_product(Maker *maker, B7Arena *arena) {
  if (!maker->arm->product) return B7_OK;
  char path[4096];
  snprintf(path, sizeof path, "%s/products.yaml", maker->trial->data_folder);
  B7Products products;
  B7_TRY(b7_products_load(path, arena, &products, maker->error));
  maker->product = b7_products_find(&products, maker->arm->product);
  if (!maker->product) {
    const char *near = b7_suggest(maker->arm->product, products.names);
    return b7_node_fail(maker->arm->node, maker->error, "arm '%s': unknown product '%s'.%s%s%s",
                        maker->arm->name, maker->arm->product,
                        near ? " Did you mean '" : " `bridge7 product list` shows them", near ? near : "",
                        near ? "'?" : "");
  }
  maker->days_to_infusion =
      fmax(ceil(product_number(maker->product, "days_to_infusion", 18)), lymphodepletion_lead_day(maker));
  if (!product_of_donor(maker->product)) return B7_OK;
  const char *donor = maker->arm->donor ? maker->arm->donor : maker->arm->transplant.donor;
  if (!donor) {
    return b7_node_fail(
        maker->arm->node, maker->error,
        "arm '%s': product '%s' comes from a donor; give 'donor:' as the population file names it",
        maker->arm->name, maker->arm->product);
  }
  return find_donor(maker, donor, &maker->product_donor);
}

B7Status b7_arm_plans_make(const B7Trial *trial, const B7TrialArm *arm, const B7Cohort *cohort,
                           const B7Kernel *kernel, const B7Hooks *hooks, B7ArmPlans *out, B7Error *error) {
  *out = (B7ArmPlans){.days_to_infusion = NAN, .donor_probability = 1};
  Maker maker = {
      .trial = trial, .arm = arm, .cohort = cohort, .kernel = kernel, .hooks = hooks, .error = error};
  B7Arena arena = b7_arena_make(hooks);
  B7Status status = find_product(&maker, &arena);
  if (status == B7_OK && arm->transplant.when != B7_TRANSPLANT_NEVER) {
    status = find_donor(&maker, arm->transplant.donor, &maker.graft_donor);
    if (status == B7_OK) out->donor_probability = maker.graft_donor->share;
  }
  if (status == B7_OK && maker.product) {
    out->days_to_infusion = maker.days_to_infusion;
    out->failure_probability = product_number(maker.product, "manufacturing_failure", 0);
    out->relative_cost = product_number(maker.product, "relative_cost", NAN);
  }
  for (int made = 0; status == B7_OK && made < 2; made++) {
    for (int donor = 0; status == B7_OK && donor < 2; donor++)
      status = make_plan(&maker, made, donor, &out->plan[made][donor]);
  }
  b7_arena_free(&arena);
  if (status != B7_OK) b7_arm_plans_free(out);
  return status;
}

void b7_arm_plans_free(B7ArmPlans *plans) {
  for (int made = 0; made < 2; made++) {
    for (int donor = 0; donor < 2; donor++) {
      b7_plan_free(plans->plan[made][donor]);
      plans->plan[made][donor] = NULL;
    }
  }
}

B7ArmFate b7_arm_fate(const B7ArmPlans *plans, uint64_t seed, uint64_t id) {
  B7Random random = b7_random_at(seed, id, B7_STREAM_TRIAL, 0);
  double of_product = b7_random_uniform(&random), of_donor = b7_random_uniform(&random);
  return (B7ArmFate){.made = of_product >= plans->failure_probability,
                     .donor = of_donor < plans->donor_probability};
}

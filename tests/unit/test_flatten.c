/* The compiled program against the model's own formulas, evaluated as they were written: slopes, initial
 * values, observables, rates of counted reactions, events. On the shipped model and on the small one of
 * tests/golden. */
#include "test_base.h"

#include "compile/algebra/classify.h"
#include "compile/code/kernel_parts.h"
#include "kernel_fixture.h"
#include "model_text.h"

#define SMALL B7_TEST_FOLDER "/golden/small.yaml"
#define PATIENTS 12

/* One patient, looked at through the model's names. */
typedef struct View {
  const B7Model *model;
  const B7Kernel *kernel;
  const Patients *p;
  const double *arguments;
} View;

static double value_of(const void *context, int32_t kind, int32_t index) {
  const View *v = context;
  const B7KernelTables *t = v->kernel->tables;
  if (kind == B7_SYMBOL_PARAMETER) {
    const B7KernelParameter *parameter = &t->parameters[index];
    return parameter->own_index >= 0 ? v->p->own[parameter->own_index]
                                     : v->p->shared[parameter->shared_index];
  }
  if (kind == B7_SYMBOL_LATCH) return v->p->latch[index];
  if (kind == B7_SYMBOL_ARGUMENT) return v->arguments[index];
  if (kind == B7_SYMBOL_DEFINITION)
    return b7_expression_evaluate(&v->model->pool, v->model->definitions[index].is, value_of, v);
  const char *name = v->model->states[index].name;
  int32_t place = b7_kernel_state(v->kernel, name);
  if (place >= 0) return v->p->y[place];
  for (int32_t i = 0; i < t->n_exact; i++)
    if (strcmp(t->exacts[i].name, name) == 0) return v->p->x[i];
  fail_msg("no state %s", name);
  return 0;
}

static double formula(const View *v, B7ExpressionId id) {
  return b7_expression_evaluate(&v->model->pool, id, value_of, v);
}

/* scale: the size of the terms that were added up */
static void expect_near(double got, double expected, double scale, const char *what, const char *name) {
  if (!(fabs(got - expected) <= 1e-12 * fabs(expected) + 1e-13 * scale))
    fail_msg("%s of %s: %.17g, the formula says %.17g", what, name, got, expected);
}

static void compare_slopes(const View *v) {
  for (int32_t s = 0; s < v->model->n_state; s++) {
    int32_t place = b7_kernel_state(v->kernel, v->model->states[s].name);
    if (place < 0) continue;
    double sum = 0, size = 0;
    for (int32_t r = 0; r < v->model->n_reaction; r++) {
      const B7ModelReaction *reaction = &v->model->reactions[r];
      for (int32_t k = 0; k < reaction->n_from + reaction->n_to; k++) {
        bool from = k < reaction->n_from;
        const B7ModelTerm *term = from ? &reaction->from[k] : &reaction->to[k - reaction->n_from];
        if (term->state != s) continue;
        double change = formula(v, term->weight) * formula(v, reaction->rate);
        sum += from ? -change : change;
        size += fabs(change);
      }
    }
    // terms may hide differences of larger ones: growth minus loss in one rate
    expect_near(v->p->slope[place], sum, 30 * size, "slope", v->model->states[s].name);
  }
}

static void compare_initial(const View *v) {
  for (int32_t s = 0; s < v->model->n_state; s++) {
    const B7ModelState *state = &v->model->states[s];
    int32_t place = b7_kernel_state(v->kernel, state->name);
    double expected = formula(v, state->initial);
    if (place >= 0) expect_near(v->p->y0[place], expected, 0, "initial value", state->name);
    for (int32_t i = 0; place < 0 && i < v->kernel->tables->n_exact; i++)
      if (strcmp(v->kernel->tables->exacts[i].name, state->name) == 0)
        expect_near(v->p->x0[i], expected, 0, "initial value", state->name);
  }
}

static void compare_observables(const View *v) {
  for (int32_t i = 0; i < v->model->n_observable; i++)
    expect_near(v->p->observed[i], formula(v, v->model->observables[i].is), fabs(v->p->observed[i]), "value",
                v->model->observables[i].name);
}

/* what one firing of a reaction leaves of a state */
static double net_weight(const View *v, const B7ModelReaction *reaction, int32_t state) {
  double net = 0;
  for (int32_t k = 0; k < reaction->n_from; k++)
    if (reaction->from[k].state == state) net -= formula(v, reaction->from[k].weight);
  for (int32_t k = 0; k < reaction->n_to; k++)
    if (reaction->to[k].state == state) net += formula(v, reaction->to[k].weight);
  return net;
}

/* one row for each counted state that a reaction changes */
static void compare_rates(const View *v) {
  const B7KernelTables *t = v->kernel->tables;
  int32_t seen = 0;
  for (int32_t r = 0; r < v->model->n_reaction; r++) {
    const B7ModelReaction *reaction = &v->model->reactions[r];
    int32_t changed = 0, rows = 0;
    for (int32_t s = 0; s < v->model->n_state; s++)
      changed += v->model->states[s].count_below_cells > 0 && net_weight(v, reaction, s) != 0;
    for (; seen < t->n_reaction && strcmp(t->reactions[seen].name, reaction->name) == 0; seen++, rows++) {
      int32_t s = b7_model_find_state(v->model, t->states[t->reactions[seen].state].name);
      double expected =
          v->model->states[s].cells_per_unit * net_weight(v, reaction, s) * formula(v, reaction->rate);
      assert_true(v->model->states[s].count_below_cells > 0);
      expect_near(v->p->rate[seen] * t->reactions[seen].change, expected, 10 * fabs(expected), "rate",
                  reaction->name);
    }
    assert_int_equal(rows, changed);
  }
  assert_int_equal(seen, t->n_reaction);
}

static void compare_events(View *v) {
  const B7KernelTables *t = v->kernel->tables;
  const B7KernelCode *code = v->p->code;
  for (int32_t e = 0; e < v->model->n_event; e++) {
    const B7ModelEvent *event = &v->model->events[e];
    assert_int_equal(b7_kernel_event(v->kernel, event->name), e);
    double arguments[16];
    assert_true(event->n_argument <= 16);
    for (int32_t a = 0; a < event->n_argument; a++) arguments[a] = 0.3 + 0.1 * a;
    v->arguments = arguments;
    double *y = lane_array(t->n_state, 1), *x = lane_array(t->n_exact, 1), *latch = lane_array(t->n_latch, 1);
    memcpy(y, v->p->y, sizeof(double) * (size_t)t->n_state);
    memcpy(x, v->p->x, sizeof(double) * (size_t)t->n_exact);
    memcpy(latch, v->p->latch, sizeof(double) * (size_t)t->n_latch);
    code->event(code->program, e, arguments, 0, v->p->shared, v->p->own, v->p->derived, y, x, latch);
    for (int32_t k = 0; k < event->n_add; k++) {
      const B7ModelState *state = &v->model->states[event->add[k].target];
      double before = value_of(v, B7_SYMBOL_STATE, event->add[k].target),
             added = formula(v, event->add[k].is);
      int32_t place = b7_kernel_state(v->kernel, state->name);
      double after = 0;
      if (place >= 0) after = y[place];
      for (int32_t i = 0; i < t->n_exact; i++)
        if (strcmp(t->exacts[i].name, state->name) == 0) after = x[i];
      expect_near(after, before + added, 10 * (fabs(before) + fabs(added)), event->name, state->name);
    }
    for (int32_t k = 0; k < event->n_set; k++)
      expect_near(latch[event->set[k].target], formula(v, event->set[k].is), 0, event->name,
                  v->model->latches[event->set[k].target].name);
    free(y), free(x), free(latch);
  }
}

static void program_says_what_the_formulas_say(void **state) {
  (void)state;
  for (int which = 0; which < 2; which++) {
    B7Model *model = NULL;
    B7Kernel *kernel = NULL;
    B7Error error;
    const char *path = which ? SMALL : B7_SOURCE_FOLDER "/model";
    assert_int_equal(b7_model_load(path, NULL, &model, &error), B7_OK);
    assert_int_equal(b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, NULL, &kernel, &error), B7_OK);
    for (int64_t patient = 0; patient < PATIENTS; patient++) {
      Patients p = make_patients(kernel->tables, b7_kernel_code(kernel, 1), patient);
      run_patients(&p);
      View v = {model, kernel, &p, NULL};
      compare_slopes(&v);
      compare_initial(&v);
      compare_observables(&v);
      compare_rates(&v);
      compare_events(&v);
      free_patients(&p);
    }
    b7_kernel_free(kernel);
    b7_model_free(model);
  }
}

/* ----------------------------------------------------------------------------------------------
 * classification ---- */

static void quantities_are_classified(void **state) {
  (void)state;
  B7Model *model = NULL;
  B7Error error;
  assert_int_equal(b7_model_load(SMALL, NULL, &model, &error), B7_OK);
  B7Arena arena = b7_arena_make(NULL);
  B7Places places;
  assert_true(b7_classify(model, &arena, &places));
  // a spread or patient data makes a parameter the patient's own
  static const char *const own[] = {"growth", "half", "share", "kill"};
  assert_int_equal(places.n_own, 4);
  for (int i = 0; i < 4; i++) assert_int_equal(places.own[b7_model_find_parameter(model, own[i])], i);
  assert_int_equal(places.n_own + places.n_shared, model->n_parameter);
  // the drug alone decays by itself
  assert_int_equal(places.n_exact, 1);
  assert_string_equal(model->states[places.model_exact[0]].name, "drug");
  assert_int_equal(places.n_state, 4);
  // a counted state needs its jumps, whatever its reactions are
  model->states[places.model_exact[0]].count_below_cells = 10;
  assert_true(b7_classify(model, &arena, &places));
  assert_int_equal(places.n_exact, 0);
  b7_arena_free(&arena);
  b7_model_free(model);
}

/* X -> 2 X is one birth, 2 X -> X one death, and what only helps is left alone: tests/models/division.xml */
static void counted_states_change_by_the_net_of_a_firing(void **state) {
  (void)state;
  B7Model *model = model_from_file("division.xml");
  int32_t x = b7_model_find_state(model, "X");
  model->states[x].count_below_cells = 100;
  model->states[x].cells_per_unit = 1;
  B7Kernel *kernel = NULL;
  B7Error error;
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, NULL, &kernel, &error), B7_OK);
  const B7KernelTables *t = kernel->tables;
  assert_int_equal(t->n_reaction, 2);
  assert_string_equal(t->reactions[0].name, "divide");
  assert_string_equal(t->reactions[1].name, "pair");
  assert_int_equal(t->reactions[0].change, 1);
  assert_int_equal(t->reactions[1].change, -1);
  Patients p = make_patients(t, b7_kernel_code(kernel, 1), 0);
  run_patients(&p);
  View v = {model, kernel, &p, NULL};
  compare_slopes(&v);
  compare_rates(&v);
  free_patients(&p);
  b7_kernel_free(kernel);
  b7_model_free(model);
}

static void what_can_be_is_computed_ahead(void **state) {
  (void)state;
  B7Graph graph;
  B7Arena arena = b7_arena_make(NULL);
  graph = b7_graph_make(&arena);
  int32_t shared = b7_graph_input(&graph, B7_ARRAY_SHARED, 0), own = b7_graph_input(&graph, B7_ARRAY_OWN, 0);
  int32_t y = b7_graph_input(&graph, B7_ARRAY_STATE, 0);
  int32_t root_shared = b7_graph_node(&graph, B7_OP_EXP, shared, -1, -1);
  int32_t mixed = b7_graph_node(&graph, B7_OP_MULTIPLY, root_shared, own, -1);
  int32_t minus = b7_graph_node(&graph, B7_OP_NEGATE, mixed, -1, -1);
  int32_t above = b7_graph_node(&graph, B7_OP_LESS, own, mixed, -1);
  int32_t root =
      b7_graph_node(&graph, B7_OP_SELECT, above, b7_graph_node(&graph, B7_OP_ADD, minus, y, -1), y);
  uint8_t *marks = b7_classify_frontier(&graph, &arena, &root, 1, B7_LEVEL_SHARED, B7_LEVEL_PATIENT, false);
  assert_int_equal(marks[mixed], 1);
  // signs and conditions are formed where they are used, inputs are there already, the inside is not needed
  assert_int_equal(marks[minus], 0);
  assert_int_equal(marks[above], 0);
  assert_int_equal(marks[own], 0);
  assert_int_equal(marks[root_shared], 0);
  marks = b7_classify_frontier(&graph, &arena, &root, 1, B7_LEVEL_SHARED, B7_LEVEL_SHARED, false);
  assert_int_equal(marks[root_shared], 1);
  assert_int_equal(marks[mixed], 0);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(program_says_what_the_formulas_say),
      cmocka_unit_test(quantities_are_classified),
      cmocka_unit_test(counted_states_change_by_the_net_of_a_firing),
      cmocka_unit_test(what_can_be_is_computed_ahead),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

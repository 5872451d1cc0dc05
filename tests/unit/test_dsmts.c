/* The 39 cases of the discrete stochastic models test suite (tests/dsmts), read by the library's SBML reader:
 * exact simulation for all, and the closed-form steps of birth and death where one species comes and goes one
 * by one. 1e3 runs each every day, 1e4 with --long (the suite's own number). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <sbml/SBMLTypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/threads.h"
#include "kernel/birth_death.h"
#include "model/model.h"
#include "standards/ssa.h"

#define CASES 39
#define RUNS_EVERY_DAY 1000
#define RUNS_LONG 10000
#define RUNS_A_CHUNK 100
#define TIMES 51
#define SPECIES 4
#define REACTIONS 4
#define OUTPUTS 4
#define TAPE 48
#define THREADS 2

static int runs = RUNS_EVERY_DAY; /* a series; set once by main */

/* a formula in postfix form, for the loops */
typedef struct Tape {
  int n;
  struct {
    B7ExpressionKind kind;
    int state;
    double number;
  } step[TAPE];
} Tape;

/* sets species to values at a time, or when a species first exceeds a limit */
typedef struct Reset {
  bool any;
  double at_time; /* infinite: by limit */
  int species;
  double above;
  int n_set, set[SPECIES];
  double to[SPECIES];
} Reset;

typedef struct Case {
  int number, n_species, n_reaction, n_output;
  double start[SPECIES], size[SPECIES]; /* items; items per unit of the state's symbol */
  int32_t change[REACTIONS * SPECIES];
  Tape rate[REACTIONS], output[OUTPUTS];
  Reset reset;
  double mean[TIMES][OUTPUTS], sd[TIMES][OUTPUTS];
  bool closed_form;
  B7BirthDeathRates closed;
  // rates none + each * items of the only species, where they are so: for speed
  bool linear[REACTIONS];
  double none[REACTIONS], each[REACTIONS];
} Case;

typedef struct Sums {
  double sum[TIMES][OUTPUTS], squares[TIMES][OUTPUTS];
  double fourth[TIMES][OUTPUTS]; /* powers of the distance from the expected mean */
} Sums;

/* ---- reading ---- */

static double parameter_value(const void *context, int32_t kind, int32_t index) {
  const B7Model *model = context;
  assert_int_equal(kind, B7_SYMBOL_PARAMETER);
  return model->parameters[index].value;
}

static void record(const B7Model *model, B7ExpressionId id, Tape *tape) {
  const B7Expression *e = b7_expression_at(&model->pool, id);
  if (e->kind == B7_EXPRESSION_SYMBOL && e->symbol_kind == B7_SYMBOL_DEFINITION) {
    record(model, model->definitions[e->symbol_index].is, tape);
    return;
  }
  for (int a = 0; a < b7_expression_arguments(e->kind); a++) record(model, e->arg[a], tape);
  assert_true(tape->n < TAPE);
  bool state = e->kind == B7_EXPRESSION_SYMBOL && e->symbol_kind == B7_SYMBOL_STATE;
  tape->step[tape->n].kind = e->kind == B7_EXPRESSION_SYMBOL && !state ? B7_EXPRESSION_NUMBER : e->kind;
  tape->step[tape->n].state = state ? e->symbol_index : 0;
  tape->step[tape->n].number = e->kind == B7_EXPRESSION_NUMBER ? e->number
                               : state                         ? 0
                               : e->kind == B7_EXPRESSION_SYMBOL
                                   ? parameter_value(model, e->symbol_kind, e->symbol_index)
                                   : 0;
  tape->n++;
}

static double play(const Tape *tape, const Case *c, const double *count) {
  double stack[TAPE];
  int top = 0;
  for (int i = 0; i < tape->n; i++) {
    switch (tape->step[i].kind) {
    case B7_EXPRESSION_NUMBER:
      stack[top++] = tape->step[i].number;
      break;
    case B7_EXPRESSION_SYMBOL:
      stack[top++] = count[tape->step[i].state] / c->size[tape->step[i].state];
      break;
    case B7_EXPRESSION_ADD:
      top--, stack[top - 1] += stack[top];
      break;
    case B7_EXPRESSION_SUBTRACT:
      top--, stack[top - 1] -= stack[top];
      break;
    case B7_EXPRESSION_MULTIPLY:
      top--, stack[top - 1] *= stack[top];
      break;
    case B7_EXPRESSION_DIVIDE:
      top--, stack[top - 1] /= stack[top];
      break;
    case B7_EXPRESSION_NEGATE:
      stack[top - 1] = -stack[top - 1];
      break;
    default:
      return NAN;
    }
  }
  return stack[0];
}

static void read_reset(Model_t *sbml, const B7Model *model, Reset *reset) {
  Event_t *event = Model_getEvent(sbml, 0);
  const ASTNode_t *when = Trigger_getMath(Event_getTrigger(event));
  const ASTNode_t *left = ASTNode_getLeftChild(when), *right = ASTNode_getRightChild(when);
  reset->any = true;
  reset->at_time = INFINITY;
  double limit = ASTNode_isInteger(right) ? (double)ASTNode_getInteger(right) : ASTNode_getReal(right);
  if (ASTNode_getType(left) == AST_NAME_TIME) {
    assert_int_equal(ASTNode_getType(when), AST_RELATIONAL_GEQ);
    reset->at_time = limit;
  } else {
    assert_int_equal(ASTNode_getType(when), AST_RELATIONAL_GT);
    reset->species = b7_model_find_state(model, ASTNode_getName(left));
    reset->above = limit;
  }
  reset->n_set = (int)Event_getNumEventAssignments(event);
  for (int i = 0; i < reset->n_set; i++) {
    EventAssignment_t *set = Event_getEventAssignment(event, (unsigned)i);
    reset->set[i] = b7_model_find_state(model, EventAssignment_getVariable(set));
    reset->to[i] = (double)ASTNode_getInteger(EventAssignment_getMath(set));
    assert_true(reset->set[i] >= 0);
  }
}

/* births X -> 2X, deaths and arrivals of one species: rates that are linear in it */
static void look_for_closed_form(Case *c) {
  double zero[SPECIES] = {0}, one[SPECIES] = {1}, seven[SPECIES] = {7};
  if (c->n_species != 1) return;
  for (int r = 0; r < c->n_reaction; r++) {
    double none = c->none[r] = play(&c->rate[r], c, zero),
           each = c->each[r] = play(&c->rate[r], c, one) - none;
    c->linear[r] = fabs(play(&c->rate[r], c, seven) - none - 7 * each) < 1e-12;
  }
  for (int r = 0; r < c->n_reaction; r++) {
    double none = c->none[r], each = c->each[r];
    if (c->reset.any || !c->linear[r] || abs(c->change[r]) != 1 || (c->change[r] < 0 && none != 0)) return;
    if (c->change[r] > 0) {
      c->closed.arrivals_per_day += none;
      c->closed.birth_per_day += each;
    } else {
      c->closed.death_per_day += each;
    }
  }
  // each arrival is drawn on its own: the case of a thousand a step is left to the exact simulation
  c->closed_form = c->closed.arrivals_per_day <= 100;
}

static void read_numbers(Case *c, const B7Model *model) {
  char path[500], line[500];
  snprintf(path, sizeof path, "%s/dsmts/%05d.csv", B7_TEST_FOLDER, c->number);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  strtok(line, ",\r\n");
  for (const char *column; (column = strtok(NULL, ",\r\n")) && strstr(column, "-mean");) {
    char name[100];
    snprintf(name, sizeof name, "%.*s", (int)(strlen(column) - 5), column);
    // things held from outside have no state: a number that stays
    int32_t observable = -1;
    char wanted[110];
    snprintf(wanted, sizeof wanted, "obs_%s", name);
    for (int32_t o = 0; o < model->n_observable; o++)
      if (strcmp(model->observables[o].name, wanted) == 0) observable = o;
    assert_true(observable >= 0);
    record(model, model->observables[observable].is, &c->output[c->n_output++]);
  }
  for (int t = 0; t < TIMES; t++) {
    assert_non_null(fgets(line, sizeof line, file));
    assert_true(strtod(strtok(line, ","), NULL) == t);
    for (int o = 0; o < c->n_output; o++) c->mean[t][o] = strtod(strtok(NULL, ",\r\n"), NULL);
    for (int o = 0; o < c->n_output; o++) c->sd[t][o] = strtod(strtok(NULL, ",\r\n"), NULL);
  }
  fclose(file);
}

static void read_case(int number, Case *c) {
  *c = (Case){.number = number};
  char path[500], bare[] = "/tmp/dsmts_XXXXXX.xml";
  snprintf(path, sizeof path, "%s/dsmts/%05d.xml", B7_TEST_FOLDER, number);
  SBMLDocument_t *document = readSBML(path);
  Model_t *sbml = SBMLDocument_getModel(document);
  assert_non_null(sbml);
  // the library reads the file without its events, and its times as they are
  Event_t *event = Model_getNumEvents(sbml) ? Event_clone(Model_getEvent(sbml, 0)) : NULL;
  assert_true(Model_getNumEvents(sbml) <= 1);
  if (event) Event_free(Model_removeEvent(sbml, 0));
  Model_unsetTimeUnits(sbml);
  int handle = mkstemps(bare, 4);
  assert_true(handle >= 0);
  close(handle);
  assert_int_equal(writeSBML(document, bare), 1);
  B7Model *model = NULL;
  B7Error error;
  if (b7_model_load(bare, NULL, &model, &error) != B7_OK) fail_msg("case %d: %s", number, error.message);
  remove(bare);

  c->n_species = model->n_state;
  c->n_reaction = model->n_reaction;
  assert_true(c->n_species <= SPECIES && c->n_reaction <= REACTIONS);
  for (int s = 0; s < c->n_species; s++) {
    Species_t *species = Model_getSpeciesById(sbml, model->states[s].name);
    Compartment_t *compartment = Model_getCompartmentById(sbml, Species_getCompartment(species));
    c->size[s] = Species_getHasOnlySubstanceUnits(species) ? 1 : Compartment_getSize(compartment);
    Tape initial = {0};
    record(model, model->states[s].initial, &initial);
    c->start[s] = play(&initial, c, NULL) * c->size[s];
  }
  for (int r = 0; r < c->n_reaction; r++) {
    const B7ModelReaction *reaction = &model->reactions[r];
    record(model, reaction->rate, &c->rate[r]);
    for (int t = 0; t < reaction->n_from + reaction->n_to; t++) {
      bool from = t < reaction->n_from;
      const B7ModelTerm *term = from ? &reaction->from[t] : &reaction->to[t - reaction->n_from];
      double weight = b7_expression_evaluate(&model->pool, term->weight, parameter_value, model);
      c->change[r * c->n_species + term->state] +=
          (from ? -1 : 1) * (int32_t)lround(weight * c->size[term->state]);
    }
  }
  if (event) {
    Model_addEvent(sbml, event);
    read_reset(sbml, model, &c->reset);
    Event_free(event);
  }
  read_numbers(c, model);
  look_for_closed_form(c);
  SBMLDocument_free(document);
  b7_model_free(model);
}

/* ---- running ---- */

typedef struct Work {
  const Case *c;
  bool closed_form;
  uint64_t seed;
  Sums sums[THREADS];
} Work;

static void propensity(void *user, const double *count, double *rate) {
  const Case *c = user;
  for (int r = 0; r < c->n_reaction; r++)
    rate[r] = c->linear[r] ? c->none[r] + c->each[r] * count[0] : play(&c->rate[r], c, count);
}

static void set(const Reset *reset, double *count) {
  for (int i = 0; i < reset->n_set; i++) count[reset->set[i]] = reset->to[i];
}

/* exact simulation to `end`, resets by limit looked for after each firing (a trigger fires when it becomes
 * true) */
static void advance(const B7SsaModel *model, const Case *c, double *count, double *t, double end,
                    B7Random *random) {
  double rate[REACTIONS];
  bool by_limit = c->reset.any && isinf(c->reset.at_time);
  if (!by_limit) {
    assert_true(b7_ssa_advance(model, count, rate, t, end, INT64_MAX, random));
    return;
  }
  for (bool there = false; !there;) {
    bool before = count[c->reset.species] > c->reset.above;
    there = b7_ssa_advance(model, count, rate, t, end, 1, random);
    if (!before && count[c->reset.species] > c->reset.above) set(&c->reset, count);
  }
}

static void run_chunk(void *context, int64_t chunk, int32_t worker) {
  Work *work = context;
  const Case *c = work->c;
  Sums *sums = &work->sums[worker];
  const B7SsaModel model = {.n_species = c->n_species,
                            .n_reaction = c->n_reaction,
                            .change = c->change,
                            .propensity = propensity,
                            .user = (void *)c};
  for (int i = 0; i < RUNS_A_CHUNK; i++) {
    // runs are numbered on over cases and methods, so that one seed gives every series numbers of its own
    int64_t series = c->number + (work->closed_form ? CASES : 0);
    uint64_t run = (uint64_t)(series * RUNS_LONG + chunk * RUNS_A_CHUNK + i);
    B7Random random = b7_random_at(work->seed, run, B7_STREAM_EXTINCTION, 0);
    double count[SPECIES], now = 0;
    memcpy(count, c->start, sizeof count);
    for (int t = 0; t < TIMES; t++) {
      if (work->closed_form && t > 0)
        count[0] = (double)b7_birth_death_step((int64_t)count[0], c->closed, 1, &random);
      if (!work->closed_form && t > 0) {
        bool reset = c->reset.any && c->reset.at_time > t - 1 && c->reset.at_time <= t;
        if (reset) {
          advance(&model, c, count, &now, c->reset.at_time, &random);
          set(&c->reset, count);
        }
        advance(&model, c, count, &now, t, &random);
      }
      for (int o = 0; o < c->n_output; o++) {
        double value = play(&c->output[o], c, count) * c->size[0];
        double square = (value - c->mean[t][o]) * (value - c->mean[t][o]);
        sums->sum[t][o] += value;
        sums->squares[t][o] += value * value;
        sums->fourth[t][o] += square * square;
      }
    }
  }
}

/* What a series of runs gave: misses are times and outputs outside of Z in (-3, 3) or Y in (-5, 5). */
typedef struct Verdict {
  int misses;
  double most_z, most_y, most_kurtosis;
} Verdict;

/* The rule's Y takes counts as normal: var(S^2) = 2 sigma^4 / n. In case 3 nearly all runs have died out and
 * few are large (kurtosis k about 114): S^2 varies by (k - 1) / 2 times as much, and an exact simulation
 * misses the rule with most seeds. Y of this case alone is divided by the root of that. */
#define HEAVY_CASE 3

static Verdict judge(const Case *c, bool closed_form, uint64_t seed) {
  static Work work;
  memset(&work, 0, sizeof work);
  work.c = c;
  work.closed_form = closed_form;
  work.seed = seed;
  b7_threads_for(THREADS, runs / RUNS_A_CHUNK, run_chunk, &work);
  Verdict verdict = {0};
  for (int t = 0; t < TIMES; t++)
    for (int o = 0; o < c->n_output; o++) {
      // sums of whole numbers are exact in any order
      double sum = 0, squares = 0, fourth = 0, mu = c->mean[t][o], sigma = c->sd[t][o];
      for (int w = 0; w < THREADS; w++) {
        sum += work.sums[w].sum[t][o];
        squares += work.sums[w].squares[t][o];
        fourth += work.sums[w].fourth[t][o];
      }
      double mean = sum / runs, variance = (squares - runs * mean * mean) / (runs - 1);
      if (sigma == 0) {
        verdict.misses += fabs(mean - mu) > 1e-9 || variance > 1e-9;
        continue;
      }
      double kurtosis = fourth / runs / pow(sigma, 4);
      double z = sqrt(runs) * (mean - mu) / sigma, y = sqrt(runs / 2.0) * (variance / (sigma * sigma) - 1);
      if (c->number == HEAVY_CASE) y /= sqrt((kurtosis - 1) / 2);
      verdict.most_z = fmax(verdict.most_z, fabs(z));
      verdict.most_y = fmax(verdict.most_y, fabs(y));
      verdict.most_kurtosis = fmax(verdict.most_kurtosis, kurtosis);
      verdict.misses += !(fabs(z) < 3) || !(fabs(y) < 5);
    }
  print_message("seed %d, %05d %-11s misses %d, largest |Z| %.2f, |Y| %.2f, kurtosis %.0f\n", (int)seed,
                c->number, closed_form ? "closed form" : "exact", verdict.misses, verdict.most_z,
                verdict.most_y, verdict.most_kurtosis);
  return verdict;
}

/* One miss a case is expected by chance and allowed. */
static bool holds(const Verdict *verdict) {
  return verdict->misses <= 1;
}

/* Times of one run are alike, so a chance excursion lasts and has several misses: the rule refuses some series
 * of an exact simulation with every seed. REFUSED_SHARE is how many, counted over seeds (docs/numerics.md). The
 * number refused of n series then follows the binomial law; asked is no more than it gives in 99 of 100 seeds,
 * and no series far outside. */
#define REFUSED_SHARE_EVERY_DAY 0.0396
#define REFUSED_SHARE_LONG 0.0271
#define FAR_Z 4.5
#define FAR_Y 7.5

/* the least k with P(refused <= k) of at least 99 % */
static int refused_at_most(int series) {
  double share = runs == RUNS_LONG ? REFUSED_SHARE_LONG : REFUSED_SHARE_EVERY_DAY;
  double probability = pow(1 - share, series), below = probability;
  int k = 0;
  for (; below < 0.99; k++) {
    probability *= (series - k) * share / ((k + 1) * (1 - share));
    below += probability;
  }
  return k;
}

static Case cases[CASES];
#define SEED 2026

static int refused_series(bool closed_form, uint64_t seed, int *series, bool *far) {
  int refused = 0;
  *series = 0;
  *far = false;
  for (int i = 0; i < CASES; i++) {
    if (closed_form && !cases[i].closed_form) continue;
    Verdict verdict = judge(&cases[i], closed_form, seed);
    refused += !holds(&verdict);
    *far |= !(verdict.most_z < FAR_Z) || !(verdict.most_y < FAR_Y);
    ++*series;
  }
  return refused;
}

static void exact_simulation_holds(void **state) {
  (void)state;
  int series;
  bool far;
  assert_true(refused_series(false, SEED, &series, &far) <= refused_at_most(CASES));
  assert_int_equal(series, CASES);
  assert_false(far);
}

static void closed_form_steps_hold(void **state) {
  (void)state;
  int series;
  bool far;
  assert_true(refused_series(true, SEED, &series, &far) <= refused_at_most(21));
  assert_int_equal(series, 21);
  assert_false(far);
}

/* the rule must be able to refuse: deaths 5 % too fast */
static void wrong_rates_are_refused(void **state) {
  (void)state;
  Case wrong = cases[0];
  wrong.closed.death_per_day *= 1.05;
  Verdict verdict = judge(&wrong, true, SEED);
  assert_false(holds(&verdict));
}

/* how often the rule refuses by chance: test_dsmts [--long] --seeds N */
static int count_over_seeds(int seeds) {
  for (int s = 0; s < seeds; s++) {
    int exact, closed;
    bool far;
    int refused_exact = refused_series(false, (uint64_t)(SEED + s), &exact, &far);
    int refused_closed = refused_series(true, (uint64_t)(SEED + s), &closed, &far);
    print_message("seed %d: refused %d of %d exact series, %d of %d in closed form\n", SEED + s,
                  refused_exact, exact, refused_closed, closed);
  }
  return 0;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(exact_simulation_holds),
                                     cmocka_unit_test(closed_form_steps_hold),
                                     cmocka_unit_test(wrong_rates_are_refused)};
  for (int i = 0; i < CASES; i++) read_case(i + 1, &cases[i]);
  bool suite_size = argc > 1 && strcmp(argv[1], "--long") == 0;
  if (suite_size) runs = RUNS_LONG;
  int used = suite_size ? 2 : 1;
  if (argc == used + 2 && strcmp(argv[used], "--seeds") == 0) return count_over_seeds(atoi(argv[used + 1]));
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "test_base.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "kernel/stepper.h"

#define MAX_STEPS 40.0

/* one lane as a text book would write it */
typedef struct Lane {
  double t, wanted, stop, h, end, error, negative, factor, last, stands, steps, look;
  bool live, hits, refused, take, cut;
} Lane;

static void choose(Lane *lane) {
  double left = lane->stop - lane->t, h = lane->wanted;
  lane->hits = h * (lane->refused ? 1 + 1e-9 : 1.1) >= left;
  if (lane->hits)
    h = left;
  else if (h > 0.5 * left)
    h = 0.5 * left;
  lane->h = h;
  lane->end = lane->hits ? lane->stop : lane->t + h;
  lane->cut = false;
}

static void accept(Lane *lane) {
  bool good = lane->error <= 1 && lane->negative == 0;
  lane->steps++;
  lane->take = lane->live && good && lane->stands >= 0.98;
  if (good && lane->stands >= 0.98) {
    double factor = fmin(5, fmax(0.2, lane->factor));
    if (lane->refused) factor = fmin(factor, 1);
    bool says_little = lane->h < lane->wanted && factor >= 5;
    lane->wanted = says_little ? fmax(lane->wanted, lane->h * factor) : lane->h * factor;
    lane->last = fmax(lane->error, 1e-4);
    lane->refused = false;
  } else {
    double factor = !(lane->error < INFINITY)                 ? 0.1
                    : good                                    ? lane->stands
                    : lane->negative != 0 && lane->error <= 1 ? 0.5
                                                              : fmin(0.9, fmax(0.1, lane->factor));
    lane->wanted = lane->h * factor;
    lane->refused = true;
  }
}

static double any_of(B7Random *random, const double *values, int n) {
  int i = (int)(b7_random_uniform(random) * n);
  return values[i < n ? i : n - 1];
}

static Lane draw(B7Random *random) {
  static const double errors[] = {0, 1e-5, 0.3, 0.999, 1, 1.5, 80, INFINITY, NAN},
                      factors[] = {0.05, 0.3, 0.9, 1, 1.2, 4.9, 5, 40, NAN},
                      stand[] = {1, 1, 1, 0.99, 0.98, 0.6}, size[] = {1e-11, 1e-10, 0.01, 0.4, 3, 50};
  double t = 100 * b7_random_uniform(random);
  return (Lane){.t = t,
                .wanted = any_of(random, size, 6),
                .stop = t + any_of(random, size, 6) * 2 * b7_random_uniform(random),
                .error = any_of(random, errors, 9),
                .negative = b7_random_uniform(random) < 0.2,
                .factor = any_of(random, factors, 9),
                .last = 0.5,
                .stands = any_of(random, stand, 6),
                .steps = floor(MAX_STEPS * b7_random_uniform(random)),
                .look = t + any_of(random, size, 6) * b7_random_uniform(random),
                .live = b7_random_uniform(random) < 0.8,
                .refused = b7_random_uniform(random) < 0.5};
}

static void lanes_are_controlled_as_one_by_one(void **state) {
  (void)state;
  B7Random random = b7_random_at(3, 0, B7_STREAM_TRIAL, 0);
  int64_t taken = 0, refused = 0, small = 0, due = 0;
  for (int32_t lanes = 1; lanes <= 8; lanes *= 2) {
    const B7Stepper *stepper = b7_stepper(lanes);
    B7Arena arena = b7_arena_make(NULL);
    B7StepControl c;
    B7Error error;
    assert_int_equal(b7_step_control_make(&arena, lanes, &c, &error), B7_OK);
    B7Group g = {.lanes = lanes};
    double **arrays[] = {&g.h_day, &g.error, &g.negative, &g.factor, &g.last_error};
    for (int i = 0; i < 5; i++) *arrays[i] = B7_ARENA_ARRAY(&arena, double, lanes);
    for (int turn = 0; turn < 4000; turn++) {
      Lane lane[8];
      for (int w = 0; w < lanes; w++) {
        lane[w] = draw(&random);
        c.live[w] = lane[w].live, c.t_day[w] = lane[w].t, c.stop_day[w] = lane[w].stop;
        c.wanted_day[w] = lane[w].wanted, c.refused[w] = lane[w].refused, c.stands[w] = lane[w].stands;
        c.steps[w] = lane[w].steps, c.next_look_day[w] = lane[w].look, c.cut[w] = 1;
        g.error[w] = lane[w].error, g.negative[w] = lane[w].negative;
        g.factor[w] = lane[w].factor, g.last_error[w] = lane[w].last;
      }
      stepper->choose_steps(&g, &c);
      for (int w = 0; w < lanes; w++) {
        choose(&lane[w]);
        assert_float_equal(g.h_day[w], lane[w].h, 0);
        assert_float_equal(c.end_day[w], lane[w].end, 0);
        assert_int_equal(c.hits[w] != 0, lane[w].hits);
        assert_true(c.cut[w] == 0);
      }
      B7AttemptCounts counts = stepper->accept_steps(&g, &c, MAX_STEPS), wanted = {0};
      for (int w = 0; w < lanes; w++) {
        accept(&lane[w]);
        assert_int_equal(c.take[w] != 0, lane[w].take);
        assert_int_equal(c.refused[w] != 0, lane[w].refused);
        assert_float_equal(c.wanted_day[w], lane[w].wanted, 0);
        assert_float_equal(g.last_error[w], lane[w].last, 0);
        bool failed = lane[w].live && !lane[w].take;
        wanted.refused += failed;
        wanted.too_small |= failed && lane[w].wanted < B7_SMALLEST_STEP_DAY;
        wanted.too_many |= lane[w].live && lane[w].steps >= MAX_STEPS;
        taken += lane[w].take;
      }
      assert_int_equal(counts.refused, wanted.refused);
      assert_int_equal(counts.too_small, wanted.too_small);
      assert_int_equal(counts.too_many, wanted.too_many);
      refused += wanted.refused, small += wanted.too_small;

      bool any = false;
      for (int w = 0; w < lanes; w++) {
        lane[w].cut = b7_random_uniform(&random) < 0.2;
        c.cut[w] = lane[w].cut;
        any |= lane[w].take && !lane[w].cut && lane[w].look <= lane[w].end;
      }
      assert_int_equal(stepper->find_due(&g, &c), any);
      for (int w = 0; any && w < lanes; w++) {
        bool is_due = lane[w].take && !lane[w].cut && lane[w].look <= lane[w].end;
        bool inside = is_due && lane[w].look < lane[w].end;
        double share = (lane[w].look - lane[w].t) / lane[w].h;
        assert_float_equal(c.share[w], inside ? fmin(1, fmax(0, share)) : 1, 0);
        assert_true(c.due_day[w] == (is_due ? lane[w].look : INFINITY));
        due += is_due;
      }

      bool arrives = false;
      for (int w = 0; w < lanes; w++) arrives |= lane[w].take && lane[w].end >= 60;
      assert_int_equal(stepper->move_on(&c, 60), arrives);
      for (int w = 0; w < lanes; w++)
        assert_float_equal(c.t_day[w], lane[w].take ? lane[w].end : lane[w].t, 0);
    }
    b7_arena_free(&arena);
  }
  // every kind of end was met
  assert_true(taken > 1000 && refused > 1000 && small > 100 && due > 100);
}

static void idle_lanes_get_a_step_that_divides(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7StepControl c;
  B7Error error;
  assert_int_equal(b7_step_control_make(&arena, 8, &c, &error), B7_OK);
  B7Group g = {.lanes = 8, .h_day = B7_ARENA_ARRAY(&arena, double, 8)};
  b7_stepper(8)->choose_steps(&g, &c);
  for (int w = 0; w < 8; w++) {
    assert_true(g.h_day[w] > 0 && isfinite(g.h_day[w]));
    assert_true(c.live[w] == 0 && c.take[w] == 0);
  }
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lanes_are_controlled_as_one_by_one),
                                     cmocka_unit_test(idle_lanes_get_a_step_that_divides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

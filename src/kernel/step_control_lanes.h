/* step_control_lanes.h - the control of steps for one width; a part of stepper_lanes.c. */
#include "kernel/lane_math.h"
#include "kernel/stepper.h"

/* a step is stretched by up to this share when that ends it at the next stop */
#define LARGEST_STRETCH 0.1
#define LARGEST_GROWTH 5.0
#define LARGEST_SHRINK 0.2
/* of a step that a counted state lets stand only in part, when the part is worth accepting */
#define WHOLE_ENOUGH 0.98

B7_INLINE VM is_set(const double *flags) {
  return b7v_ne(b7v_load(flags), b7v_set(0.0));
}

B7_INLINE V flag(VM m) {
  return b7v_select(m, b7v_set(1.0), b7v_set(0.0));
}

/* as fmin and fmax of a limit and a number: the limit when it is NaN */
B7_INLINE V at_most(double limit, V x) {
  return b7v_select(b7v_lt(x, b7v_set(limit)), x, b7v_set(limit));
}

B7_INLINE V at_least(double limit, V x) {
  return b7v_select(b7v_lt(b7v_set(limit), x), x, b7v_set(limit));
}

static void choose_steps(B7Group *g, B7StepControl *c) {
  V t = b7v_load(c->t_day), stop = b7v_load(c->stop_day), h = b7v_load(c->wanted_day), left = stop - t;
  // a step refused at its stretched length would be tried again for ever
  V stretch = b7v_select(is_set(c->refused), b7v_set(1 + 1e-9), b7v_set(1 + LARGEST_STRETCH));
  VM hits = b7v_ge(h * stretch, left);
  // two equal steps rather than a long one and a sliver
  V half = 0.5 * left;
  h = b7v_select(hits, left, b7v_select(b7v_gt(h, half), half, h));
  b7v_store(g->h_day, h);
  b7v_store(c->hits, flag(hits));
  b7v_store(c->end_day, b7v_select(hits, stop, t + h));
  b7v_store(c->cut, b7v_set(0.0));
}

static B7AttemptCounts accept_steps(B7Group *g, B7StepControl *c, double max_steps) {
  VM live = is_set(c->live), refused_before = is_set(c->refused);
  V tried = b7v_load(g->h_day), error = b7v_load(g->error), factor = b7v_load(g->factor);
  V wanted = b7v_load(c->wanted_day), stands = b7v_load(c->stands), one = b7v_set(1.0);
  VM small_error = b7v_le(error, one), negative = is_set(g->negative);
  VM good = b7m_and(small_error, b7m_not(negative));
  VM accepted = b7m_and(good, b7v_ge(stands, b7v_set(WHOLE_ENOUGH)));

  V growth = at_most(LARGEST_GROWTH, at_least(LARGEST_SHRINK, factor));
  growth = b7v_select(b7m_and(refused_before, b7v_gt(growth, one)), one, growth);
  V next = tried * growth;
  // a step cut short by an event may say too little to give up what the control had in mind
  VM says_little = b7m_and(b7v_lt(tried, wanted), b7v_ge(growth, b7v_set(LARGEST_GROWTH)));
  next = b7v_select(b7m_and(says_little, b7v_gt(wanted, next)), wanted, next);

  V shrink = at_most(0.9, at_least(0.1, factor));
  shrink = b7v_select(b7m_and(negative, small_error), b7v_set(0.5), shrink);
  shrink = b7v_select(good, stands, shrink);
  shrink = b7v_select(b7v_lt(error, b7v_set(__builtin_inf())), shrink, b7v_set(0.1));

  wanted = b7v_select(accepted, next, tried * shrink);
  VM refused = b7m_and(live, b7m_not(accepted));
  V last = b7v_select(b7v_gt(b7v_set(1e-4), error), b7v_set(1e-4), error);
  V steps = b7v_load(c->steps) + one;
  b7v_store(c->wanted_day, wanted);
  b7v_store(g->last_error, b7v_select(accepted, last, b7v_load(g->last_error)));
  b7v_store(c->refused, flag(b7m_not(accepted)));
  b7v_store(c->take, flag(b7m_and(live, accepted)));
  b7v_store(c->steps, steps);
  B7AttemptCounts counts = {.too_many = b7m_any(b7m_and(live, b7v_ge(steps, b7v_set(max_steps))))};
  if (!b7m_any(refused)) return counts;
  counts.too_small = b7m_any(b7m_and(refused, b7v_lt(wanted, b7v_set(B7_SMALLEST_STEP_DAY))));
  for (int w = 0; w < W; w++) counts.refused += b7m_lane(refused, w);
  return counts;
}

static bool find_due(const B7Group *g, B7StepControl *c) {
  V look = b7v_load(c->next_look_day), end = b7v_load(c->end_day);
  VM due = b7m_and(b7m_and(is_set(c->take), b7m_not(is_set(c->cut))), b7v_le(look, end));
  if (!b7m_any(due)) return false;
  V share = at_most(1, at_least(0, (look - b7v_load(c->t_day)) / b7v_load(g->h_day)));
  // at the end itself nothing needs to be interpolated
  b7v_store(c->share, b7v_select(b7m_and(due, b7v_lt(look, end)), share, b7v_set(1.0)));
  b7v_store(c->due_day, b7v_select(due, look, b7v_set(__builtin_inf())));
  return true;
}

static bool move_on(B7StepControl *c, double horizon_day) {
  VM take = is_set(c->take);
  V t = b7v_select(take, b7v_load(c->end_day), b7v_load(c->t_day));
  b7v_store(c->t_day, t);
  return b7m_any(b7m_and(take, b7v_ge(t, b7v_set(horizon_day))));
}

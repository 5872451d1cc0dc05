/* lane_looks.c - what is seen of patients at output times and checks: recorded, and decided on. */
#include <math.h>
#include <string.h>

#include "sim/population.h"
#include "sim/worker_parts.h"

static void plan_look(B7Worker *worker, int32_t w) {
  const B7Lane *lane = &worker->lanes[w];
  const B7Plan *plan = lane->plan;
  double next = lane->next_output < plan->n_output ? plan->output_day[lane->next_output] : INFINITY;
  if (plan->policy) {
    double check = (double)lane->next_check * plan->policy->check_every_day;
    if (check <= plan->horizon_day) next = b7_lesser(next, check);
  }
  worker->control.next_look_day[w] = next;
}

static bool dies(const B7SimulationSetup *setup, const B7Lane *lane, const double *observed, int32_t lanes) {
  double sum = 0;
  for (int32_t k = 0; k < setup->n_hazard; k++) sum += observed[setup->hazards[k] * lanes];
  return setup->n_hazard > 0 && sum >= lane->threshold;
}

/* conditioning or a course under way */
static bool busy(const B7Lane *lane, double t_day) {
  for (int32_t k = 0; k < lane->n_launched; k++) {
    if (t_day < lane->launched[k].start_day + lane->launched[k].protocol->lead_day) return true;
  }
  return false;
}

static int32_t decide(B7Worker *worker, int32_t w, double t_day) {
  const B7SimulationSetup *setup = worker->setup;
  const B7Group *g = &worker->group;
  B7Lane *lane = &worker->lanes[w];
  B7PolicyView view = {.t_day = t_day,
                       .observables = g->observed + w,
                       .stride = g->lanes,
                       .seed = setup->options.seed,
                       .patient = b7_population_id(setup->population, lane->patient),
                       .busy = busy(lane, t_day)};
  memcpy(view.anchor_day, lane->anchor_day, sizeof view.anchor_day);
  return b7_policy_decide(lane->plan->policy, &view, lane->memory, lane->fired);
}

/* write outputs and ask the policy at t_day of one lane, from `observed`; true when a rule fires or the
 * patient dies */
static bool look(B7Worker *worker, int32_t w, double t_day) {
  const B7SimulationSetup *setup = worker->setup;
  const B7Group *g = &worker->group;
  B7Lane *lane = &worker->lanes[w];
  const B7Plan *plan = lane->plan;
  bool recorded = lane->next_output < plan->n_output && plan->output_day[lane->next_output] <= t_day;
  if (recorded)
    b7_result_record(b7_lane_result(worker), b7_lane_slot(worker, w), lane->next_output++, g->observed + w,
                     g->lanes, &lane->fingerprint);
  // the output that shows the death is the last; nothing is decided for the dead
  lane->dead = recorded && dies(setup, lane, g->observed + w, g->lanes);
  bool checked =
      !lane->dead && plan->policy && (double)lane->next_check * plan->policy->check_every_day <= t_day;
  if (checked) {
    lane->next_check++;
    lane->n_fired = decide(worker, w, t_day);
  }
  plan_look(worker, w);
  worker->ended |= lane->dead;
  return lane->dead || (checked && lane->n_fired > 0);
}

/* observe at the present state, for lanes that have just begun */
void b7_lanes_look_at_start(B7Worker *worker) {
  B7Group *g = &worker->group;
  const B7KernelCode *code = g->code;
  code->observe(code->program, g->shared, g->own, g->latch, g->derived, g->x, g->drive, g->y, g->observed);
  for (int32_t w = 0; w < g->lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    if (lane->patient < 0 || !lane->fresh) continue;
    plan_look(worker, w);
    while (worker->control.next_look_day[w] <= 0 && !look(worker, w, 0)) {
    }
    lane->fresh = false;
  }
}

/* the reference integrator makes the steps, with one lane */
static bool is_reference(const B7Worker *worker) {
  return !worker->setup->rosenbrock && !worker->setup->explicit_method;
}

/* states at the chosen share of the step just made; the reference integrator, with one lane, goes by the day
 */
static void sample(B7Worker *worker, double t_day) {
  const B7SimulationSetup *setup = worker->setup;
  B7Group *g = &worker->group;
  (void)t_day;
  if (setup->rosenbrock)
    worker->stepper->rosenbrock_sample(g, setup->rosenbrock, worker->control.share);
  else if (setup->explicit_method)
    worker->stepper->explicit_sample(g, setup->explicit_method, worker->control.share);
#ifdef B7_HAVE_CVODE
  else
    b7_cvode_sample(worker->cvode, t_day);
#endif
}

/* observe inside the step just made, in order of time; a lane in which a rule fires or the patient dies ends
 * its step there */
void b7_lanes_look_along_step(B7Worker *worker) {
  B7Group *g = &worker->group;
  B7StepControl *c = &worker->control;
  const B7KernelCode *code = g->code;
  while (worker->stepper->find_due(g, c)) {
    sample(worker, c->due_day[0]);
    code->observe(code->program, g->shared, g->own, g->latch, g->derived, g->sample_x, g->sample_drive,
                  g->sample, g->observed);
    bool cut = false;
    for (int32_t w = 0; w < g->lanes; w++) {
      const double day = c->due_day[w];
      if (isinf(day) || !look(worker, w, day)) continue;
      if (!cut && !is_reference(worker)) worker->stepper->sample_exact(g, c->share);
      cut = true;
      // what follows is an event or an end: the drive is formed anew there
      worker->lanes[w].changed = true;
      c->cut[w] = 1;
      c->hits[w] = c->hits[w] != 0 && day >= c->end_day[w];
      c->end_day[w] = day;
      b7_copy_lane(g->y_new, g->sample, g->tables->n_state, g->lanes, w);
      b7_copy_lane(g->x_new, g->sample_x, g->tables->n_exact, g->lanes, w);
    }
  }
}

/* rivals.h - what model.c gives to engines in C and C++. */
#ifndef BENCH_RIVALS_H
#define BENCH_RIVALS_H
#ifdef __cplusplus
extern "C" {
#endif

/* sizes[6]: states, exact states, latches, observables, events, outputs */
void rival_load(char **path, int *integrate_drugs, int *sizes);
void rival_times(double *event_day, double *output_day, double *negligible);
void rival_start(int *patient, double *y);
void rival_slope(int *n, double *t_day, double *y, double *dydt, double *out, int *ip);
void rival_event(int *n, double *t_day, double *y);
int rival_dose(int event, double *amount);
void rival_leave_doses(int leave);
const double *rival_jacobian_lu(double t_day, const double *y);
void rival_observe(int *n_times, double *t_day, int *width, double *rows, double *observables);

#ifdef __cplusplus
}
#endif
#endif

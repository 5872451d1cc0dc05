/* leave_out_print.c - `bridge7 calibrate FIT --leave-out`: studies predicted from the others, and how well. */
#include "leave_out_print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static void number(double value, int digits) {
  if (isnan(value)) {
    printf(" %8s", "-");
  } else {
    printf(" %8.*f", digits, value);
  }
}

static void print_skill(const B7LeaveOutSkill *skill) {
  printf("%-16s %5d %7d", skill->family, skill->rows, skill->studies);
  number(skill->skill.value, 2);
  number(skill->skill.lower, 2);
  number(skill->skill.upper, 2);
  number(skill->crps, 4);
  number(skill->crps_pooled, 4);
  for (int l = 0; l < B7_LEAVE_OUT_LEVELS; l++) number(100 * skill->covered[l], 0);
  number(skill->between_sd, 2);
  printf("\n");
}

static void print_all(const B7LeaveOut *run) {
  const B7LeaveOutSkill *skills;
  int32_t n = b7_leave_out_skills(run, &skills);
  printf(
      "Each study predicted from the others, against the pooled mean of the others (same endpoint and setting).\n\n");
  printf("%-16s %5s %7s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "rows", "rows", "studies", "skill",
         "95 % low", "high", "CRPS", "pooled", "in 50 %", "in 80 %", "in 95 %", "sd");
  for (int32_t s = 0; s < n; s++) print_skill(&skills[s]);
  printf(
      "\nskill: 1 - CRPS / CRPS of the pooled mean, interval by bootstrap of studies; in 50 %%: share of published values in the\n"
      "central 50 %% of what was predicted; sd: between studies, on the logit of shares, from predictions of studies left out.\n%s\n",
      B7_CLI_NOTICE);
}

int b7_cli_leave_out(const B7Calibration *calibration, const B7CliLeaveOut *request, const B7Hooks *hooks) {
  B7Error error;
  B7LeaveOut *run;
  B7LeaveOutOptions options;
  b7_leave_out_options_default(&options, sizeof options);
  if (request->patients > 0) options.patients = request->patients;
  options.seed = request->seed;
  options.threads = request->threads;
  options.study = strcmp(request->what, "each") == 0 ? NULL : request->what;
  if (b7_leave_out(calibration, &options, hooks, &run, &error) != B7_OK) return b7_cli_fail(&error);
  char *text = NULL;
  B7Status status = B7_OK;
  if (request->json) status = b7_leave_out_json(run, &text, &error);
  if (status == B7_OK && request->out) status = b7_leave_out_write(run, request->out, &error);
  if (status == B7_OK && request->json) puts(text);
  if (status == B7_OK && !request->json) print_all(run);
  b7_text_free(NULL, text);
  b7_leave_out_free(run);
  return status == B7_OK ? 0 : b7_cli_fail(&error);
}

/* trial_page.c - the data of the report page of a trial (docs/page_format.md). */
#include "report/json.h"
#include "trial/trial_run.h"

B7Status b7_trial_page_json(const B7TrialRun *run, const char *bibliography_path, char **text, B7Error *error) {
  (void)bibliography_path;
  B7Json json = b7_json_make(&run->hooks);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "format", "bridge7-page/1");
  b7_json_text(&json, "kind", "trial");
  b7_json_open_object(&json, "meta");
  b7_json_text(&json, "title", run->trial->question);
  b7_json_text(&json, "notice", "Research use only. Nothing on this page is a treatment recommendation.");
  b7_json_close_object(&json);
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}

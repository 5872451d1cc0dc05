/* fit_fixture.h - a fit to one made-up study, in a folder of its own. */
#ifndef FIT_FIXTURE_H
#define FIT_FIXTURE_H

#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "fit/calibration.h"

#define DATA B7_SOURCE_FOLDER "/data"
#define MODEL B7_SOURCE_FOLDER "/model"
#define CRITERIA B7_SOURCE_FOLDER "/criteria"

/* a study of one arm; set: what its patients have instead of the files' values; rows: its endpoints */
#define STUDY_ARM(name, set)                                                                                 \
  "      " name ":\n        population: rr_t_all_adult\n" set "        horizon: 60 d\n"                      \
  "        arm: {product: auto_other, dose: 1e6 cells/kg, lymphodepletion: flu_cy}\n"
#define STUDY(set, rows)                                                                                                \
  "studies:\n  TWIN:\n    title: made up\n    source: nobody\n    use: calibration\n    n: 400\n    arms:\n" STUDY_ARM( \
      "all", set) "    endpoints:\n" rows

typedef struct Folder {
  char path[64], studies[128], fit[128], result[128];
} Folder;

static inline Folder folder_make(void) {
  Folder folder = {.path = "/tmp/b7_fit_XXXXXX"};
  assert_non_null(mkdtemp(folder.path));
  snprintf(folder.studies, sizeof folder.studies, "%s/studies.yaml", folder.path);
  snprintf(folder.fit, sizeof folder.fit, "%s/fit.yaml", folder.path);
  snprintf(folder.result, sizeof folder.result, "%s/result.yaml", folder.path);
  return folder;
}

static inline void folder_remove(const Folder *folder) {
  unlink(folder->studies);
  unlink(folder->fit);
  unlink(folder->result);
  rmdir(folder->path);
}

static inline void write_text(const char *path, const char *text) {
  assert_int_equal(b7_file_write(path, text, strlen(text), NULL), B7_OK);
}

static inline B7Status load_fit(const Folder *folder, const char *data, B7Calibration **out, B7Error *error) {
  const B7CalibrationFiles files = {
      .model_folder = MODEL, .data_folder = data, .criteria_folder = CRITERIA, .studies = folder->studies};
  return b7_calibration_load(folder->fit, &files, b7_kernel_shipped(), NULL, out, error);
}

#endif

/* result_netcdf.c - a result as a NetCDF-4 file: (patient, time) per observable. */
#include "base/status.h"
#include "netcdf/netcdf_file.h"

static void write_faults(B7NetcdfFile *file, const B7Result *result, int patient_dimension) {
  const double *fault_day;
  const B7Fault *faults = b7_result_faults(result, &fault_day);
  _Static_assert(sizeof(B7Fault) == sizeof(int32_t), "faults are written as integers");
  B7NetcdfVariable fault = {.name = "fault",
                            .long_name = "numerical failure of the patient",
                            .rank = 1,
                            .dimensions = {patient_dimension},
                            .integers = (const int32_t *)faults};
  int id = b7_netcdf_variable(file, &fault);
  b7_netcdf_flags(file, id, 5, "none not_finite step_underflow step_limit negative");
  B7NetcdfVariable day = {.name = "fault_day",
                          .long_name = "day of the numerical failure",
                          .units = "d",
                          .rank = 1,
                          .dimensions = {patient_dimension},
                          .doubles = fault_day};
  b7_netcdf_variable(file, &day);
}

B7Status b7_result_write_netcdf(const B7Result *result, const B7Kernel *kernel, const char *path,
                                const B7Provenance *provenance, int32_t n_provenance, B7Error *error) {
  if (!result || !kernel || !path)
    return b7_fail(error, B7_ERROR_USAGE, "a result, its kernel and a path are needed");
  const B7KernelTables *tables = b7_kernel_tables(kernel);
  const double *t_day;
  int32_t times = b7_result_times(result, &t_day);

  B7NetcdfFile file;
  B7_TRY(b7_netcdf_begin(&file, path, error));
  int patient = b7_netcdf_dimension(&file, "patient", (size_t)b7_result_patients(result));
  int time = b7_netcdf_dimension(&file, "time", (size_t)times);
  b7_netcdf_provenance(&file, "bridge7 simulation", b7_result_statistics(result), provenance, n_provenance);
  b7_netcdf_text(&file, B7_NETCDF_GLOBAL, "model_hash", tables->model_hash);
  b7_netcdf_text(&file, B7_NETCDF_GLOBAL, "result_hash", b7_result_hash(result));

  B7NetcdfVariable axis = {.name = "time",
                           .long_name = "day of the course",
                           .units = "d",
                           .rank = 1,
                           .dimensions = {time},
                           .doubles = t_day};
  int axis_id = b7_netcdf_variable(&file, &axis);
  b7_netcdf_text(&file, axis_id, "axis", "T");
  for (int32_t i = 0; i < tables->n_observable; i++) {
    const B7KernelObservable *observable = &tables->observables[i];
    B7NetcdfVariable column = {.name = observable->name,
                               .long_name = observable->label,
                               .units = observable->unit,
                               .rank = 2,
                               .dimensions = {patient, time},
                               .doubles = b7_result_values(result, i)};
    int id = b7_netcdf_variable(&file, &column);
    if (observable->detection_low == observable->detection_low) {
      b7_netcdf_number(&file, id, "detection_limit", observable->detection_low);
    }
  }
  write_faults(&file, result, patient);
  return b7_netcdf_finish(&file, error);
}

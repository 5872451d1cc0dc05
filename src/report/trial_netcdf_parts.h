/* trial_netcdf_parts.h - what the parts of the trial's NetCDF file share. */
#ifndef B7_REPORT_TRIAL_NETCDF_PARTS_H
#define B7_REPORT_TRIAL_NETCDF_PARTS_H

#include "bridge7_trial.h"
#include "netcdf/netcdf_file.h"
#include "trial/run/trial_run_parts.h"

/* One value a patient and arm, block by block from the run's rows; covariates and parameters that the population
   file sets, one value a patient. Memory does not grow with the patients. Errors: FILE, INPUT, MEMORY; those of
   NetCDF stay in the file. */
B7Status b7_trial_netcdf_patients(const B7TrialRun *run, B7NetcdfFile *file, int arm_dimension,
                                  B7Arena *arena, B7Error *error);

#endif

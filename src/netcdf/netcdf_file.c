#include "netcdf/netcdf_file.h"

#include <ctype.h>
#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/status.h"

#define UNITS_MAX 256
#define FLAGS_MAX 16

/* Run one NetCDF call unless an earlier one failed. */
#define NETCDF_DO(file, what, call)                                                                          \
  do {                                                                                                       \
    if ((file)->code == NC_NOERR && ((file)->code = (call)) != NC_NOERR) (file)->doing = (what);             \
  } while (0)

B7Status b7_netcdf_begin(B7NetcdfFile *file, const char *path, B7Error *error) {
  *file = (B7NetcdfFile){.path = path, .id = -1, .code = NC_NOERR, .doing = ""};
  B7_TRY(b7_file_temporary(path, file->temporary, sizeof file->temporary, error));
  int code = nc_create(file->temporary, NC_NETCDF4 | NC_CLOBBER, &file->id);
  if (code == NC_NOERR) return B7_OK;
  file->id = -1;
  return b7_fail_at(error, B7_ERROR_FILE, path, 0, 0, "cannot write: %s", nc_strerror(code));
}

void b7_netcdf_no_memory(B7NetcdfFile *file) {
  NETCDF_DO(file, "memory", NC_ENOMEM);
}

int b7_netcdf_dimension(B7NetcdfFile *file, const char *name, size_t length) {
  int id = -1;
  NETCDF_DO(file, name, nc_def_dim(file->id, name, length, &id));
  return id;
}

static size_t value_count(B7NetcdfFile *file, const B7NetcdfVariable *variable) {
  size_t count = 1;
  for (int i = 0; i < variable->rank; i++) {
    size_t length = 0;
    NETCDF_DO(file, variable->name, nc_inq_dimlen(file->id, variable->dimensions[i], &length));
    count *= length;
  }
  return count;
}

/* CF wants units that UDUNITS knows, and it knows no things that are counted: "cell/uL" is "1/uL" there. */
static void cf_units(const char *units, char *text, size_t size) {
  static const struct {
    const char *word, *number;
  } counted[] = {{"cell", "1"}, {"cells", "1"}, {"copy", "1"},   {"copies", "1"},
                 {"dose", "1"}, {"doses", "1"}, {"Gcell", "1e9"}};
  size_t length = 0;
  text[0] = '\0';
  while (*units && length < size) {
    size_t letters = 0;
    while (isalpha((unsigned char)units[letters])) letters++;
    size_t taken = letters ? letters : 1;
    const char *number = NULL;
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
      if (strlen(counted[i].word) == letters && strncmp(counted[i].word, units, letters) == 0)
        number = counted[i].number;
    }
    length += (size_t)(number ? snprintf(text + length, size - length, "%s", number)
                              : snprintf(text + length, size - length, "%.*s", (int)taken, units));
    units += taken;
  }
}

/* the unit as the model writes it stays beside the one of CF where they differ */
static void write_units(B7NetcdfFile *file, int variable, const char *units) {
  char text[UNITS_MAX];
  cf_units(units, text, sizeof text);
  b7_netcdf_text(file, variable, "units", text);
  if (strcmp(text, units) != 0) b7_netcdf_text(file, variable, "counted_units", units);
}

int b7_netcdf_variable(B7NetcdfFile *file, const B7NetcdfVariable *variable) {
  int id = -1;
  const char *name = variable->name;
  if (!name || !variable->long_name) b7_netcdf_no_memory(file);
  nc_type type = variable->doubles ? NC_DOUBLE : variable->integers ? NC_INT : NC_STRING;
  NETCDF_DO(file, name, nc_def_var(file->id, name, type, variable->rank, variable->dimensions, &id));
  // courses compress to a fraction at the lowest level; strings and scalars do not
  if (variable->rank > 1 && type != NC_STRING)
    NETCDF_DO(file, name, nc_def_var_deflate(file->id, id, 1, 1, 1));
  if (type == NC_DOUBLE) {
    const double fill = NAN;
    NETCDF_DO(file, name, nc_def_var_fill(file->id, id, NC_FILL, &fill));
  }
  b7_netcdf_text(file, id, "long_name", variable->long_name);
  if (variable->units) write_units(file, id, variable->units);
  if (variable->comment) b7_netcdf_text(file, id, "comment", variable->comment);
  if (value_count(file, variable) == 0) return id;
  if (variable->doubles) NETCDF_DO(file, name, nc_put_var_double(file->id, id, variable->doubles));
  if (variable->integers) NETCDF_DO(file, name, nc_put_var_int(file->id, id, variable->integers));
  // the library's prototype lacks a const that it keeps
  if (variable->texts)
    NETCDF_DO(file, name, nc_put_var_string(file->id, id, (const char **)(uintptr_t)variable->texts));
  return id;
}

int b7_netcdf_table(B7NetcdfFile *file, const B7NetcdfVariable *variable, B7NetcdfKind kind, size_t chunk) {
  int id = -1, last = variable->rank - 1;
  const char *name = variable->name;
  if (!name || !variable->long_name) b7_netcdf_no_memory(file);
  const size_t chunks[] = {1, chunk};
  const float no_number = NAN;
  const signed char no_code = -1;
  NETCDF_DO(file, name,
            nc_def_var(file->id, name, kind == B7_NETCDF_BYTES ? NC_BYTE : NC_FLOAT, variable->rank,
                       variable->dimensions, &id));
  NETCDF_DO(file, name, nc_def_var_chunking(file->id, id, NC_CHUNKED, chunks + (1 - last)));
  NETCDF_DO(file, name, nc_set_var_chunk_cache(file->id, id, 2 * chunk * sizeof(float), 1, 1.0f));
  NETCDF_DO(file, name, nc_def_var_deflate(file->id, id, 1, 1, 1));
  if (kind == B7_NETCDF_BYTES) {
    NETCDF_DO(file, name, nc_def_var_fill(file->id, id, NC_FILL, &no_code));
  } else {
    NETCDF_DO(file, name, nc_def_var_fill(file->id, id, NC_FILL, &no_number));
  }
  b7_netcdf_text(file, id, "long_name", variable->long_name);
  if (variable->units) write_units(file, id, variable->units);
  if (variable->comment) b7_netcdf_text(file, id, "comment", variable->comment);
  return id;
}

void b7_netcdf_put_bytes(B7NetcdfFile *file, int variable, int rank, size_t row, size_t first, size_t count,
                         const int8_t *values) {
  const size_t start[] = {row, first}, length[] = {1, count};
  NETCDF_DO(file, "patients",
            nc_put_vara_schar(file->id, variable, start + 2 - rank, length + 2 - rank,
                              (const signed char *)values));
}

void b7_netcdf_put_floats(B7NetcdfFile *file, int variable, int rank, size_t row, size_t first, size_t count,
                          const float *values) {
  const size_t start[] = {row, first}, length[] = {1, count};
  NETCDF_DO(file, "patients",
            nc_put_vara_float(file->id, variable, start + 2 - rank, length + 2 - rank, values));
}

static int place(int variable) {
  return variable == B7_NETCDF_GLOBAL ? NC_GLOBAL : variable;
}

void b7_netcdf_text(B7NetcdfFile *file, int variable, const char *name, const char *text) {
  const char *value = text ? text : "";
  NETCDF_DO(file, name, nc_put_att_text(file->id, place(variable), name, strlen(value), value));
}

void b7_netcdf_text_made(B7NetcdfFile *file, int variable, const char *name, const B7Text *text) {
  if (text->failed) b7_netcdf_no_memory(file);
  b7_netcdf_text(file, variable, name, text->bytes);
}

void b7_netcdf_number(B7NetcdfFile *file, int variable, const char *name, double value) {
  NETCDF_DO(file, name, nc_put_att_double(file->id, place(variable), name, NC_DOUBLE, 1, &value));
}

void b7_netcdf_flags(B7NetcdfFile *file, int variable, int32_t count, const char *meanings) {
  int values[FLAGS_MAX];
  if (count > FLAGS_MAX) count = FLAGS_MAX;
  for (int32_t i = 0; i < count; i++) values[i] = i;
  NETCDF_DO(file, "flag_values",
            nc_put_att_int(file->id, place(variable), "flag_values", NC_INT, (size_t)count, values));
  b7_netcdf_text(file, variable, "flag_meanings", meanings);
}

void b7_netcdf_provenance(B7NetcdfFile *file, const char *title, const B7SolverStatistics *statistics,
                          const B7Provenance *provenance, int32_t n_provenance) {
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "Conventions", "CF-1.10");
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "title", title);
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "source", "bridge7");
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "bridge7_version", b7_version());
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "notice", "Research use only; never a treatment recommendation.");
  for (int32_t i = 0; i < n_provenance; i++) {
    b7_netcdf_text(file, B7_NETCDF_GLOBAL, provenance[i].name, provenance[i].value);
  }
  if (!statistics) return;
  // what depends on how patients share lanes stays out, as does wall time: equal runs give equal files
  b7_netcdf_text(file, B7_NETCDF_GLOBAL, "solver", statistics->solver);
  b7_netcdf_number(file, B7_NETCDF_GLOBAL, "solver_steps", (double)statistics->steps);
  b7_netcdf_number(file, B7_NETCDF_GLOBAL, "solver_rejected_steps", (double)statistics->rejected);
  b7_netcdf_number(file, B7_NETCDF_GLOBAL, "solver_events", (double)statistics->events);
  b7_netcdf_number(file, B7_NETCDF_GLOBAL, "failed_patients", (double)statistics->faults);
}

B7Status b7_netcdf_finish(B7NetcdfFile *file, B7Error *error) {
  if (file->id >= 0) {
    int code = nc_close(file->id);
    if (file->code == NC_NOERR && code != NC_NOERR) {
      file->code = code;
      file->doing = "closing";
    }
    file->id = -1;
  }
  if (file->code == NC_NOERR) return b7_file_keep(file->temporary, file->path, error);
  b7_file_drop(file->temporary);
  if (file->code == NC_ENOMEM) return b7_fail_memory(error);
  return b7_fail_at(error, B7_ERROR_FILE, file->path, 0, 0, "cannot write '%s': %s", file->doing,
                    nc_strerror(file->code));
}

void b7_netcdf_abandon(B7NetcdfFile *file) {
  if (file->id >= 0) nc_close(file->id);
  file->id = -1;
  b7_file_drop(file->temporary);
}

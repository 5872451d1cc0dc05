/* netcdf_file.h - a NetCDF-4 file under construction: the first mistake sticks, the file appears whole or not
 * at all. */
#ifndef B7_NETCDF_NETCDF_FILE_H
#define B7_NETCDF_NETCDF_FILE_H

#include "base/memory.h"

#define B7_NETCDF_RANK_MAX 3

typedef struct B7NetcdfFile {
  const char *path;
  char temporary[1024];
  int id;            /* NetCDF handle, -1 when closed */
  int code;          /* first NetCDF error, 0 while all is well */
  const char *doing; /* what the first error happened at */
} B7NetcdfFile;

/* A variable to be written: its values come with it, shapes from the dimensions. Exactly one of doubles,
 * integers, texts is set. A name or long_name of NULL is a text for which there was no memory: that is the
 * file's error then. */
typedef struct B7NetcdfVariable {
  const char *name, *long_name, *units; /* units Nullable; "cell/uL" becomes CF's "1/uL" */
  int rank;
  int dimensions[B7_NETCDF_RANK_MAX];
  const double *doubles;
  const int32_t *integers;
  const char *const *texts;
  const char *comment; /* Nullable */
} B7NetcdfVariable;

/* Opens path's temporary file. After any failure later calls do nothing; b7_netcdf_finish reports. */
B7Status b7_netcdf_begin(B7NetcdfFile *file, const char *path, B7Error *error);
int b7_netcdf_dimension(B7NetcdfFile *file, const char *name, size_t length);
/* Returns the variable's number, for further attributes. */
int b7_netcdf_variable(B7NetcdfFile *file, const B7NetcdfVariable *variable);
/* A variable of small integers (bytes) or of single-precision numbers over (row, column) or (column), in chunks of
   chunk columns of which one stays in memory, without values yet; then some columns of one row. */
typedef enum B7NetcdfKind { B7_NETCDF_BYTES, B7_NETCDF_FLOATS } B7NetcdfKind;
int b7_netcdf_table(B7NetcdfFile *file, const B7NetcdfVariable *variable, B7NetcdfKind kind, size_t chunk);
void b7_netcdf_put_bytes(B7NetcdfFile *file, int variable, int rank, size_t row, size_t first, size_t count,
                         const int8_t *values);
void b7_netcdf_put_floats(B7NetcdfFile *file, int variable, int rank, size_t row, size_t first, size_t count,
                          const float *values);
/* The caller had no memory for what was to be written next. */
void b7_netcdf_no_memory(B7NetcdfFile *file);
/* Attributes of a variable, or of the whole file with variable B7_NETCDF_GLOBAL. */
#define B7_NETCDF_GLOBAL (-1)
void b7_netcdf_text(B7NetcdfFile *file, int variable, const char *name, const char *text);
void b7_netcdf_text_made(B7NetcdfFile *file, int variable, const char *name, const B7Text *text);
void b7_netcdf_number(B7NetcdfFile *file, int variable, const char *name, double value);
/* What the integers 0 .. count - 1 (at most 16) of a variable mean: one word each, separated by blanks. */
void b7_netcdf_flags(B7NetcdfFile *file, int variable, int32_t count, const char *meanings);
/* Global attributes that every file of the program carries: conventions, version, solver statistics,
 * provenance. */
void b7_netcdf_provenance(B7NetcdfFile *file, const char *title, const B7SolverStatistics *statistics,
                          const B7Provenance *provenance, int32_t n_provenance);
/* Closes and renames, or drops the file and reports the first error: MEMORY or FILE. */
B7Status b7_netcdf_finish(B7NetcdfFile *file, B7Error *error);
/* Closes and drops the file. */
void b7_netcdf_abandon(B7NetcdfFile *file);

#endif

#include "kernel/tables.h"

#include <string.h>

/* rows are structs of different kinds that have a name */
#define FIND(rows, count)                                                                                    \
  for (int32_t i = 0; i < (count); i++) {                                                                    \
    if (strcmp((rows)[i].name, name) == 0) return i;                                                         \
  }                                                                                                          \
  return -1

int32_t b7_tables_state(const B7KernelTables *tables, const char *name) {
  FIND(tables->states, tables->n_state);
}

int32_t b7_tables_parameter(const B7KernelTables *tables, const char *name) {
  FIND(tables->parameters, tables->n_parameter);
}

int32_t b7_tables_observable(const B7KernelTables *tables, const char *name) {
  FIND(tables->observables, tables->n_observable);
}

int32_t b7_tables_event(const B7KernelTables *tables, const char *name) {
  FIND(tables->events, tables->n_event);
}

int32_t b7_tables_need(const B7KernelTables *tables, B7Need need) {
  return tables->needs ? tables->needs[need] - 1 : -1;
}

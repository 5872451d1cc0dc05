/* tables.h - places of names in a kernel's tables; -1 when there is none. */
#ifndef B7_KERNEL_TABLES_H
#define B7_KERNEL_TABLES_H

#include "bridge7_kernel.h"

int32_t b7_tables_state(const B7KernelTables *tables, const char *name);
int32_t b7_tables_parameter(const B7KernelTables *tables, const char *name);
int32_t b7_tables_observable(const B7KernelTables *tables, const char *name);
int32_t b7_tables_event(const B7KernelTables *tables, const char *name);
/* What the program needs of a model, as bound when the tables were made; -1 when the model has none. */
int32_t b7_tables_need(const B7KernelTables *tables, B7Need need);

#endif

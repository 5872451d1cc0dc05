/* emit_parts.h - the parts of an emitted program: functions, linear equations, tables; put together by emit_c.c. */
#ifndef B7_COMPILE_CODE_EMIT_PARTS_H
#define B7_COMPILE_CODE_EMIT_PARTS_H

#include "compile/code/program.h"
#include "model/names.h"

/* Parameters of a kernel function in C, and their names, to pass them on. */
typedef struct B7Signature {
  const char *name, *parameters, *arguments;
} B7Signature;

/* emit_function.c: one function; one_lane: its stores touch the lane `lane` alone (events). Scratch from the
 * arena. */
void b7_emit_function(const B7Program *program, B7Arena *arena, B7Text *text, const B7Code *code,
                      const B7Signature *signature, bool one_lane);
/* The name of a place in an array, without the prefix of its array. */
#define B7_EMIT_NAME (B7_NAME_LONGEST + 20)
void b7_emit_place_name(const B7Program *program, B7Array array, int32_t index, char name[B7_EMIT_NAME]);
extern const char *const b7_emit_prefix[B7_ARRAYS];

/* emit_linear.c */
void b7_emit_factor(const B7Program *program, B7Text *text);
void b7_emit_solve(const B7Program *program, B7Text *text);

/* emit_tables.c; "text" with what C needs escaped; the shortest C constant that reads back to the same
 * double. */
void b7_emit_tables(const B7Program *program, B7Text *text);
void b7_emit_string(B7Text *text, const char *string);
void b7_emit_number(B7Text *text, double number);

#endif

/* json.h - JSON text, written in order. Commas and quotes take care of themselves; numbers that are not
 * finite become null. */
#ifndef B7_BASE_JSON_H
#define B7_BASE_JSON_H

#include "base/memory.h"

/* A text being written. Keys are given inside objects and NULL inside arrays. */
typedef struct B7Json {
  B7Text text;
  bool first; /* nothing written yet at this level */
} B7Json;

/* A text in double quotes, as JSON and YAML take it. */
void b7_text_quote(B7Text *text, const char *value);
/* Hands a text to the caller (free with b7_text_free), or releases it: after a status other than OK, which comes back,
   and when memory ran out. */
B7Status b7_text_hand_over(B7Text *made, B7Status status, char **text, B7Error *error);

B7Json b7_json_make(const B7Hooks *hooks);
void b7_json_open_object(B7Json *json, const char *key);
void b7_json_close_object(B7Json *json);
void b7_json_open_array(B7Json *json, const char *key);
void b7_json_close_array(B7Json *json);
void b7_json_text(B7Json *json, const char *key, const char *value); /* NULL becomes null */
void b7_json_number(B7Json *json, const char *key, double value);
void b7_json_bool(B7Json *json, const char *key, bool value);
/* An array of numbers, significant digits as given (charts need few). */
void b7_json_numbers(B7Json *json, const char *key, const double *values, int32_t count, int digits);
/* A value that is JSON already. */
void b7_json_raw(B7Json *json, const char *key, const char *value);
/* Hands the text over (free with b7_text_free) or reports that memory ran out. */
B7Status b7_json_finish(B7Json *json, char **text, B7Error *error);
/* The same for a text whose pieces came from an arena, which is freed: MEMORY also when that was refused any. With
 * the status of a writing that failed nothing is handed over and that status comes back. */
B7Status b7_json_end(B7Json *json, B7Arena *arena, B7Status status, char **text, B7Error *error);

#endif

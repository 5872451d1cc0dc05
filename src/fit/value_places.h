/* value_places.h - where in the files a fitted value stands. */
#ifndef B7_FIT_VALUE_PLACES_H
#define B7_FIT_VALUE_PLACES_H

#include "fit/calibration.h"

/* What stands in the files of a value that may move: its places, what they hold now, on what basis, and in
   which range (NaN: none given). parameter's owner, what, target and holders are set; the rest is filled.
   Errors: INPUT (at the node of the fit file: no such parameter, population, product or attribute; places
   that hold different values). */
B7Status b7_value_places_find(B7Calibration *calibration, B7FitParameter *parameter, double range[2],
                              bool *sourced, B7Error *error);

/* One number to be written. */
typedef struct B7PlaceWrite {
  const B7Node *node;
  double value;
  int digits; /* significant */
} B7PlaceWrite;

/* Write numbers over those that stand there, nothing else: all files or none. Errors: INPUT (the file no
   longer holds what was read), FILE, MEMORY. */
B7Status b7_value_places_write(const B7PlaceWrite *writes, int32_t count, const B7Hooks *hooks,
                               B7Error *error);

#endif

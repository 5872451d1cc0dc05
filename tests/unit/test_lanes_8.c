/* test_lanes.c at 8 lanes, in the baseline instruction set. */
#define B7_LANES 8
#include "test_lanes.c"

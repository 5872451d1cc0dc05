/* test_lanes.c at 8 lanes, in the baseline instruction set. */
#pragma GCC diagnostic ignored "-Wpsabi"
#define B7_LANES 8
#include "test_lanes.c"

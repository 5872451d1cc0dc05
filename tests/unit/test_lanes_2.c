/* test_lanes.c at 2 lanes, the widest that every machine has registers for. */
#define B7_LANES 2
#include "test_lanes.c"

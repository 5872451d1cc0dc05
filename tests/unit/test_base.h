/* test_base.h - what every unit test needs: cmocka and its own headers, in the order it wants. */
#ifndef B7_TEST_BASE_H
#define B7_TEST_BASE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#endif

# One executable per unit test; the rest are scripts. Label `input`: reads what a user wrote, so ./test.sh also runs it under
# sanitizers; target `input_tests` builds what that label needs and no more. Label `long`: left to ./test.sh --long.
enable_testing()
find_library(CMOCKA_LIBRARY cmocka)
if(NOT CMOCKA_LIBRARY)
  message(STATUS "cmocka is missing: no tests (./test.sh installs it)")
  return()
endif()

add_custom_target(input_tests)
# limits stop what hangs, not what is slow: a busy machine takes several times as long, sanitizers ten times
set(B7_TEST_TIMEOUT_S 900)
if(B7_SANITIZE)
  set(B7_TEST_TIMEOUT_S 3600)
endif()
set(B7_INPUT_TESTS
    "_(document|cohort|load|load_.*|.*_load|columns|expression|formula|bibliography|facts|records|treatments|observations|dates|anchors|schedule|quantities|hla_typing|hla_release|sbml_read|sbml_foreign)$")

# what the published cases and the stochastic references need and the product does not
file(GLOB B7_STANDARDS CONFIGURE_DEPENDS tests/standards/*.c)
add_library(test_standards STATIC ${B7_STANDARDS})
target_include_directories(test_standards PRIVATE include src tests)

file(GLOB B7_UNIT_TESTS CONFIGURE_DEPENDS tests/unit/test_*.c)
foreach(source ${B7_UNIT_TESTS})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_include_directories(${name} PRIVATE src tests tests/unit)
  target_include_directories(${name} SYSTEM PRIVATE ${SBML_INCLUDE} ${UDUNITS_INCLUDE} ${SUNDIALS_INCLUDE})
  target_compile_definitions(${name} PRIVATE B7_TEST_FOLDER="${CMAKE_SOURCE_DIR}/tests" B7_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE test_standards bridge7_static ${CMOCKA_LIBRARY})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${B7_TEST_TIMEOUT_S})
  if(name MATCHES "${B7_INPUT_TESTS}")
    set_tests_properties(${name} PROPERTIES LABELS input)
    add_dependencies(input_tests ${name})
  endif()
endforeach()

# the suite's own number of runs: ./test.sh --long
add_test(NAME test_dsmts_long COMMAND test_dsmts --long WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
set_tests_properties(test_dsmts_long PROPERTIES LABELS long TIMEOUT ${B7_TEST_TIMEOUT_S})

# one case of the SBML Test Suite; tests/script/test_sbml_suite.py judges what it prints
add_executable(sbml_suite_case tests/sbml_suite/run_case.c)
target_link_libraries(sbml_suite_case PRIVATE bridge7_static)

# fuzz corpora replayed as ordinary tests
file(GLOB B7_FUZZ_TARGETS CONFIGURE_DEPENDS tests/fuzz/fuzz_*.c)
foreach(source ${B7_FUZZ_TARGETS})
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "fuzz_" "" topic ${name})
  if(B7_FUZZ)
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${name} PRIVATE bridge7_static -fsanitize=fuzzer)
  else()
    add_executable(${name} ${source} tests/fuzz/replay.c)
    target_link_libraries(${name} PRIVATE bridge7_static)
    if(NOT topic STREQUAL "readers")
      add_test(NAME ${name}_replay COMMAND ${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${topic})
      set_tests_properties(${name}_replay PROPERTIES LABELS input TIMEOUT ${B7_TEST_TIMEOUT_S})
    endif()
    add_dependencies(input_tests ${name})
  endif()
  target_compile_definitions(${name} PRIVATE B7_TEST_FOLDER="${CMAKE_SOURCE_DIR}/tests")
  target_include_directories(${name} PRIVATE src)
endforeach()
# one target for all readers of files: the corpora that have no target of their own
target_sources(fuzz_readers PRIVATE cli/survival_csv.c cli/survival_coding.c)
file(GLOB B7_FUZZ_CORPORA LIST_DIRECTORIES true CONFIGURE_DEPENDS tests/fuzz/corpus/*)
foreach(corpus ${B7_FUZZ_CORPORA})
  get_filename_component(topic ${corpus} NAME)
  if(NOT B7_FUZZ AND NOT TARGET fuzz_${topic})
    add_test(NAME fuzz_${topic}_replay COMMAND fuzz_readers ${corpus})
    set_tests_properties(fuzz_${topic}_replay PROPERTIES LABELS input TIMEOUT ${B7_TEST_TIMEOUT_S}
                         ENVIRONMENT B7_FUZZ_READER=${topic})
  endif()
endforeach()

if(B7_PYTHON)
  add_dependencies(input_tests bridge7_program)
  file(GLOB topics LIST_DIRECTORIES true CONFIGURE_DEPENDS tests/behaviour/*)
  foreach(topic ${topics})
    get_filename_component(name ${topic} NAME)
    add_test(NAME behaviour_${name} COMMAND ${B7_PYTHON} ${CMAKE_SOURCE_DIR}/tests/run_behaviour.py
                                            --program $<TARGET_FILE:bridge7_program> ${topic})
    set_tests_properties(behaviour_${name} PROPERTIES LABELS input TIMEOUT 3600)
  endforeach()
  file(GLOB B7_SCRIPT_TESTS CONFIGURE_DEPENDS tests/script/test_*.py tests/page/test_*.py)
  foreach(script ${B7_SCRIPT_TESTS})
    get_filename_component(name ${script} NAME_WE)
    add_test(NAME script_${name} COMMAND ${B7_PYTHON} ${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(script_${name} PROPERTIES TIMEOUT 3600 SKIP_RETURN_CODE 77
                         ENVIRONMENT "B7_PROGRAM=$<TARGET_FILE:bridge7_program>;B7_BUILD=${CMAKE_BINARY_DIR};B7_CC=${CMAKE_C_COMPILER};B7_CXX=${CMAKE_CXX_COMPILER}")
  endforeach()
endif()

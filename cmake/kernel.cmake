# The compiler's own lanes: the interpreter for each width and instruction set, the shipped model's kernel likewise, and
# the headers that kernels of user models are compiled against, embedded.

# compile one source as an object library with B7_LANES and the flags of an instruction set
function(b7_lane_variant name source lanes)
  add_library(${name} OBJECT ${source})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_definitions(${name} PRIVATE B7_LANES=${lanes})
  target_compile_options(${name} PRIVATE -Wno-psabi ${ARGN})
endfunction()

# isa lanes march; the list stands again in src/compile/code/interpret.c and src/compile/shipped/shipped.c
set(B7_KERNEL_VARIANTS "plain 1" "plain 2")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND B7_KERNEL_VARIANTS "v3 1 x86-64-v3" "v3 2 x86-64-v3" "v3 4 x86-64-v3" "v4 8 x86-64-v4")
  target_compile_definitions(bridge7_objects PRIVATE B7_X86_KERNELS)
endif()

b7_embed(bridge7_objects b7_text_kernel_h include/bridge7_kernel.h)
b7_embed(bridge7_objects b7_text_lanes_h src/kernel/lanes.h)
b7_embed(bridge7_objects b7_text_lane_math_h src/kernel/lane_math.h)
# what the program needs of a model by name
b7_embed(bridge7_objects b7_text_contract data/model_contract.yaml)

# the shipped model as C
file(GLOB B7_MODEL_FILES CONFIGURE_DEPENDS model/*.yaml)
set(B7_SHIPPED_C ${CMAKE_CURRENT_BINARY_DIR}/shipped/shipped_kernel.c)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/shipped)
add_custom_command(
  OUTPUT ${B7_SHIPPED_C}
  COMMAND compile_model ${CMAKE_CURRENT_SOURCE_DIR}/model ${B7_SHIPPED_C}
  DEPENDS compile_model ${B7_MODEL_FILES} ${CMAKE_CURRENT_SOURCE_DIR}/data/drugs.yaml
          ${CMAKE_CURRENT_SOURCE_DIR}/data/references.bib
  COMMENT "Compiling the model"
  VERBATIM)
add_custom_target(shipped_kernel_text DEPENDS ${B7_SHIPPED_C})

add_library(bridge7_shipped OBJECT src/compile/shipped/shipped.c)
target_include_directories(bridge7_shipped PRIVATE include src)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_definitions(bridge7_shipped PRIVATE B7_X86_KERNELS)
endif()
set(B7_SHIPPED_OBJECTS $<TARGET_OBJECTS:bridge7_shipped>)

# straight-line arithmetic of this size takes sanitizers minutes to compile and has nothing for them to find: its array
# bounds are constants of the generator, which is tested under sanitizers itself
set(B7_KERNEL_FLAGS -O3)
# scheduling before registers are given out: 4 to 8 % of a slope of wide kernels (bench_kernel), nothing for narrow ones
include(CheckCCompilerFlag)
check_c_compiler_flag("-fschedule-insns -fsched-pressure" B7_HAS_SCHEDULING)
set(B7_WIDE_KERNEL_FLAGS)
if(B7_HAS_SCHEDULING AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set(B7_WIDE_KERNEL_FLAGS -fschedule-insns -fsched-pressure)
endif()
if(B7_SANITIZE)
  set(B7_KERNEL_FLAGS -O1 -fno-sanitize=all)
endif()

foreach(variant ${B7_KERNEL_VARIANTS})
  separate_arguments(variant)
  list(GET variant 0 isa)
  list(GET variant 1 lanes)
  set(march)
  set(isa_text "plain")
  list(LENGTH variant words)
  if(words EQUAL 3)
    list(GET variant 2 isa_text)
    set(march -march=${isa_text})
  endif()
  # the library's ordinary compilation of interpret_lanes.c is the plain variant of width 1
  if(NOT "${isa} ${lanes}" STREQUAL "plain 1")
    b7_lane_variant(b7_interpret_${isa}_${lanes} ${CMAKE_CURRENT_SOURCE_DIR}/src/compile/code/interpret_lanes.c ${lanes} ${march})
    target_compile_definitions(b7_interpret_${isa}_${lanes} PRIVATE B7_INTERPRET_ISA=${isa})
    list(APPEND B7_OBJECTS $<TARGET_OBJECTS:b7_interpret_${isa}_${lanes}>)
  endif()
  set(flags ${B7_KERNEL_FLAGS})
  if(lanes GREATER_EQUAL 4)
    list(APPEND flags ${B7_WIDE_KERNEL_FLAGS})
  endif()
  b7_lane_variant(b7_shipped_${isa}_${lanes} ${B7_SHIPPED_C} ${lanes} ${flags} ${march})
  add_dependencies(b7_shipped_${isa}_${lanes} shipped_kernel_text)
  target_compile_definitions(b7_shipped_${isa}_${lanes} PRIVATE B7_KERNEL_CODE=b7_shipped_${isa}_${lanes}
                                                                B7_KERNEL_ISA="${isa_text}")
  if("${isa} ${lanes}" STREQUAL "plain 1")
    target_compile_definitions(b7_shipped_${isa}_${lanes} PRIVATE B7_KERNEL_TABLES=b7_shipped_tables)
  endif()
  list(APPEND B7_SHIPPED_OBJECTS $<TARGET_OBJECTS:b7_shipped_${isa}_${lanes}>)
endforeach()

# the compiler of the shipped model takes from an archive what it needs, which is all but that model
add_library(bridge7_compiler STATIC ${B7_OBJECTS})
target_link_libraries(bridge7_compiler PUBLIC ${B7_LIBRARIES})
set_target_properties(bridge7_compiler PROPERTIES LINKER_LANGUAGE C)
add_executable(compile_model tools/compile_model.c)
target_include_directories(compile_model PRIVATE include src)
target_link_libraries(compile_model PRIVATE bridge7_compiler)
list(APPEND B7_OBJECTS ${B7_SHIPPED_OBJECTS})

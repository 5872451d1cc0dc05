/* plan_tables.h - kernel tables by hand: the events, parameters and observables that plans and policies name.
 */
#ifndef B7_TEST_PLAN_TABLES_H
#define B7_TEST_PLAN_TABLES_H

#include <math.h>

#include "bridge7_kernel.h"

#define TEST_DRUGS(X)                                                                                        \
  X(cyclophosphamide)                                                                                        \
  X(prednisone)                                                                                              \
  X(vindesine)                                                                                               \
  X(vincristine)                                                                                             \
  X(epirubicin)                                                                                              \
  X(dexamethasone)                                                                                           \
  X(methotrexate)                                                                                            \
  X(methotrexate_low_dose)                                                                                   \
  X(cytarabine)                                                                                              \
  X(venetoclax)                                                                                              \
  X(azacitidine)                                                                                             \
  X(chidamide)                                                                                               \
  X(gemcitabine)                                                                                             \
  X(cisplatin)                                                                                               \
  X(selinexor)                                                                                               \
  X(fludarabine)                                                                                             \
  X(etoposide)                                                                                               \
  X(tocilizumab)                                                                                             \
  X(dopamine)                                                                                                \
  X(busulfan)                                                                                                \
  X(anti_thymocyte_globulin)                                                                                 \
  X(cyclosporine)                                                                                            \
  X(mycophenolate)                                                                                           \
  X(co_trimoxazole)                                                                                          \
  X(filgrastim)                                                                                              \
  X(ruxolitinib)                                                                                             \
  X(anakinra)

static const char *const dose_names[] = {"doses"}, *const dose_units[] = {"dose"};
static const double dose_defaults[] = {NAN};
static const char *const cart_names[] = {"cells_per_kg", "mismatch_hvg", "memory_share", "vcn", "viable"};
static const char *const cart_units[] = {"cell/kg", "1", "1", "copies/cell", "1"};
static const double cart_defaults[] = {NAN, 0, 0.2, 2.2, 1};
static const char *const graft_names[] = {"cd34_per_kg", "cd3_per_kg", "mismatch_hvg", "mismatch_gvh"};
static const char *const graft_units[] = {"Gcell/kg", "cell/kg", "1", "1"};
static const double graft_defaults[] = {0.005, 2e8, 0, 0};
static const char *const platelet_names[] = {"platelet_rise"}, *const platelet_units[] = {"1e9/L"};
static const double platelet_defaults[] = {20};
static const char *const red_names[] = {"hb_rise"}, *const red_units[] = {"g/L"};
static const double red_defaults[] = {15};

static const B7KernelEvent test_events[] = {
    {"cart.infusion", 5, cart_names, cart_units, cart_defaults},
    {"graft.infusion", 4, graft_names, graft_units, graft_defaults},
    {"transfusion.platelets", 1, platelet_names, platelet_units, platelet_defaults},
    {"transfusion.red_cells", 1, red_names, red_units, red_defaults},
#define DRUG_EVENT(name) {"dose." #name, 1, dose_names, dose_units, dose_defaults},
    TEST_DRUGS(DRUG_EVENT)
#undef DRUG_EVENT
};
static const B7KernelParameter test_parameters[] = {
    {.name = "other", .own_index = -1, .shared_index = 0},
    {.name = "body_weight", .value = 65, .own_index = 0, .shared_index = -1},
    {.name = "body_surface_area", .value = 1.72, .own_index = 1, .shared_index = -1}};
static const B7KernelObservable test_observables[] = {{.name = "crs_grade", .unit = "1"},
                                                      {.name = "icans_grade", .unit = "1"},
                                                      {.name = "gvhd_grade", .unit = "1"},
                                                      {.name = "platelets", .unit = "1e9/L"},
                                                      {.name = "hb", .unit = "g/L"},
                                                      {.name = "anc", .unit = "1e9/L"},
                                                      {.name = "lymphocytes", .unit = "cell/uL"}};
static const int32_t test_needs[B7_NEED_COUNT] = {
    [B7_NEED_BODY_WEIGHT] = 2,        [B7_NEED_BODY_SURFACE] = 3,      [B7_NEED_GIVE_CART] = 1,
    [B7_NEED_GIVE_GRAFT] = 2,         [B7_NEED_GIVE_PLATELETS] = 3,    [B7_NEED_GIVE_RED_CELLS] = 4,
    [B7_NEED_GRAFT_MISMATCH_HVG] = 3, [B7_NEED_GRAFT_MISMATCH_GVH] = 4};
static const B7KernelTables test_tables = {.abi = B7_KERNEL_ABI,
                                           .model = "hand",
                                           .n_parameter = 3,
                                           .n_observable = 7,
                                           .n_event = sizeof test_events / sizeof test_events[0],
                                           .parameters = test_parameters,
                                           .observables = test_observables,
                                           .events = test_events,
                                           .needs = test_needs};
enum { CART_EVENT, GRAFT_EVENT, PLATELET_EVENT, RED_CELL_EVENT };

#endif

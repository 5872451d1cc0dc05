# What `cmake --install` lays out below the prefix: bin/bridge7, the static and the shared library, headers, the data that the program
# and programs of others read (share/bridge7), a CMake package (bridge7::bridge7, bridge7::static) and bridge7.pc.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(B7_SHARE ${CMAKE_INSTALL_DATADIR}/bridge7)
set(B7_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/bridge7)
set_target_properties(bridge7_shared PROPERTIES EXPORT_NAME bridge7)
set_target_properties(bridge7_static PROPERTIES EXPORT_NAME static)
install(TARGETS bridge7_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS bridge7_static bridge7_shared EXPORT bridge7Targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
file(GLOB B7_HEADERS CONFIGURE_DEPENDS include/*.h)
install(FILES ${B7_HEADERS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY model data criteria courses trials fits DESTINATION ${B7_SHARE})
install(FILES LICENSE CITATION.cff README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The names of what the static library needs, for packages that are to work on another machine: no path of this one.
set(B7_PRIVATE_NAMES)
foreach(library ${SBML_LIBRARY} ${UDUNITS_LIBRARY} ${LAPACKE_LIBRARY} ${SUNDIALS_LIBRARIES})
  get_filename_component(name ${library} NAME)
  string(REGEX REPLACE "^lib|\\.(so|a|dylib).*$" "" name ${name})
  list(APPEND B7_PRIVATE_NAMES ${name})
endforeach()
list(TRANSFORM B7_PRIVATE_NAMES PREPEND -l OUTPUT_VARIABLE B7_PRIVATE_FLAGS)
list(JOIN B7_PRIVATE_FLAGS " " B7_PRIVATE_FLAGS)

file(RELATIVE_PATH B7_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" B7_PREFIX_FROM_PC ${B7_PREFIX_FROM_PC})
configure_file(cmake/bridge7.pc.in ${CMAKE_CURRENT_BINARY_DIR}/bridge7.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bridge7.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

configure_package_config_file(cmake/bridge7Config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/bridge7Config.cmake
                              INSTALL_DESTINATION ${B7_PACKAGE} PATH_VARS B7_SHARE)
# as the SONAME: the second number has to be the same until 1.0
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bridge7ConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bridge7Config.cmake ${CMAKE_CURRENT_BINARY_DIR}/bridge7ConfigVersion.cmake
        DESTINATION ${B7_PACKAGE})
install(EXPORT bridge7Targets NAMESPACE bridge7:: DESTINATION ${B7_PACKAGE})

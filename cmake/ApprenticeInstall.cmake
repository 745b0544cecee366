# SPDX-License-Identifier: Apache-2.0
# `cmake --install` gives find_package(apprentice) with the target apprentice::apprentice, the program and its data.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(library_targets GLOBAL PROPERTY APPRENTICE_LIBRARIES)
add_library(apprentice_all INTERFACE)
target_link_libraries(apprentice_all INTERFACE ${library_targets})
set_target_properties(apprentice_all PROPERTIES EXPORT_NAME apprentice)

install(TARGETS apprentice_flags apprentice_all ${library_targets} EXPORT apprentice_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT apprentice_targets NAMESPACE apprentice:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice)
install(DIRECTORY apprentice DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(DIRECTORY devices runtime DESTINATION ${CMAKE_INSTALL_DATADIR}/apprentice OPTIONAL)
if(TARGET apprentice_app)
  install(TARGETS apprentice_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(cmake/apprenticeConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice)

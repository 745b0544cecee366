# SPDX-License-Identifier: Apache-2.0
# `cmake --install` gives find_package(apprentice) with the target apprentice::apprentice, the program and its data;
# `cpack` puts the program and its data into a .deb.
include(CMakePackageConfigHelpers)

get_property(library_targets GLOBAL PROPERTY APPRENTICE_LIBRARIES)
add_library(apprentice_all INTERFACE)
target_link_libraries(apprentice_all INTERFACE ${library_targets})
set_target_properties(apprentice_all PROPERTIES EXPORT_NAME apprentice)

install(TARGETS apprentice_flags apprentice_all ${library_targets} EXPORT apprentice_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(EXPORT apprentice_targets NAMESPACE apprentice:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice
  COMPONENT library)
install(DIRECTORY devices runtime DESTINATION ${CMAKE_INSTALL_DATADIR}/apprentice OPTIONAL)
if(TARGET apprentice_app)
  install(TARGETS apprentice_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # From the same declarations as --help. The program is asked where it was built, so that a package needs no prefix.
  install(CODE "
    set(shells man bash zsh fish)
    set(files ${CMAKE_INSTALL_MANDIR}/man1/apprentice.1
      ${CMAKE_INSTALL_DATADIR}/bash-completion/completions/apprentice
      ${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_apprentice
      ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/apprentice.fish)
    foreach(shell file IN ZIP_LISTS shells files)
      set(path \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${file}\")
      get_filename_component(folder \"\${path}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND \"$<TARGET_FILE:apprentice_app>\" completion \${shell} OUTPUT_FILE \"\${path}\"
        COMMAND_ERROR_IS_FATAL ANY)
      message(STATUS \"Installing: \${path}\")
    endforeach()")
endif()

configure_package_config_file(cmake/apprenticeConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/apprenticeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/apprentice COMPONENT library)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME apprentice)
set(CPACK_PACKAGE_CONTACT "The Apprentice developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "knowledge distillation for microcontrollers")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL Unspecified)  # not the library, which is for those who build here
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gcc-arm-none-eabi, libnewlib-arm-none-eabi, qemu-system-arm, qemu-user")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, gcc-arm-linux-gnueabihf, libc6-dev-armhf-cross, gcc, libc6-dev")
include(CPack)

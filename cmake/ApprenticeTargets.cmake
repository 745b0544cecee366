# SPDX-License-Identifier: Apache-2.0
# How every target of the project is declared: warnings, sanitizers, the libtorch precompiled header.
include(GNUInstallDirs)

add_library(apprentice_flags INTERFACE)
target_include_directories(apprentice_flags INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include>)
target_compile_features(apprentice_flags INTERFACE cxx_std_17)
set(APPRENTICE_WARNINGS -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wno-missing-field-initializers)
if(APPRENTICE_WERROR)
  list(APPEND APPRENTICE_WARNINGS -Werror)
endif()
if(APPRENTICE_SANITIZE)
  add_compile_options(-fsanitize=${APPRENTICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${APPRENTICE_SANITIZE})
endif()

# apprentice_reuse_pch(<target> <owner> HEADERS... [LINK ...]): <target> reads the headers that <owner>, made on first
# use, has compiled. Only gcc: clang's rules for when a precompiled header fits are too narrow for it.
function(apprentice_reuse_pch target owner)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "HEADERS;LINK" ${ARGN})
  if(NOT TARGET ${owner})
    add_library(${owner} STATIC ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
    target_link_libraries(${owner} PUBLIC apprentice_flags ${ARG_LINK})
    target_compile_options(${owner} PRIVATE ${APPRENTICE_WARNINGS})
    target_precompile_headers(${owner} PRIVATE ${ARG_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
  # Programs would be compiled with -fPIE, and then gcc silently ignores a header precompiled with -fPIC.
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fPIC>)
  endif()
endfunction()

# apprentice_build_fast(<targets>...): little optimised, for what computes nothing itself. A precompiled header fits one
# level of optimisation only, so its owner is one of them; without gcc there is none.
function(apprentice_build_fast)
  foreach(target ${ARGV})
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
  endforeach()
endfunction()

# apprentice_compile_alone(SOURCES...): sources that others of their room have names in common with, mostly rows of a
# table, each with its own `infer`, `cost`, ... . All others are compiled many at once (CMAKE_UNITY_BUILD), which
# takes a third of the time.
function(apprentice_compile_alone)
  set_source_files_properties(${ARGV} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# apprentice_library(<folder> [PUBLIC_HEADERS a.h ...] SOURCES a.cpp ... [TORCH_SOURCES b.cpp ...]
#   [NO_TORCH_SOURCES none.cpp ...] [LINK targets...])
# makes the target apprentice_<folder>; with TORCH_SOURCES it links libtorch and uses the shared precompiled header. A
# build without libtorch has NO_TORCH_SOURCES in their place, which refuse what they do. Public headers, and no others,
# are installed; they include no others.
function(apprentice_library folder)
  cmake_parse_arguments(ARG "" "" "PUBLIC_HEADERS;SOURCES;TORCH_SOURCES;NO_TORCH_SOURCES;LINK" ${ARGN})
  if(APPRENTICE_TORCH)
    list(APPEND ARG_SOURCES ${ARG_TORCH_SOURCES})
  else()
    list(APPEND ARG_SOURCES ${ARG_NO_TORCH_SOURCES})
  endif()
  add_library(apprentice_${folder} STATIC ${ARG_SOURCES})
  set_property(GLOBAL APPEND PROPERTY APPRENTICE_LIBRARIES apprentice_${folder})
  set_target_properties(apprentice_${folder} PROPERTIES EXPORT_NAME ${folder})
  file(RELATIVE_PATH here ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(header IN LISTS ARG_PUBLIC_HEADERS)
    get_filename_component(subfolder ${here}/${header} DIRECTORY)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${subfolder} COMPONENT library)
  endforeach()
  target_link_libraries(apprentice_${folder} PUBLIC apprentice_flags ${ARG_LINK})
  target_compile_options(apprentice_${folder} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${APPRENTICE_WARNINGS}>)
  if(ARG_TORCH_SOURCES AND APPRENTICE_TORCH)
    apprentice_use_torch(apprentice_${folder})
  else()
    apprentice_reuse_pch(apprentice_${folder} apprentice_pch HEADERS <fmt/format.h> <nlohmann/json.hpp>
      LINK fmt::fmt nlohmann_json::nlohmann_json)
  endif()
endfunction()

# apprentice_use_torch(<target> [<owner of the precompiled header>])
# links libtorch and reuses one precompiled <ATen/ATen.h>, the libraries' where no other is named. <torch/torch.h> would
# hold four times as much: what it declares inline is compiled again in every source, which costs more than reading
# ATen anew.
function(apprentice_use_torch target)
  set(owner apprentice_torch_pch)
  if(ARGC GREATER 1)
    set(owner ${ARGV1})
  endif()
  target_include_directories(${target} SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${target} PUBLIC ${TORCH_LIBRARIES})
  apprentice_reuse_pch(${target} ${owner} HEADERS <ATen/ATen.h> <fmt/format.h>
    LINK fmt::fmt ${TORCH_LIBRARIES})
endfunction()

# apprentice_test(<name> SOURCES a_test.cpp ... LINK targets... [LABELS ...] [TORCH] [TIMEOUT seconds])
# makes the GoogleTest program <name> and one ctest entry; tests/support holds what tests share.
function(apprentice_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE apprentice_flags ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${APPRENTICE_WARNINGS})
  if(ARG_TORCH)
    set(headers apprentice_torch_test_pch)
    apprentice_use_torch(${name} ${headers})
  else()
    set(headers apprentice_test_pch)
    apprentice_reuse_pch(${name} ${headers}
      HEADERS <gmock/gmock.h> <gtest/gtest.h> <fmt/format.h> <nlohmann/json.hpp>
      LINK fmt::fmt nlohmann_json::nlohmann_json GTest::gmock)
  endif()
  apprentice_build_fast(${name} ${headers})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "APPRENTICE_SOURCE=${PROJECT_SOURCE_DIR}")
endfunction()

# apprentice_fuzzer(<name> SOURCES ... LINK ...): a libFuzzer program, only with APPRENTICE_FUZZ; `fuzzers` builds all.
function(apprentice_fuzzer name)
  if(NOT APPRENTICE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE apprentice_flags ${ARG_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers ${name})
endfunction()

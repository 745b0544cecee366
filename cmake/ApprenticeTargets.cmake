# SPDX-License-Identifier: Apache-2.0
# How every target of the project is declared: warnings, sanitizers, the libtorch precompiled header.

add_library(apprentice_flags INTERFACE)
target_include_directories(apprentice_flags INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include>)
target_compile_features(apprentice_flags INTERFACE cxx_std_17)
set(APPRENTICE_WARNINGS -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wno-missing-field-initializers)
if(APPRENTICE_SANITIZE)
  add_compile_options(-fsanitize=${APPRENTICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${APPRENTICE_SANITIZE})
endif()

# apprentice_library(<folder> SOURCES a.cpp ... [LINK targets...] [TORCH])
# makes the target apprentice_<folder>; TORCH links libtorch privately and uses the shared precompiled header.
function(apprentice_library folder)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;LINK" ${ARGN})
  add_library(apprentice_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(apprentice_${folder} PUBLIC apprentice_flags ${ARG_LINK})
  target_compile_options(apprentice_${folder} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${APPRENTICE_WARNINGS}>)
  if(ARG_TORCH)
    apprentice_use_torch(apprentice_${folder})
  endif()
endfunction()

# Links libtorch and reuses one precompiled <torch/torch.h>.
function(apprentice_use_torch target)
  target_include_directories(${target} SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${target} PUBLIC ${TORCH_LIBRARIES})
  if(NOT TARGET apprentice_torch_pch)
    add_library(apprentice_torch_pch STATIC ${PROJECT_SOURCE_DIR}/cmake/torch_pch.cpp)
    target_include_directories(apprentice_torch_pch SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
    target_link_libraries(apprentice_torch_pch PUBLIC apprentice_flags ${TORCH_LIBRARIES})
    target_compile_options(apprentice_torch_pch PRIVATE ${APPRENTICE_WARNINGS})
    target_precompile_headers(apprentice_torch_pch PRIVATE <torch/torch.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM apprentice_torch_pch)
endfunction()

# apprentice_test(<name> SOURCES a_test.cpp ... LINK targets... [LABELS ...] [TORCH] [TIMEOUT seconds])
# makes the GoogleTest program <name> and one ctest entry; tests/support holds what tests share.
function(apprentice_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE apprentice_flags ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${APPRENTICE_WARNINGS})
  if(ARG_TORCH)
    apprentice_use_torch(${name})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "APPRENTICE_SOURCE=${PROJECT_SOURCE_DIR}")
endfunction()

# apprentice_fuzzer(<name> SOURCES ... LINK ...): a libFuzzer program, only with APPRENTICE_FUZZ.
function(apprentice_fuzzer name)
  if(NOT APPRENTICE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE apprentice_flags ${ARG_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()

// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/npy.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto array = apprentice::data::parse_npy(as_text(data, size), "f");
  if (!array) return 0;
  static_cast<void>(apprentice::data::npy_texts(*array));
  static_cast<void>(apprentice::data::rows_of(*array, "f", apprentice::data::Layout::kChannelsLast));
  static_cast<void>(apprentice::data::recording_of(*array, "f", true));
  return 0;
}

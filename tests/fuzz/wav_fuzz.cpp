// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/wav.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static_cast<void>(apprentice::data::parse_wav(as_text(data, size), "f"));
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the layout, the others are the file.
#include "apprentice/data/formats/cifar.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  apprentice::data::CifarLayout layout;
  layout.label_bytes = 1 + data[0] % 3;
  layout.label_byte = data[0] % layout.label_bytes;
  layout.shape = {1 + data[0] % 4, 2, 1 + data[0] / 16};
  static_cast<void>(apprentice::data::parse_cifar(as_text(data + 1, size - 1), "f", layout));
  return 0;
}

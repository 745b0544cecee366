// SPDX-License-Identifier: Apache-2.0
// CIFAR-style binary images (Krizhevsky 2009): label bytes, then the planes of one image. docs/formats/cifar.md
#pragma once

#include <string>
#include <string_view>

#include "apprentice/data/source.h"

namespace apprentice::data {

struct CifarLayout {
  int64_t label_bytes = 1;  // before each image; CIFAR-100 has 2 (coarse, fine)
  int64_t label_byte = 0;   // which of them is the label
  Shape shape{3, 32, 32};   // planes, height, width
};

// Rows of uint8 with the column "label". Refuses a size that is no multiple of one record.
Result<Source> parse_cifar(std::string_view bytes, const std::string& path, const CifarLayout& layout);

}  // namespace apprentice::data

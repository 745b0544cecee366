// SPDX-License-Identifier: Apache-2.0
// The common frame of model files and quantized net files: docs/formats/model_file.md.
// magic (8 bytes) | u64 header size | JSON header | blob | SHA-256 of all before as 64 hex digits. Little-endian.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "apprentice/base/error.h"

namespace apprentice::model {

struct Container {
  nlohmann::ordered_json header;
  std::string blob;
};

// `magic` has 8 bytes.
Status write_container(const std::string& path, std::string_view magic, const Container& content);
// Refuses another magic, a wrong checksum, a short file. `what` names the kind of file for messages.
Result<Container> read_container(const std::string& path, std::string_view magic, const char* what);

}  // namespace apprentice::model

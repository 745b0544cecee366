// SPDX-License-Identifier: Apache-2.0
// The manifest of a device package: the bytes as they are, and as JSON that is given a right seal. What is accepted is
// written as it was read, and no name in it leads out of its folder.
#include <nlohmann/json.hpp>

#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/package/manifest.h"
#include "tests/fuzz/parse.h"

namespace {

using Json = nlohmann::ordered_json;

void parse(std::string_view text) {
  const auto manifest = apprentice::package::parse_package_manifest(text, "manifest.json");
  if (!manifest) return;
  if (apprentice::package::manifest_text(*manifest) != text) __builtin_trap();
  for (const auto& [name, file] : manifest->files) {
    if (name.empty() || name[0] == '.' || name.find('/') != std::string::npos || file.bytes < 0) __builtin_trap();
  }
}

std::string text_of(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = as_text(data, size);
  parse(text);
  const auto json = apprentice::parse_json(text, "manifest.json");
  if (!json || !json->is_object() || !json->contains("manifest_sha256")) return 0;
  Json unsealed = *json, sealed = *json;
  unsealed.erase("manifest_sha256");
  sealed["manifest_sha256"] = apprentice::sha256_hex(text_of(unsealed));
  parse(text_of(sealed));
  return 0;
}

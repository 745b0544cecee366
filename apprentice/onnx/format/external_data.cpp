// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/external_data.h"

#include <charconv>
#include <filesystem>

#include "apprentice/onnx/format/tensor_proto.h"

namespace apprentice::onnx {
namespace {

namespace fs = std::filesystem;

struct Region {
  std::string location;
  uint64_t offset = 0;
  uint64_t length = 0;
  bool has_length = false;
};

Status read_number(const std::string& text, const std::string& key, const std::string& place, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc() && end == text.data() + text.size()) return {};
  return bad_input(place, "external data has {} '{}', which is not a number", key, text);
}

Result<Region> read_region(const ::onnx::TensorProto& proto, const std::string& place) {
  Region region;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") region.location = entry.value();
    if (entry.key() == "offset") APPRENTICE_CHECK(read_number(entry.value(), "offset", place, region.offset));
    if (entry.key() != "length") continue;
    APPRENTICE_CHECK(read_number(entry.value(), "length", place, region.length));
    region.has_length = true;
  }
  if (region.location.empty()) return bad_input(place, "external tensor '{}' names no file", proto.name());
  return region;
}

// Whether `path` lies in `folder` or below; both canonical.
bool lies_below(const fs::path& path, const fs::path& folder) {
  auto part = path.begin();
  for (auto expected = folder.begin(); expected != folder.end(); ++expected, ++part)
    if (part == path.end() || *part != *expected) return false;
  return true;
}

}  // namespace

Result<ExternalData::File*> ExternalData::open(const std::string& location, const std::string& place) {
  if (location.find('\0') != std::string::npos)
    return bad_input(place, "external data names a file with a zero byte in its name");
  std::error_code error;
  const fs::path folder = fs::canonical(folder_.empty() ? "." : folder_, error);
  const fs::path path = fs::weakly_canonical(folder / location, error);
  if (error || fs::path(location).is_absolute() || !lies_below(path, folder))
    return bad_input(place, "external data '{}' lies outside the model's folder, which is not allowed", location);
  // By the real path: other spellings of one file share its allowance.
  if (const auto known = files_.find(path.string()); known != files_.end()) return &known->second;
  APPRENTICE_TRY(MappedFile map, MappedFile::open(path.string()));
  return &files_.emplace(path.string(), File{std::move(map)}).first->second;
}

Result<Tensor> ExternalData::read(const ::onnx::TensorProto& proto, const std::string& place) {
  APPRENTICE_TRY(const Region region, read_region(proto, place));
  APPRENTICE_TRY(File* const file, open(region.location, place));
  const uint64_t size = file->map.size();
  if (region.offset > size || (region.has_length && region.length > size - region.offset))
    return bad_input(place, "external tensor '{}' starts at byte {} and takes {} bytes, but '{}' has only {}",
                     proto.name(), region.offset, region.length, region.location, size);
  const uint64_t length = region.has_length ? region.length : size - region.offset;
  file->taken += length;
  if (file->taken / 4 > size)
    return bad_input(place, "external tensors use the bytes of '{}' more than four times over", region.location);
  const std::string_view bytes = file->map.view().substr(region.offset, length);
  hasher_.add(bytes);
  return tensor_from_bytes(proto, bytes, place);
}

}  // namespace apprentice::onnx

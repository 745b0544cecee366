// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apprentice/base/hash.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the files are little-endian, and so must be the host");
constexpr const char* kMagic = "APTGTS01";
constexpr int64_t kFormat = 1;
constexpr size_t kAlignment = 64;  // answers start at a multiple of it
constexpr int64_t kMost = int64_t{1} << 40;

int64_t answer_bytes(const Manifest& m, int64_t shard) {
  return m.samples_in(shard) * m.views * m.classes * static_cast<int64_t>(sizeof(float));
}

bool read_text(const Json& json, const char* key, std::string& value) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return false;
  value = found->get<std::string>();
  return true;
}

bool read_count(const Json& json, const char* key, int64_t least, int64_t& value) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_integer()) return false;
  value = found->get<int64_t>();
  return value >= least && value <= kMost;
}

}  // namespace

int64_t Manifest::samples_in(int64_t shard) const { return std::min(shard_samples, samples - shard * shard_samples); }

Manifest make_manifest(const TeacherInfo& teacher, const Dataset& data, const TargetOptions& options, int64_t classes) {
  Manifest m;
  m.address = TargetStore::address(teacher, data.info(), options);
  m.teacher = teacher.description;
  m.teacher_fingerprint = teacher.fingerprint;
  m.data_fingerprint = data.info().fingerprint;
  m.samples = data.size();
  m.classes = classes;
  m.views = options.views == nullptr ? 1 : options.views->count();
  m.shard_samples = std::max<int64_t>(1, options.shard_samples / m.views);
  return m;
}

std::string to_text(const Manifest& m) {
  const Json json = {{"format", kFormat},
                     {"address", m.address},
                     {"teacher", m.teacher},
                     {"teacher_fingerprint", m.teacher_fingerprint},
                     {"data_fingerprint", m.data_fingerprint},
                     {"samples", m.samples},
                     {"views", m.views},
                     {"classes", m.classes},
                     {"shard_samples", m.shard_samples}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(const std::string& text, const std::string& place) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return bad_input(place, "is not a JSON object");
  Manifest m;
  int64_t format = 0;
  const bool complete =
      read_count(json, "format", kFormat, format) && read_text(json, "address", m.address) &&
      read_text(json, "teacher", m.teacher) && read_text(json, "teacher_fingerprint", m.teacher_fingerprint) &&
      read_text(json, "data_fingerprint", m.data_fingerprint) && read_count(json, "samples", 1, m.samples) &&
      read_count(json, "views", 1, m.views) && read_count(json, "classes", 1, m.classes) &&
      read_count(json, "shard_samples", 1, m.shard_samples);
  if (!complete || to_text(m) != text)
    return bad_input(place, "is not the manifest of a target store of format {}", kFormat);
  if (checked_element_count({m.samples, m.views, m.classes, 4}) < 0) {
    return bad_input(place, "says there are {} samples of {} views and {} classes, more than can be addressed",
                     m.samples, m.views, m.classes);
  }
  return m;
}

std::string shard_name(int64_t shard) { return fmt::format("shard-{:05}.apts", shard); }
std::string checksum_name(int64_t shard) { return fmt::format("shard-{:05}.sha256", shard); }

std::string shard_header(const Manifest& m, int64_t shard) {
  const int64_t samples = m.samples_in(shard);
  const Json logits = {{"name", "logits"}, {"type", "f32"}, {"shape", {samples, m.views, m.classes}}};
  const Json json = {{"address", m.address},
                     {"shard", shard},
                     {"first_sample", shard * m.shard_samples},
                     {"samples", samples},
                     {"blocks", Json::array({logits})}};
  const std::string text = json.dump();
  const uint64_t size = text.size();
  std::string header = kMagic;
  header.append(reinterpret_cast<const char*>(&size), sizeof size);
  header += text;
  header.resize((header.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  return header;
}

int64_t shard_bytes(const Manifest& m, int64_t shard) {
  return static_cast<int64_t>(shard_header(m, shard).size()) + answer_bytes(m, shard);
}

}  // namespace apprentice

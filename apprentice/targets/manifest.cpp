// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"

namespace apprentice::targets {
namespace {

using Json = nlohmann::ordered_json;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the files are little-endian, and so must be the host");
constexpr const char* kMagic = "APTGTS01";
constexpr int64_t kFormat = 1;
constexpr const char* kAskAgain = "remove its folder to have the teacher answer all of it again";
constexpr int64_t kAlignment = 64;                     // blocks start at a multiple of it
constexpr int64_t kMostShardBytes = int64_t{1} << 26;  // a shard is in memory while it is made
constexpr size_t kMostFeatures = 64;
constexpr int64_t kMost = int64_t{1} << 40;

int64_t aligned(int64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

// Of all views of one sample.
int64_t sample_bytes(int64_t classes, int64_t views, const std::vector<teacher::TeacherFeature>& features) {
  int64_t values = classes;
  for (const teacher::TeacherFeature& feature : features) values += element_count(feature.shape);
  return values * views * static_cast<int64_t>(sizeof(float));
}

int64_t view_count(const TargetOptions& options) { return options.views == nullptr ? 1 : options.views->count(); }

Json features_json(const std::vector<teacher::TeacherFeature>& features) {
  Json list = Json::array();
  for (const teacher::TeacherFeature& feature : features)
    list.push_back({{"name", feature.name}, {"shape", feature.shape}});
  return list;
}

std::vector<teacher::TeacherFeature> read_features(const JsonReader& json) {
  std::vector<teacher::TeacherFeature> features;
  for (const JsonReader& each : json.objects("features")) {
    features.push_back({each.text("name"), each.integers("shape", 1, kMost)});
    const Shape& shape = features.back().shape;
    each.expect(!shape.empty() && shape.size() <= 3 && checked_element_count(shape) > 0, "shape", "one to three sizes");
  }
  json.expect(!features.empty() && features.size() <= kMostFeatures, "features",
              fmt::format("one to {} features", kMostFeatures));
  return features;
}

// Refuses stores of more bytes than can be addressed.
bool is_addressable(const Manifest& m) {
  int64_t values = m.classes;
  for (const teacher::TeacherFeature& feature : m.features) values += std::min(element_count(feature.shape), kMost);
  return checked_element_count({m.samples, m.views, values, 4}) >= 0;
}

}  // namespace

int64_t answer_bytes(int64_t samples, int64_t classes, const TargetOptions& options) {
  return samples * sample_bytes(classes, view_count(options), options.features);
}

int64_t Manifest::samples_in(int64_t shard) const { return std::min(shard_samples, samples - shard * shard_samples); }

int64_t Manifest::block_values(size_t block) const {
  return block == 0 ? classes : element_count(features[block - 1].shape);
}

Manifest make_manifest(const teacher::TeacherInfo& teacher, const data::Dataset& data, const TargetOptions& options,
                       int64_t classes) {
  Manifest m;
  m.address = TargetStore::address(teacher, data.info(), options);
  m.teacher = teacher.description;
  m.teacher_fingerprint = teacher.fingerprint;
  m.data_fingerprint = data.info().fingerprint;
  m.samples = data.size();
  m.classes = classes;
  m.views = view_count(options);
  m.features = options.features;
  const int64_t most = kMostShardBytes / sample_bytes(m.classes, m.views, m.features);
  m.shard_samples = std::max<int64_t>(1, std::min(options.shard_samples / m.views, most));
  return m;
}

std::string to_text(const Manifest& m) {
  Json json = {{"format", kFormat},
               {"address", m.address},
               {"teacher", m.teacher},
               {"teacher_fingerprint", m.teacher_fingerprint},
               {"data_fingerprint", m.data_fingerprint},
               {"samples", m.samples},
               {"views", m.views},
               {"classes", m.classes},
               {"shard_samples", m.shard_samples}};
  if (!m.features.empty()) json["features"] = features_json(m.features);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(const std::string& text, const std::string& place) {
  APPRENTICE_TRY(const Json json, parse_json(text, place, kAskAgain));
  const JsonReader reader(json, place, kAskAgain);
  Manifest m;
  reader.integer("format", kFormat, kFormat);
  m.address = reader.text("address");
  m.teacher = reader.text("teacher");
  m.teacher_fingerprint = reader.text("teacher_fingerprint");
  m.data_fingerprint = reader.text("data_fingerprint");
  m.samples = reader.integer("samples", 1, kMost);
  m.views = reader.integer("views", 1, kMost);
  m.classes = reader.integer("classes", 1, kMost);
  m.shard_samples = reader.integer("shard_samples", 1, kMost);
  if (reader.has("features")) m.features = read_features(reader);
  reader.refuse_unknown();
  APPRENTICE_CHECK(reader.status());
  if (to_text(m) != text)
    return bad_input(place, "is not as a target store of format {} is written; {}", kFormat, kAskAgain);
  if (!is_addressable(m)) {
    return bad_input(place, "says there are {} samples of {} views and {} classes, more than can be addressed",
                     m.samples, m.views, m.classes);
  }
  return m;
}

std::string shard_name(int64_t shard) { return fmt::format("shard-{:05}.apts", shard); }
std::string checksum_name(int64_t shard) { return fmt::format("shard-{:05}.sha256", shard); }

std::string shard_header(const Manifest& m, int64_t shard) {
  const int64_t samples = m.samples_in(shard);
  Json blocks = Json::array({{{"name", "logits"}, {"type", "f32"}, {"shape", {samples, m.views, m.classes}}}});
  for (const teacher::TeacherFeature& feature : m.features) {
    Shape shape = feature.shape;
    shape.insert(shape.begin(), {samples, m.views});
    blocks.push_back({{"name", feature.name}, {"type", "f32"}, {"shape", shape}});
  }
  const Json json = {{"address", m.address},
                     {"shard", shard},
                     {"first_sample", shard * m.shard_samples},
                     {"samples", samples},
                     {"blocks", blocks}};
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  const uint64_t size = text.size();
  std::string header = kMagic;
  header.append(reinterpret_cast<const char*>(&size), sizeof size);
  header += text;
  header.resize(static_cast<size_t>(aligned(static_cast<int64_t>(header.size()))), ' ');
  return header;
}

std::vector<int64_t> block_offsets(const Manifest& m, int64_t shard) {
  std::vector<int64_t> offsets;
  auto end = static_cast<int64_t>(shard_header(m, shard).size());
  for (size_t block = 0; block < m.blocks(); ++block) {
    offsets.push_back(aligned(end));
    const int64_t values = m.samples_in(shard) * m.views * m.block_values(block);
    end = offsets.back() + values * static_cast<int64_t>(sizeof(float));
  }
  offsets.push_back(end);
  return offsets;
}

}  // namespace apprentice::targets

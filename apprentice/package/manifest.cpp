// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/manifest.h"

#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/base/task_names.h"

namespace apprentice::package {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kFormat = "apprentice-device-package";
constexpr const char* kLayout = "channel-last float32 raw values";
constexpr const char* kArithmetic = "int8, single rounding";
constexpr const char* kLanguage = "C99";
constexpr int64_t kLargestSize = int64_t{1} << 20;  // of an axis: a product of three stays inside int64
constexpr size_t kLongestName = 200;
constexpr const char* kNameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

Json to_json(const PackageTensor& tensor) {
  return {{"height", tensor.height},
          {"width", tensor.width},
          {"channels", tensor.channels},
          {"scale", tensor.scale},
          {"zero_point", tensor.zero_point}};
}

Json input_json(const PackageManifest& manifest) {
  Json json = to_json(manifest.input);
  json["layout"] = kLayout;
  if (!manifest.channel_names.empty()) json["channel_names"] = manifest.channel_names;
  if (manifest.steps_per_reading > 1) json["steps_per_reading"] = manifest.steps_per_reading;
  if (!manifest.frontend.empty()) {
    json["raw_steps"] = manifest.raw_steps;
    json["raw_channels"] = manifest.raw_channels;
    json["frontend"] = manifest.frontend;
  }
  return json;
}

Json to_json(const PackageLayer& layer) {
  return {{"name", layer.name},
          {"kind", layer.kind},
          {"output", to_json(layer.output)},
          {"arena_offset", layer.arena_offset},
          {"scratch_bytes", layer.scratch_bytes},
          {"weight_bytes", layer.weight_bytes}};
}

Json to_json(const PackageStream& stream) {
  Json json = {{"hop", stream.hop},
               {"window", stream.window},
               {"context_bytes", stream.context_bytes},
               {"kept_bytes", stream.kept_bytes},
               {"macs", stream.macs},
               {"window_macs", stream.window_macs},
               {"layers", Json::array()}};
  for (const PackageStreamLayer& layer : stream.layers) {
    Json one = {{"name", layer.name}, {"columns", layer.columns}, {"window_columns", layer.window_columns}};
    if (!layer.why_whole.empty()) one["why_whole"] = layer.why_whole;
    json["layers"].push_back(std::move(one));
  }
  return json;
}

// `seal` is empty in the text that it is the SHA-256 of.
std::string text_of(const PackageManifest& manifest, const std::string& seal) {
  Json json = {{"format", kFormat}, {"version", kManifestVersion}};
  if (!seal.empty()) json["manifest_sha256"] = seal;
  json["name"] = manifest.name;
  json["prefix"] = manifest.prefix;
  json["arm"] = manifest.arm;
  json["task"] = to_string(manifest.task);
  json["net_fingerprint"] = manifest.net_fingerprint;
  json["spec_fingerprint"] = manifest.spec_fingerprint;
  json["classes"] = manifest.classes;
  json["input"] = input_json(manifest);
  json["output"] = to_json(manifest.output);
  json["arena_bytes"] = manifest.arena_bytes;
  json["arena_lower_bound_bytes"] = manifest.arena_lower_bound_bytes;
  json["arithmetic"] = kArithmetic;
  json["language"] = kLanguage;
  json["vectors"] = manifest.vectors;
  json["layers"] = Json::array();
  for (const PackageLayer& layer : manifest.layers) json["layers"].push_back(to_json(layer));
  if (manifest.stream) json["stream"] = to_json(*manifest.stream);
  json["files"] = Json::object();
  for (const auto& [name, file] : manifest.files)
    json["files"][name] = {{"bytes", file.bytes}, {"sha256", file.sha256}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

PackageTensor read_tensor(const JsonReader& json) {
  PackageTensor tensor;
  tensor.height = json.integer("height", 1, kLargestSize);
  tensor.width = json.integer("width", 1, kLargestSize);
  tensor.channels = json.integer("channels", 1, kLargestSize);
  tensor.scale = json.finite("scale");
  tensor.zero_point = json.integer("zero_point", -128, 127);
  return tensor;
}

void read_input(const JsonReader& json, PackageManifest& manifest) {
  manifest.input = read_tensor(json);
  if (json.has("channel_names")) manifest.channel_names = json.texts("channel_names");
  if (json.has("steps_per_reading")) manifest.steps_per_reading = json.count("steps_per_reading");
  if (!json.has("frontend")) return;
  manifest.frontend = json.texts("frontend");
  manifest.raw_steps = json.integer("raw_steps", 1, kLargestSize);
  manifest.raw_channels = json.integer("raw_channels", 1, kLargestSize);
}

PackageLayer read_layer(const JsonReader& json) {
  return {json.text("name"),          json.text("kind"),           read_tensor(json.object("output")),
          json.count("arena_offset"), json.count("scratch_bytes"), json.count("weight_bytes")};
}

PackageStream read_stream(const JsonReader& json) {
  PackageStream stream{json.integer("hop", 1, kLargestSize),
                       json.integer("window", 1, kLargestSize),
                       json.count("context_bytes"),
                       json.count("kept_bytes"),
                       json.count("macs"),
                       json.count("window_macs"),
                       {}};
  for (const JsonReader& layer : json.objects("layers")) {
    stream.layers.push_back({layer.text("name"), layer.count("columns"), layer.count("window_columns"),
                             layer.has("why_whole") ? layer.text("why_whole") : ""});
  }
  return stream;
}

// A package is one flat folder.
bool is_file_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && name[0] != '.' && name != kManifestName &&
         name.find_first_not_of(kNameLetters) == std::string::npos;
}

std::map<std::string, PackageFile> read_files(const JsonReader& json) {
  std::map<std::string, PackageFile> files;
  for (const auto& item : json.raw("files").items()) {
    const JsonReader file = json.object("files").object(item.key());
    if (!is_file_name(item.key())) {
      json.refuse(
          "lists '{}', which is no name of a file in a package; expected up to {} of A-Z a-z 0-9 _ . -, none of "
          "them a leading dot",
          item.key(), kLongestName);
    }
    files[item.key()] = {file.count("bytes"), file.text("sha256")};
  }
  return files;
}

PackageManifest read_manifest(const JsonReader& json) {
  PackageManifest manifest;
  json.expect(json.text("format") == kFormat, "format", kFormat);
  json.integer("version", kManifestVersion, kManifestVersion);
  manifest.name = json.text("name");
  manifest.prefix = json.text("prefix");
  manifest.arm = json.text("arm");
  manifest.task = json.choice<TaskKind>("task", kTaskNames);
  manifest.net_fingerprint = json.text("net_fingerprint");
  manifest.spec_fingerprint = json.text("spec_fingerprint");
  manifest.classes = json.texts("classes");
  read_input(json.object("input"), manifest);
  manifest.output = read_tensor(json.object("output"));
  manifest.arena_bytes = json.count("arena_bytes");
  manifest.arena_lower_bound_bytes = json.count("arena_lower_bound_bytes");
  manifest.vectors = json.count("vectors");
  for (const JsonReader& layer : json.objects("layers")) manifest.layers.push_back(read_layer(layer));
  if (json.has("stream")) manifest.stream = read_stream(json.object("stream"));
  manifest.files = read_files(json);
  for (const char* ending : {".h", ".c"}) {
    if (manifest.files.count(manifest.prefix + ending) == 0)
      json.refuse("lists no {}{}, the student's own", manifest.prefix, ending);
  }
  return manifest;
}

}  // namespace

std::string manifest_text(const PackageManifest& manifest) {
  return text_of(manifest, sha256_hex(text_of(manifest, "")));
}

Result<PackageManifest> parse_package_manifest(std::string_view text, const std::string& place) {
  constexpr const char* kPossible = "write the package again with this program";
  APPRENTICE_TRY(const Json json, parse_json(text, place, kPossible));
  const JsonReader reader(json, place, kPossible);
  PackageManifest manifest = read_manifest(reader);
  APPRENTICE_CHECK(reader.status());
  if (manifest_text(manifest) != text)  // covers keys that are not read, and the seal
    return bad_input(place, "was changed: it is not what its manifest_sha256 seals; {}", kPossible);
  return manifest;
}

}  // namespace apprentice::package

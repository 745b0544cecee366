// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/frontend_spec.h"

namespace apprentice::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLongestFrame = int64_t{1} << 20;
constexpr size_t kMostStages = 32, kMostParts = 16;

Json stage_to_json(const StageSpec& stage) {
  return {{"kind", stage.kind}, {"numbers", stage.numbers}, {"words", stage.words}};
}

StageSpec read_stage(const JsonReader& json) {
  StageSpec stage;
  stage.kind = json.text("kind");
  const JsonReader numbers = json.object("numbers"), words = json.object("words");
  for (const std::string& key : numbers.keys()) stage.numbers[key] = numbers.finite(key);
  for (const std::string& key : words.keys()) stage.words[key] = words.texts(key);
  json.refuse_unknown();
  return stage;
}

Json part_to_json(const FrontendPart& part) {
  Json stages = Json::array();
  for (const StageSpec& stage : part.stages) stages.push_back(stage_to_json(stage));
  return {{"frame_length", part.frame_length}, {"hop", part.hop}, {"stages", std::move(stages)}};
}

FrontendPart read_part(const JsonReader& json) {
  FrontendPart part;
  part.frame_length = json.integer("frame_length", 1, kLongestFrame);
  part.hop = json.integer("hop", 1, kLongestFrame);
  const std::vector<JsonReader> stages = json.objects("stages");
  if (stages.size() > kMostStages) json.refuse("has more than {} stages", kMostStages);
  for (const JsonReader& stage : stages) part.stages.push_back(read_stage(stage));
  json.refuse_unknown();
  return part;
}

}  // namespace

bool StageSpec::operator==(const StageSpec& other) const {
  return kind == other.kind && numbers == other.numbers && words == other.words;
}

bool FrontendPart::operator==(const FrontendPart& other) const {
  return frame_length == other.frame_length && hop == other.hop && stages == other.stages;
}

bool FrontendSpec::operator==(const FrontendSpec& other) const {
  return mean == other.mean && scale == other.scale && parts == other.parts;
}

Json to_json(const FrontendSpec& spec) {
  Json parts = Json::array();
  for (const FrontendPart& part : spec.parts) parts.push_back(part_to_json(part));
  return {{"mean", spec.mean}, {"scale", spec.scale}, {"parts", std::move(parts)}};
}

FrontendSpec frontend_spec_from_json(const JsonReader& json) {
  FrontendSpec spec;
  spec.mean = json.finite_floats("mean");
  spec.scale = json.finite_floats("scale");
  if (spec.mean.size() != spec.scale.size() || spec.mean.empty())
    json.refuse("'mean' has {} values and 'scale' {}, but each raw channel has one of both", spec.mean.size(),
                spec.scale.size());
  const std::vector<JsonReader> parts = json.objects("parts");
  if (parts.empty() || parts.size() > kMostParts)
    json.refuse("has {} parts, but a front end has 1 to {}", parts.size(), kMostParts);
  for (const JsonReader& part : parts) spec.parts.push_back(read_part(part));
  json.refuse_unknown();
  return spec;
}

}  // namespace apprentice::model

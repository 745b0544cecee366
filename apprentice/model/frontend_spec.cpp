// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/frontend_spec.h"

namespace apprentice::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLongestFrame = int64_t{1} << 20;
constexpr size_t kMostStages = 32;

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

}  // namespace

bool StageSpec::operator==(const StageSpec& other) const {
  return kind == other.kind && numbers == other.numbers && words == other.words;
}

bool FrontendSpec::operator==(const FrontendSpec& other) const {
  return mean == other.mean && scale == other.scale && frame_length == other.frame_length && hop == other.hop &&
         stages == other.stages;
}

Json to_json(const FrontendSpec& spec) {
  Json stages = Json::array();
  for (const StageSpec& stage : spec.stages) stages.push_back(stage_to_json(stage));
  return {{"mean", spec.mean},
          {"scale", spec.scale},
          {"frame_length", spec.frame_length},
          {"hop", spec.hop},
          {"stages", std::move(stages)}};
}

FrontendSpec frontend_spec_from_json(const JsonReader& json) {
  FrontendSpec spec;
  spec.mean = json.finite_floats("mean");
  spec.scale = json.finite_floats("scale");
  if (spec.mean.size() != spec.scale.size() || spec.mean.empty())
    json.refuse("'mean' has {} values and 'scale' {}, but each raw channel has one of both", spec.mean.size(),
                spec.scale.size());
  spec.frame_length = json.integer("frame_length", 1, kLongestFrame);
  spec.hop = json.integer("hop", 1, kLongestFrame);
  const std::vector<JsonReader> stages = json.objects("stages");
  if (stages.size() > kMostStages) json.refuse("has more than {} stages", kMostStages);
  for (const JsonReader& stage : stages) spec.stages.push_back(read_stage(stage));
  json.refuse_unknown();
  return spec;
}

}  // namespace apprentice::model

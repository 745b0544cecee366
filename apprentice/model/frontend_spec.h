// SPDX-License-Identifier: Apache-2.0
// FrontendSpec: what stands between raw samples and the first layer of a student, as plain data: one chain of
// fixed-point stages, or several side by side. What a stage means is said by frontend/ alone.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/json_reader.h"
#include "apprentice/base/tensor.h"

namespace apprentice::model {

// One stage: a row of frontend/kinds.def, and the values of all of its keys.
struct StageSpec {
  std::string kind;
  std::map<std::string, double> numbers;
  std::map<std::string, std::vector<std::string>> words;
  bool operator==(const StageSpec& other) const;
};

// Each channel is cut into frames, and every frame goes through the stages.
struct FrontendPart {
  int64_t frame_length = 0, hop = 0;  // in time steps; a frame that does not fit whole is left out
  std::vector<StageSpec> stages;
  bool operator==(const FrontendPart& other) const;
};

// Raw samples are [channels, time].
struct FrontendSpec {
  // Raw value to int16, per raw channel: round half to even of (x - mean) * scale, clamped. float32.
  std::vector<float> mean, scale;
  std::vector<FrontendPart> parts;  // their features stand one after the other
  bool operator==(const FrontendSpec& other) const;
};

nlohmann::ordered_json to_json(const FrontendSpec& spec);
// Refuses unknown keys, wrong types, absurd sizes; whether the stages fit each other is asked of frontend/.
FrontendSpec frontend_spec_from_json(const JsonReader& json);

}  // namespace apprentice::model

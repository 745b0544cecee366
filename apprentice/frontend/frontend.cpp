// SPDX-License-Identifier: Apache-2.0
#include "apprentice/frontend/frontend.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apprentice/base/nearest.h"
#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

// "hann, hamming, none"
std::string listed(const std::vector<const char*>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

const StageKey* find_key(const StageKind& kind, const std::string& name) {
  for (const StageKey& key : kind.keys) {
    if (name == key.name) return &key;
  }
  return nullptr;
}

Status check_number(const StageKey& key, const model::StageSpec& spec) {
  const auto found = spec.numbers.find(key.name);
  if (found == spec.numbers.end()) return bad_input("", "has no number '{}'", key.name);
  const double value = found->second;
  if (!(value >= key.least && value <= key.most)) {
    return bad_input("", "'{}' is {}, but must be from {} to {}", key.name, value, key.least, key.most);
  }
  if (key.whole && value != std::floor(value)) return bad_input("", "'{}' is {}, but must be whole", key.name, value);
  return {};
}

Status check_words(const StageKey& key, const model::StageSpec& spec) {
  const auto found = spec.words.find(key.name);
  if (found == spec.words.end() || found->second.empty())
    return bad_input("", "has no '{}'; possible: {}", key.name, listed(key.choices));
  const std::vector<std::string>& words = found->second;
  if (words.size() > 1 && !key.several)
    return bad_input("", "'{}' has {} words, but takes one of: {}", key.name, words.size(), listed(key.choices));
  for (size_t i = 0; i < words.size(); ++i) {
    const auto known = std::find(key.choices.begin(), key.choices.end(), words[i]);
    if (known == key.choices.end())
      return bad_input("", "'{}' is '{}'; possible: {}", key.name, words[i], listed(key.choices));
    if (std::find(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i), words[i]) !=
        words.begin() + static_cast<std::ptrdiff_t>(i))
      return bad_input("", "'{}' names '{}' twice", key.name, words[i]);
  }
  return {};
}

Status check_unknown(const StageKind& kind, const std::string& name, bool is_number) {
  const StageKey* key = find_key(kind, name);
  if (key != nullptr && key->choices.empty() == is_number) return {};
  if (key != nullptr) return bad_input("", "'{}' must be a {}", name, is_number ? "word" : "number");
  std::vector<std::string> names;
  for (const StageKey& known : kind.keys) names.emplace_back(known.name);
  return bad_input("", "does not know '{}'; {}", name, known_names("keys", names, name));
}

Status check_keys(const StageKind& kind, const model::StageSpec& spec) {
  for (const auto& entry : spec.numbers) APPRENTICE_CHECK(check_unknown(kind, entry.first, true));
  for (const auto& entry : spec.words) APPRENTICE_CHECK(check_unknown(kind, entry.first, false));
  for (const StageKey& key : kind.keys)
    APPRENTICE_CHECK(key.choices.empty() ? check_number(key, spec) : check_words(key, spec));
  return {};
}

Result<FrameInfo> check_stage(const StageKind& kind, const model::StageSpec& spec, const FrameInfo& input) {
  APPRENTICE_CHECK(check_keys(kind, spec));
  return kind.infer(spec, input);
}

Status check_raw(const model::FrontendSpec& spec, const Shape& raw) {
  const char* const place = "front end";
  if (raw.size() != 2) return bad_input(place, "takes raw samples of [channels, time], not {}", to_string(raw));
  if (spec.mean.size() != spec.scale.size() || static_cast<int64_t>(spec.mean.size()) != raw[0]) {
    return bad_input(place, "has a mean for {} channels and a scale for {}, but raw samples have {}", spec.mean.size(),
                     spec.scale.size(), raw[0]);
  }
  if (spec.parts.empty()) return bad_input(place, "has no part");
  return {};
}

Result<int64_t> frames_of(const model::FrontendPart& part, int64_t steps, const std::string& place) {
  if (part.frame_length < 1 || part.hop < 1)
    return bad_input(place, "a frame of {} steps every {} is none", part.frame_length, part.hop);
  if (part.frame_length > steps)
    return bad_input(place, "a frame has {} steps, but a window only {}", part.frame_length, steps);
  return (steps - part.frame_length) / part.hop + 1;
}

}  // namespace

Result<Frontend::Part> Frontend::make_part(const model::FrontendPart& spec, const std::string& place) {
  Part made;
  made.frame_length = spec.frame_length, made.hop = spec.hop;
  FrameInfo info;
  info.values = spec.frame_length;
  info.exponent = 0;
  made.infos = {info};
  std::string at = place;
  for (size_t i = 0; i < spec.stages.size(); ++i) {
    const std::string& name = spec.stages[i].kind;
    at = fmt::format("{}, stage {} '{}'", place, i + 1, name);
    const StageKind* kind = find_stage_kind(name);
    if (kind == nullptr) {
      std::vector<std::string> names;
      for (const StageKind& known : stage_kinds()) names.emplace_back(known.name);
      return bad_input(at, "there is no such stage; {}", known_names("stages", names, name));
    }
    const Result<FrameInfo> next = check_stage(*kind, spec.stages[i], info);
    if (!next) return bad_input(at, "{}", next.error().message);
    made.kinds.push_back(kind);
    made.stages.push_back(kind->make(spec.stages[i], info, *next));
    info = *next;
    made.infos.push_back(info);
  }
  if (fits_int16(info) && info.exponent) return made;
  return bad_input(
      at, "each frame has a unit of its own after it; end with a stage that gives one unit for all, such as 'log'");
}

Result<Frontend> Frontend::create(model::FrontendSpec spec, const Shape& raw) {
  APPRENTICE_CHECK(check_raw(spec, raw));
  Frontend made;
  made.raw_ = raw;
  made.shape_ = {0, 0};
  for (size_t p = 0; p < spec.parts.size(); ++p) {
    const std::string place = spec.parts.size() == 1 ? "front end" : fmt::format("front end, part {}", p + 1);
    APPRENTICE_TRY(const int64_t frames, frames_of(spec.parts[p], raw[1], place));
    if (p > 0 && frames != made.shape_[1]) {
      return bad_input(place, "gives {} frames of a window, but the parts before it {}; take the same frame and hop",
                       frames, made.shape_[1]);
    }
    APPRENTICE_TRY(Part part, make_part(spec.parts[p], place));
    const int64_t rows = raw[0] * part.infos.back().values;
    made.shape_ = {made.shape_[0] + rows, frames};
    made.scales_.insert(made.scales_.end(), static_cast<size_t>(rows), std::exp2(*part.infos.back().exponent));
    made.parts_.push_back(std::move(part));
  }
  made.spec_ = std::move(spec);
  return made;
}

template <typename Visit>
void Frontend::for_each_channel(Visit visit) const {
  int64_t row = 0;
  for (const Part& part : parts_) {
    for (int64_t c = 0; c < raw_[0]; ++c, row += part.infos.back().values) visit(part, c, row);
  }
}

void Frontend::run(const float* sample, int16_t* features) const {
  const int64_t frames = shape_[1];
  std::vector<int16_t> raw(static_cast<size_t>(raw_[1]));
  FixedFrame frame;
  for_each_channel([&](const Part& part, int64_t c, int64_t row) {
    const auto channel = static_cast<size_t>(c);
    quantize_samples(sample + c * raw_[1], spec_.mean[channel], spec_.scale[channel], raw);
    for (int64_t f = 0; f < frames; ++f) {
      const auto begin = raw.begin() + f * part.hop;
      frame.values.assign(begin, begin + part.frame_length);
      frame.exponent = 0;
      for (const auto& stage : part.stages) stage->run_fixed(frame);
      for (size_t v = 0; v < frame.values.size(); ++v)
        features[(row + static_cast<int64_t>(v)) * frames + f] = static_cast<int16_t>(frame.values[v]);
    }
  });
}

void Frontend::run_float(const float* sample, double* features) const {
  const int64_t frames = shape_[1];
  for_each_channel([&](const Part& part, int64_t c, int64_t row) {
    const auto channel = static_cast<size_t>(c);
    for (int64_t f = 0; f < frames; ++f) {
      std::vector<double> frame;
      for (int64_t i = 0; i < part.frame_length; ++i) {
        const double x = double{sample[c * raw_[1] + f * part.hop + i]};
        const double scaled = (x - double{spec_.mean[channel]}) * double{spec_.scale[channel]};
        frame.push_back(std::isnan(scaled) ? 0.0 : std::clamp(scaled, -32768.0, 32767.0));
      }
      for (const auto& stage : part.stages) stage->run_float(frame);
      for (size_t v = 0; v < frame.size(); ++v) features[(row + static_cast<int64_t>(v)) * frames + f] = frame[v];
    }
  });
}

}  // namespace apprentice::frontend

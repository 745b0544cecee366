// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/frontends.h"

#include <algorithm>

#include "apprentice/base/nearest.h"
#include "apprentice/frontend/stage.h"

namespace apprentice::families {
namespace {

using Stages = std::vector<model::StageSpec>;

// The smallest power of two that holds a frame.
int64_t points_for(int64_t length) {
  int64_t points = 16;
  while (points < length) points *= 2;
  return points;
}

model::StageSpec word(const std::string& kind, const std::string& key, const std::string& value) {
  return {kind, {}, {{key, {value}}}};
}

std::string read_word(Config& keys, const char* key, std::string value, const std::vector<std::string>& choices) {
  keys.read_choice(key, value, choices);
  return value;
}

// What all chains over frequencies begin with, down to the power.
Stages power_stages(Config& keys, int64_t length) {
  Stages stages;
  bool standardise = false;
  keys.read("standardise", standardise);
  if (standardise) stages.push_back({"standardise", {}, {}});
  model::StageSpec window = word("window", "shape", read_word(keys, "window", "hann", {"hann", "hamming", "none"}));
  window.words["form"] = {"periodic"};
  model::StageSpec spectrum = word("spectrum", "output", "power");
  spectrum.numbers["points"] = static_cast<double>(points_for(length));
  stages.push_back(window);
  stages.push_back(spectrum);
  return stages;
}

// With its key `floor`.
model::StageSpec log_stage(Config& keys, const char* base) {
  model::StageSpec log = word("log", "base", base);
  double floor = 1.0;
  keys.read_bounded("floor", floor, 1e-6, 1e12);
  log.numbers["floor"] = floor;
  return log;
}

Stages spectrum(Config& keys, int64_t length) {
  Stages stages = power_stages(keys, length);
  stages.push_back(log_stage(keys, "log2"));
  return stages;
}

Stages log_mel(Config& keys, int64_t length) {
  Stages stages = power_stages(keys, length);
  model::StageSpec mel{"mel", {}, {}};
  mel.words["scale"] = {read_word(keys, "scale", "htk", {"htk", "slaney"})};
  mel.words["triangle"] = {"hz"};
  mel.words["area"] = {read_word(keys, "area", "one", {"one", "slaney"})};
  double bands = 40.0, rate = 2.0, low = 0.0;
  keys.read_bounded("bands", bands, 1.0, 512.0);
  keys.require("sample_rate_hz", rate).read("low_hz", low);
  double high = rate / 2.0;
  keys.read("high_hz", high);
  mel.numbers = {{"bands", bands}, {"sample_rate_hz", rate}, {"low_hz", low}, {"high_hz", high}};
  stages.push_back(mel);
  stages.push_back(log_stage(keys, "ln"));
  return stages;
}

Stages mfcc(Config& keys, int64_t length) {
  Stages stages = log_mel(keys, length);
  double coefficients = 10.0;
  keys.read_bounded("coefficients", coefficients, 1.0, 512.0);
  stages.push_back({"dct", {{"coefficients", coefficients}}, {}});
  return stages;
}

Stages statistics(Config& keys, int64_t) {
  std::vector<std::string> of = {"mean", "deviation", "last"};
  keys.read("of", of);
  return {{"statistics", {}, {{"of", of}}}};
}

}  // namespace

const std::vector<FrontendChain>& frontend_chains() {
  static const std::vector<FrontendChain> chains = {
      {"spectrum", "log2 of the power of each frequency; window = \"hann\", floor = 1.0, standardise = false",
       spectrum},
      {"log_mel",
       "ln of mel bands; window, floor, standardise, sample_rate_hz, bands = 40, low_hz, high_hz, scale = \"htk\"",
       log_mel},
      {"mfcc", "cosine transform of log_mel; its keys, and coefficients = 10", mfcc},
      {"statistics", "numbers about each channel; of = [\"mean\", \"deviation\", \"last\"]", statistics},
  };
  return chains;
}

namespace {

const FrontendChain* find_chain(const std::string& name) {
  const auto chain = std::find_if(frontend_chains().begin(), frontend_chains().end(),
                                  [&](const FrontendChain& row) { return row.name == name; });
  return chain == frontend_chains().end() ? nullptr : &*chain;
}

// A stage as its table gives it: numbers all, words where they are not the first of those that a key takes.
model::StageSpec read_stage(Config& table) {
  model::StageSpec stage;
  table.require("kind", stage.kind);
  const frontend::StageKind* const kind = frontend::find_stage_kind(stage.kind);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const frontend::StageKind& known : frontend::stage_kinds()) names.emplace_back(known.name);
    table.reject("kind", fmt::format("unknown kind '{}'; {}", stage.kind, known_names("kinds", names, stage.kind)));
    return stage;
  }
  for (const frontend::StageKey& key : kind->keys) {
    if (key.choices.empty()) {
      table.require(key.name, stage.numbers[key.name]);
    } else {
      stage.words[key.name] = {key.choices.front()};
      table.read(key.name, stage.words[key.name]);
    }
  }
  return stage;
}

// [[layer]] tables are the stages of a chain of the job's own; otherwise `kind` names one chain or several, which read
// their keys from the same table.
void read_parts(Config& table, int64_t steps, std::vector<model::FrontendPart>& parts) {
  model::FrontendPart part;
  table.read_bounded("frame", part.frame_length, 0, steps);
  if (part.frame_length == 0) part.frame_length = steps;
  part.hop = std::max<int64_t>(part.frame_length / 2, 1);
  table.read_bounded("hop", part.hop, 1, steps);
  if (table.has("layer")) {
    for (Config& layer : table.tables("layer")) part.stages.push_back(read_stage(layer));
    parts.push_back(part);
    return;
  }
  std::vector<std::string> kinds = {frontend_chains().front().name};
  table.read("kind", kinds);
  if (kinds.empty()) table.reject("kind", "'kind' names no front end");
  for (size_t i = 0; i < kinds.size(); ++i) {
    const FrontendChain* const chain = find_chain(kinds[i]);
    if (chain == nullptr) {
      std::vector<std::string> names;
      for (const FrontendChain& known : frontend_chains()) names.emplace_back(known.name);
      table.reject("kind", fmt::format("unknown kind '{}'; {}", kinds[i], known_names("kinds", names, kinds[i])));
      continue;
    }
    if (std::count(kinds.begin(), kinds.end(), kinds[i]) > 1)
      table.reject("kind", fmt::format("'kind' names '{}' twice; take a [[frontend.part]] for each", kinds[i]));
    part.stages = chain->make(table, part.frame_length);
    parts.push_back(part);
  }
}

}  // namespace

Result<model::FrontendSpec> read_frontend(Config& table, const Shape& raw) {
  if (raw.size() != 2) {
    return bad_input(table.place(), "a front end takes windows [channels, time], but samples are {}", to_string(raw));
  }
  model::FrontendSpec spec;
  if (!table.has("part")) {
    read_parts(table, raw[1], spec.parts);
    return spec;
  }
  for (Config& part : table.tables("part")) read_parts(part, raw[1], spec.parts);
  return spec;
}

}  // namespace apprentice::families

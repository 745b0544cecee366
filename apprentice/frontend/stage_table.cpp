// SPDX-License-Identifier: Apache-2.0
// The table of stages, made from kinds.def, and what the rows share.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

constexpr size_t kValuesPerLine = 16;

}  // namespace

const std::vector<StageKind>& stage_kinds() {
  static const std::vector<StageKind> kinds = {
#define APPRENTICE_STAGE(name) rows::name(),
#include "apprentice/frontend/kinds.def"
#undef APPRENTICE_STAGE
  };
  return kinds;
}

const StageKind* find_stage_kind(const std::string& name) {
  for (const StageKind& kind : stage_kinds()) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

double number_of(const model::StageSpec& spec, const char* key) { return spec.numbers.at(key); }

int64_t whole_number_of(const model::StageSpec& spec, const char* key) {
  return static_cast<int64_t>(spec.numbers.at(key));
}

const std::string& word_of(const model::StageSpec& spec, const char* key) { return spec.words.at(key).front(); }

int room_of(const std::vector<int32_t>& values) {
  int room = 15;
  for (const int32_t value : values) {
    while (value * (int64_t{1} << room) > 32767 || value * (int64_t{1} << room) < -32768) --room;
  }
  return room;
}

int16_t to_q15(double value) { return static_cast<int16_t>(std::min(32767.0, std::nearbyint(value * 32768.0))); }

std::string table_text(const std::string& type, const std::string& name, const std::vector<int64_t>& values) {
  std::string text = fmt::format("static const {} {}[{}] APPRENTICE_ALIGNED = {{", type, name, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    text += i % kValuesPerLine == 0 ? "\n  " : " ";
    text += fmt::format("{},", values[i]);
  }
  return text + "\n};\n";
}

}  // namespace apprentice::frontend

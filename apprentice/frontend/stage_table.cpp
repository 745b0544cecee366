// SPDX-License-Identifier: Apache-2.0
// The table of stages, made from kinds.def, and what the rows share.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

constexpr size_t kValuesPerLine = 16;

template <typename T>
std::string text_of(const char* type, const std::string& name, const std::vector<T>& values) {
  std::string text = fmt::format("static const {} {}[{}] APPRENTICE_ALIGNED = {{", type, name, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    text += i % kValuesPerLine == 0 ? "\n  " : " ";
    text += fmt::format("{},", values[i]);
  }
  return text + "\n};\n";
}

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
  // A negative value needs the bits of its complement.
  int32_t used = 0;
  for (const int32_t value : values) used |= value < 0 ? ~value : value;
  return used == 0 ? 15 : 14 - highest_bit(static_cast<uint64_t>(used));
}

int16_t to_q15(double value) { return static_cast<int16_t>(std::min(32767.0, std::nearbyint(value * 32768.0))); }

std::string table_text(const std::string& name, const std::vector<int16_t>& values) {
  return text_of("int16_t", name, values);
}
std::string table_text(const std::string& name, const std::vector<uint16_t>& values) {
  return text_of("uint16_t", name, values);
}

}  // namespace apprentice::frontend

// SPDX-License-Identifier: Apache-2.0
// The C99 text of a front end: it means what Frontend::run means, bit for bit.
#include <algorithm>
#include <cstring>

#include "apprentice/frontend/frontend.h"
#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

// {0} prefix, {1} the function up to its samples, {2} parts
constexpr const char* kFunction =
    R"(static void {0}{1}* samples, int32_t frame, int16_t* features, int32_t* scratch) {{
  int32_t c;
{2}}}
)";

// {0} channels, {1} values, {2} how a frame is read, {3} stages
constexpr const char* kPart = R"(  for (c = 0; c < {0}; ++c, features += {1}) {{
    int32_t exponent = 0;
    {2}
{3}    memcpy(features, scratch, {1} * sizeof *features);
    (void)exponent;
  }}
)";

// {0} prefix, {1} channels, {2} frame length, {3} hop * channels
struct Reading {
  const char *function, *call;
};
constexpr Reading kRaw = {"_features(const float",
                          "apprentice_read_frame(samples + frame * {3} + c, {1}, {2}, {0}_frontend_mean[c], "
                          "{0}_frontend_scale[c], scratch);"};
constexpr Reading kQuantized = {"_stream_features(const int16_t",
                                "apprentice_copy_frame(samples + frame * {3} + c, {1}, {2}, scratch);"};

// Reads back as the same float.
std::string floats(const std::string& name, const std::vector<float>& values) {
  std::string text = fmt::format("static const float {}[{}] = {{", name, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    std::string number = fmt::format("{:.9g}", values[i]);
    if (number.find_first_of(".e") == std::string::npos) number += ".0";
    text += fmt::format("{}{}F", i == 0 ? "" : ", ", number);
  }
  return text + "};\n";
}

int64_t bytes_of(const FrameInfo& info) { return info.values * (fits_int16(info) ? 2 : 4); }

}  // namespace

FrontendText Frontend::c_text(const std::string& prefix, FrameSource source) const {
  FrontendText text;
  text.headers = {"apprentice_frame.h"};
  text.constants = floats(prefix + "_frontend_mean", spec_.mean) + floats(prefix + "_frontend_scale", spec_.scale);
  const Reading& reading = source == FrameSource::kRaw ? kRaw : kQuantized;
  std::string parts;
  size_t count = 0;
  for (const Part& part : parts_) {
    std::string calls;
    for (size_t i = 0; i < part.stages.size(); ++i) {
      const StageCText stage = part.stages[i]->write(fmt::format("{}_stage{}", prefix, count++));
      text.constants += stage.constants;
      calls += stage.call;
      text.headers.emplace_back(part.kinds[i]->header);
    }
    parts += fmt::format(kPart, raw_[0], part.infos.back().values,
                         fmt::format(reading.call, prefix, raw_[0], part.frame_length, part.hop * raw_[0]), calls);
  }
  std::sort(text.headers.begin(), text.headers.end());
  text.headers.erase(std::unique(text.headers.begin(), text.headers.end()), text.headers.end());
  text.function = fmt::format(kFunction, prefix, reading.function, parts);
  return text;
}

int64_t Frontend::scratch_bytes() const {
  int64_t bytes = 0;
  for (const Part& part : parts_) {
    bytes = std::max(bytes, bytes_of(part.infos[0]));
    for (size_t i = 0; i < part.stages.size(); ++i) {
      const int64_t frame = std::max(bytes_of(part.infos[i]), bytes_of(part.infos[i + 1]));
      bytes = std::max(bytes, frame + part.stages[i]->work_bytes());
    }
  }
  return (bytes + 3) / 4 * 4;
}

}  // namespace apprentice::frontend

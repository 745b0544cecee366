// SPDX-License-Identifier: Apache-2.0
// What a few numbers say about a frame of raw samples. Each has a unit of its own, so that all fit int16.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/log2_fixed.h"
#include "apprentice/frontend/sums.h"

namespace apprentice::frontend::rows {
namespace {

constexpr double kOctave = 2048.0;  // units of log_deviation
constexpr double kLeastLog = -8.0;  // of no deviation at all
constexpr double kCrestUnit = 512.0;
constexpr double kMomentUnit = 256.0;  // of skewness and kurtosis

// Sums of powers of what is left of each value without the mean, in the unit with which the largest has `bits` bits.
struct Moments {
  int64_t third = 0;
  uint64_t second = 0, fourth = 0;
};
Moments moments_of(const std::vector<int32_t>& values, const Sums& s, int bits) {
  Moments moments;
  const int64_t largest = s.largest_rest();
  if (largest == 0) return moments;
  const int shift = highest_bit(static_cast<uint64_t>(largest)) + 1 - bits;
  for (const int64_t x : values) {
    const int64_t scaled = shifted(s.count * x - s.sum, shift);
    const auto square = static_cast<uint64_t>(scaled * scaled);
    moments.second += square;
    moments.third += static_cast<int64_t>(square) * scaled;
    moments.fourth += square * square;
  }
  return moments;
}

// With which no sum of fourth powers leaves 63 bits.
int moment_bits(int64_t count) {
  int64_t room = 1;
  int log2 = 0;
  for (; room < count; room *= 2) ++log2;
  return (63 - log2) / 4;
}

// value / divisor to nearest, ties up; divisor > 0.
int64_t rounded_ratio(int64_t value, int64_t divisor) {
  const int64_t twice = 2 * value + divisor;
  const int64_t quotient = twice / (2 * divisor);
  return twice % (2 * divisor) < 0 ? quotient - 1 : quotient;
}

int64_t log2_of_count(int64_t count) { return std::llround(32768.0 * std::log2(static_cast<double>(count))); }

int64_t log_deviation(const Sums& s) {
  const auto least = static_cast<int64_t>(kLeastLog * kOctave);
  if (s.spread() == 0) return least;
  const int64_t log2 = (log2_fixed(s.spread()) >> 1) - log2_of_count(s.count);
  return std::max(least, (log2 + 8) >> 4);
}

// The root of 2^18 N peak^2 / Q, to nearest.
int64_t crest(const Sums& s) {
  if (s.squares == 0) return 0;
  const auto unit = static_cast<uint64_t>(kCrestUnit * kCrestUnit);
  const uint64_t power = static_cast<uint64_t>(s.peak() * s.peak() * s.count) * unit;
  const auto squares = static_cast<uint64_t>(s.squares);
  const auto ratio = static_cast<int64_t>((power + squares / 2) / squares);
  const int64_t root = floor_root(ratio);
  return ratio - root * root > root ? root + 1 : root;
}

// N fourth / second^2, divided in two steps: no product leaves 63 bits.
int64_t kurtosis(const Sums& s, const Moments& m) {
  if (m.second == 0) return 0;
  const auto second = static_cast<int64_t>(m.second);
  const auto ratio = static_cast<int64_t>((m.fourth + m.second / 2) / m.second);
  return rounded_ratio(static_cast<int64_t>(kMomentUnit) * s.count * ratio, second);
}

// (third / second) / root(second / N), both in units of 2^-10.
int64_t skewness(const Sums& s, const Moments& m) {
  if (m.second == 0) return 0;
  const auto second = static_cast<int64_t>(m.second);
  const int64_t ratio = rounded_ratio(m.third * 1024, second);
  const int64_t root = floor_root(rounded_ratio(second << 20, s.count));
  return rounded_ratio(static_cast<int64_t>(kMomentUnit) * ratio, root);
}

// One statistic: in fixed point, in float64, and its kernel.
struct Statistic {
  const char *name, *kernel;
  int64_t (*fixed)(const Sums& sums);
  double (*exact)(const std::vector<double>& values);
  int64_t (*of_moments)(const Sums& sums, const Moments& moments) = nullptr;  // where it needs these: instead of fixed
};

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}
double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double x : values) sum += (x - mean) * (x - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}
double rms_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double x : values) sum += x * x;
  return std::sqrt(sum / static_cast<double>(values.size()));
}
double peak_of(const std::vector<double>& values) {
  double peak = 0.0;
  for (const double x : values) peak = std::max(peak, std::abs(x));
  return peak;
}
double log_deviation_of(const std::vector<double>& values) {
  return kOctave * std::max(kLeastLog, std::log2(deviation_of(values)));
}
// The rise of the straight line with the least squares, over the whole frame.
double slope_of(const std::vector<double>& values) {
  const double size = static_cast<double>(values.size());
  double sum = 0.0;
  for (size_t i = 0; i < values.size(); ++i) sum += (2.0 * static_cast<double>(i) - (size - 1.0)) * values[i];
  return 6.0 * sum / (size * (size + 1.0));
}
double crest_of(const std::vector<double>& values) {
  const double rms = rms_of(values);
  return rms > 0.0 ? kCrestUnit * peak_of(values) / rms : 0.0;
}
double crossings_of(const std::vector<double>& values) {
  double crossings = 0.0;
  for (size_t i = 1; i < values.size(); ++i) crossings += (values[i] < 0.0) != (values[i - 1] < 0.0) ? 1.0 : 0.0;
  return crossings;
}
// The mean of (x - mean)^power, in deviations.
double moment_of(const std::vector<double>& values, int power) {
  const double mean = mean_of(values), deviation = deviation_of(values);
  if (deviation == 0.0) return 0.0;
  double sum = 0.0;
  for (const double x : values) sum += std::pow((x - mean) / deviation, power);
  return kMomentUnit * sum / static_cast<double>(values.size());
}

const std::vector<Statistic>& statistics_table() {
  static const std::vector<Statistic> table = {
      {"mean", "mean", [](const Sums& s) { return rounded_ratio(s.sum, s.count); }, mean_of},
      {"deviation", "deviation", [](const Sums& s) { return rounded_ratio(floor_root(s.spread()), s.count); },
       deviation_of},
      {"log_deviation", "log_deviation", log_deviation, log_deviation_of},
      {"last", "last", [](const Sums& s) { return s.last; }, [](const std::vector<double>& x) { return x.back(); }},
      {"slope", "slope", [](const Sums& s) { return rounded_ratio(6 * s.weighted, s.count * (s.count + 1)); },
       slope_of},
      {"rms", "rms", [](const Sums& s) { return rounded_ratio(floor_root(s.count * s.squares), s.count); }, rms_of},
      {"peak", "peak", [](const Sums& s) { return s.peak(); }, peak_of},
      {"crest", "crest", crest, crest_of},
      {"zero_crossings", "crossings", [](const Sums& s) { return s.crossings; }, crossings_of},
      {"skewness", "skewness", nullptr, [](const std::vector<double>& x) { return moment_of(x, 3); }, skewness},
      {"kurtosis", "kurtosis", nullptr, [](const std::vector<double>& x) { return moment_of(x, 4); }, kurtosis}};
  return table;
}

const Statistic& statistic(const std::string& name) {
  for (const Statistic& row : statistics_table()) {
    if (name == row.name) return row;
  }
  throw BrokenPromise("a checked stage has known statistics");
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  if (!fits_int16(input) || input.exponent != 0)
    return bad_input("", "takes raw samples, not what a stage before it gives");
  if (input.values > kLongestFrame)
    return bad_input("", "a frame of {} values is too long; the longest has {}", input.values, kLongestFrame);
  FrameInfo output;
  output.values = static_cast<int64_t>(spec.words.at("of").size());
  output.exponent = 0;
  return output;
}

class Statistics final : public Stage {
 public:
  Statistics(const model::StageSpec& spec, int64_t length) : length_(length) {
    for (const std::string& name : spec.words.at("of")) {
      chosen_.push_back(&statistic(name));
      moments_ = moments_ || chosen_.back()->of_moments != nullptr;
    }
  }

  void run_float(std::vector<double>& values) const override {
    std::vector<double> results;
    for (const Statistic* row : chosen_) results.push_back(std::clamp(row->exact(values), -32768.0, 32767.0));
    values = results;
  }

  void run_fixed(FixedFrame& frame) const override {
    const Sums sums(frame.values);
    const Moments moments = moments_ ? moments_of(frame.values, sums, moment_bits(length_)) : Moments{};
    frame.values.clear();
    for (const Statistic* row : chosen_) {
      const int64_t value = row->of_moments != nullptr ? row->of_moments(sums, moments) : row->fixed(sums);
      frame.values.push_back(static_cast<int32_t>(std::clamp<int64_t>(value, -32768, 32767)));
    }
  }

  StageCText write(const std::string&) const override {
    StageCText text;
    text.call =
        fmt::format("    {{\n      const apprentice_sums sums = apprentice_frame_sums(scratch, {});\n", length_);
    if (moments_) {
      text.call +=
          fmt::format("      const apprentice_moments moments = apprentice_frame_moments(scratch, sums, {});\n",
                      moment_bits(length_));
    }
    for (size_t i = 0; i < chosen_.size(); ++i)
      text.call += fmt::format("      apprentice_put(scratch, {}, {});\n", i, value_text(*chosen_[i]));
    text.call += "    }\n";
    return text;
  }

 private:
  std::string value_text(const Statistic& row) const {
    std::string more;
    if (row.of_moments != nullptr) more = ", moments";
    if (row.name == std::string("log_deviation")) more = fmt::format(", {}", log2_of_count(length_));
    return fmt::format("apprentice_frame_{}(sums{})", row.kernel, more);
  }

  int64_t length_;
  std::vector<const Statistic*> chosen_;
  bool moments_ = false;
};

}  // namespace

StageKind statistics() {
  StageKind kind;
  kind.name = "statistics";
  kind.summary =
      "numbers about a raw frame, one per word: mean, deviation, last, rms, peak and slope (the rise of the straight "
      "line over the frame) in raw units, log_deviation in 1/2048 of an octave, crest in 1/512, skewness and kurtosis "
      "in "
      "1/256, zero_crossings";
  kind.source = "sums in 64 bits, one root and one division each";
  StageKey of;
  of.name = "of";
  for (const Statistic& row : statistics_table()) of.choices.push_back(row.name);
  of.several = true;
  kind.keys = {of};
  kind.infer = infer;
  kind.make = [](const model::StageSpec& spec, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<Statistics>(spec, input.values));
  };
  kind.header = "apprentice_statistics.h";
  return kind;
}

}  // namespace apprentice::frontend::rows

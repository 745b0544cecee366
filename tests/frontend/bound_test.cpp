// SPDX-License-Identifier: Apache-2.0
// How far fixed point lies from float64: the bounds that docs/formats/frontend.md states.
#include "apprentice/frontend/stage.h"
#include "tests/frontend/chains.h"

namespace apprentice {
namespace {

using frontend::FixedFrame;
using frontend::FrameInfo;

// A stage between frames, and what comes out of it.
struct Made {
  FrameInfo output;
  std::shared_ptr<const frontend::Stage> stage;

  Made(const model::StageSpec& spec, const FrameInfo& input) {
    const frontend::StageKind& kind = *frontend::find_stage_kind(spec.kind);
    output = kind.infer(spec, input).value();
    stage = kind.make(spec, input, output);
  }
};

// A frame through some stages, both ways.
struct BothWays {
  FixedFrame fixed;
  std::vector<double> exact;
};
BothWays run_both(const std::vector<model::StageSpec>& stages, const test::Wave& wave) {
  BothWays both;
  for (const float value : wave) {
    const double inside = std::isnan(value) ? 0.0 : std::min(std::max(double{value}, -32768.0), 32767.0);
    both.fixed.values.push_back(static_cast<int32_t>(std::nearbyint(inside)));
    both.exact.push_back(both.fixed.values.back());
  }
  FrameInfo info;
  info.values = static_cast<int64_t>(wave.size());
  info.exponent = 0;
  for (const model::StageSpec& stage : stages) {
    const Made made(stage, info);
    info = made.output;
    made.stage->run_fixed(both.fixed);
    made.stage->run_float(both.exact);
    for (const int32_t value : both.fixed.values) EXPECT_LE(std::abs(int64_t{value}), (int64_t{1} << (info.bits - 1)));
    for (const double value : both.exact) EXPECT_LE(std::abs(value), std::exp2(info.top) * (1.0 + 1e-9));
  }
  return both;
}

double peak_of(const test::Wave& wave) {
  double peak = 0.0;
  for (const float value : wave)
    peak = std::max(peak, std::min(std::abs(std::isnan(value) ? 0.0 : double{value}), 32768.0));
  return peak;
}

// Differences of amplitudes: the largest one, and the root of their mean square against that of the amplitudes.
struct Difference {
  double largest = 0.0, relative = 0.0;
};
Difference amplitude_difference(const BothWays& both) {
  Difference result;
  double errors = 0.0, powers = 0.0;
  for (size_t i = 0; i < both.exact.size(); ++i) {
    const double fixed = std::sqrt(std::ldexp(both.fixed.values[i], both.fixed.exponent));
    const double error = fixed - std::sqrt(both.exact[i]);
    result.largest = std::max(result.largest, std::abs(error));
    errors += error * error;
    powers += both.exact[i];
  }
  result.relative = powers > 0.0 ? std::sqrt(errors / powers) : 0.0;
  return result;
}

class SpectrumOf : public testing::TestWithParam<int64_t> {};

TEST_P(SpectrumOf, IsWithinItsBoundsOfFloat64) {
  const int64_t points = GetParam();
  for (const std::string shape : {"none", "hann", "hamming"}) {
    for (const test::Wave& wave : test::hostile_waves(points, 7)) {
      const BothWays both = run_both({test::window_stage(shape), test::spectrum_stage(points)}, wave);
      const Difference difference = amplitude_difference(both);
      EXPECT_LE(difference.largest, std::exp2(-12.0) * static_cast<double>(points) * peak_of(wave));
      // A window may leave little of an impulse at its ends, so the second bound is that of the FFT alone.
      const double allowed = shape == "none" ? std::exp2(-9.0) : 1.0;
      EXPECT_LE(difference.relative, allowed) << "of the wave " << wave[0] << " " << wave[1];
    }
  }
}

TEST_P(SpectrumOf, GivesMagnitudesThatAreRootsOfItsPowers) {
  for (const test::Wave& wave : test::hostile_waves(GetParam(), 8)) {
    const BothWays powers = run_both({test::spectrum_stage(GetParam())}, wave);
    const BothWays roots = run_both({test::spectrum_stage(GetParam(), "magnitude")}, wave);
    ASSERT_EQ(2 * roots.fixed.exponent, powers.fixed.exponent);
    for (size_t i = 0; i < powers.exact.size(); ++i) {
      ASSERT_EQ(roots.fixed.values[i], std::lround(std::sqrt(powers.fixed.values[i])));
      ASSERT_NEAR(roots.exact[i], std::sqrt(powers.exact[i]), 1e-6 * roots.exact[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SpectrumOf, testing::Values(16, 32, 64, 128, 256, 512, 1024, 2048));

TEST(Log, IsWithinItsBoundOfFloat64) {
  for (const char* base : {"log2", "ln", "log10", "db"}) {
    const FrameInfo input{4096, 32, {}, 50};
    const Made made(test::log_stage(base, 1e-3), input);
    Rng rng(3, base);
    FixedFrame frame;
    std::vector<double> exact;
    frame.exponent = -4;
    for (int64_t i = 0; i < input.values; ++i) {
      frame.values.push_back(static_cast<int32_t>(rng.next() >> (33 + rng.below(31))));
      exact.push_back(std::ldexp(frame.values.back(), frame.exponent));
    }
    made.stage->run_fixed(frame);
    made.stage->run_float(exact);
    // Half a unit of the output, and 2^-12 of an octave.
    const double unit = std::exp2(*made.output.exponent), octave = std::string(base) == "db" ? 3.0103 : 1.0;
    for (size_t i = 0; i < exact.size(); ++i)
      ASSERT_NEAR(frame.values[i] * unit, exact[i], 0.5 * unit + octave * std::exp2(-12)) << base << " of value " << i;
  }
}

// Sums of a spectrum given exactly, so that only the bands are compared.
TEST(Mel, IsWithinItsBoundOfFloat64) {
  for (const std::string area : {"one", "slaney"}) {
    const FrameInfo input{257, 32, {}, 50};
    const Made made(test::mel_stage({"htk", "mel", area}), input);
    Rng rng(9, area);
    FixedFrame frame;
    std::vector<double> exact;
    for (int64_t i = 0; i < input.values; ++i) {
      frame.values.push_back(static_cast<int32_t>(rng.next() >> (33 + rng.below(12))));
      exact.push_back(frame.values.back());
    }
    made.stage->run_fixed(frame);
    made.stage->run_float(exact);
    const double unit = std::exp2(frame.exponent);
    for (size_t i = 0; i < exact.size(); ++i)
      EXPECT_NEAR(frame.values[i] * unit, exact[i], unit + exact[i] * std::exp2(-11)) << area << " of band " << i;
  }
}

// librosa.mel_frequencies(n_mels=40), as its documentation prints them: the corners of 38 triangles. The centre of
// gravity of a triangle is the mean of its corners.
TEST(Mel, HasTheCornersOfLibrosa) {
  const std::vector<double> corners = {0.0,      85.317,   170.635,  255.952,  341.269,  426.586,  511.904,   597.221,
                                       682.538,  767.855,  853.173,  938.49,   1024.856, 1119.114, 1222.042,  1334.436,
                                       1457.167, 1591.187, 1737.532, 1897.337, 2071.84,  2262.393, 2470.47,   2697.686,
                                       2945.799, 3216.731, 3512.582, 3835.643, 4188.417, 4573.636, 4994.285,  5453.621,
                                       5955.205, 6502.92,  7101.009, 7754.107, 8467.272, 9246.028, 10096.408, 11025.0};
  const size_t bins = 11026;  // one a hertz
  const Made made(test::mel_stage({"slaney", "hz", "slaney", 38.0, 0.0, 11025.0, 22050.0}),
                  FrameInfo{bins, 32, {}, 50});
  std::vector<double> ones(bins, 1.0), hertz(bins);
  for (size_t i = 0; i < bins; ++i) hertz[i] = static_cast<double>(i);
  made.stage->run_float(ones);
  made.stage->run_float(hertz);
  for (size_t b = 0; b < ones.size(); ++b) {
    EXPECT_NEAR(ones[b], 1.0, 1e-3) << "the area of band " << b;
    EXPECT_NEAR(hertz[b] / ones[b], (corners[b] + corners[b + 1] + corners[b + 2]) / 3.0, 0.05) << "of band " << b;
  }
}

TEST(Dct, IsWithinItsBoundOfFloat64) {
  for (const int64_t count : {1, 2, 7, 13, 40, 64, 128}) {
    FrameInfo input;
    input.values = count;
    input.exponent = -9;
    const Made made(test::dct_stage(count), input);
    Rng rng(4, "dct");
    for (const int64_t level : {32768, 100}) {
      FixedFrame frame;
      frame.exponent = -9;
      std::vector<double> exact;
      for (int64_t i = 0; i < count; ++i) {
        frame.values.push_back(
            static_cast<int32_t>(static_cast<int64_t>(rng.below(2 * static_cast<uint64_t>(level))) - level));
        exact.push_back(std::ldexp(frame.values.back(), frame.exponent));
      }
      made.stage->run_fixed(frame);
      made.stage->run_float(exact);
      const double unit = std::exp2(*made.output.exponent);
      for (size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(frame.values[i] * unit, exact[i], 2.0 * unit) << count;
    }
  }
}

TEST(Difference, IsThatOfFloat64) {
  for (const test::Wave& wave : test::hostile_waves(64, 6)) {
    const BothWays both = run_both({test::stage("difference", {}, {})}, wave);
    ASSERT_EQ(both.fixed.values.size(), 63U);
    for (size_t i = 0; i < both.exact.size(); ++i) EXPECT_EQ(both.fixed.values[i], both.exact[i]);
  }
}

TEST(Standardise, IsWithinItsBoundOfFloat64) {
  for (const int64_t length : {1, 2, 50, 333, 32768}) {
    for (const test::Wave& wave : test::hostile_waves(std::max<int64_t>(length, 4), 6)) {
      const BothWays both =
          run_both({test::stage("standardise", {}, {})}, test::Wave(wave.begin(), wave.begin() + length));
      for (size_t i = 0; i < both.exact.size(); ++i)
        ASSERT_NEAR(std::ldexp(both.fixed.values[i], -11), both.exact[i], std::ldexp(0.51, -11)) << length;
    }
  }
}

TEST(Statistics, AreWithinOneUnitOfFloat64) {
  const model::StageSpec stage = test::all_statistics();
  for (const int64_t length : {1, 2, 50, 333}) {
    for (const test::Wave& wave : test::hostile_waves(std::max<int64_t>(length, 4), 6)) {
      const BothWays both = run_both({stage}, test::Wave(wave.begin(), wave.begin() + length));
      for (size_t i = 0; i < both.exact.size(); ++i) {
        const std::string& name = stage.words.at("of")[i];
        const bool of_moments = name == "skewness" || name == "kurtosis";
        const double bound = of_moments ? 3.0 + std::abs(both.exact[i]) * std::exp2(-8.0) : 1.01;
        EXPECT_NEAR(both.fixed.values[i], both.exact[i], bound) << name << " of " << length;
      }
    }
  }
}

}  // namespace
}  // namespace apprentice

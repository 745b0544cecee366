// SPDX-License-Identifier: Apache-2.0
// Every front end that cannot be is refused in one sentence that names the stage.
#include <gmock/gmock.h>

#include "tests/frontend/chains.h"

namespace apprentice {
namespace {

using testing::HasSubstr;

std::string refusal_of(const model::FrontendSpec& spec, const Shape& raw = {2, 256}) {
  const Result<frontend::Frontend> made = frontend::Frontend::create(spec, raw);
  return made ? "taken" : made.error().text();
}
std::string refusal_of(std::vector<model::StageSpec> stages) {
  return refusal_of(test::chain(128, 64, std::move(stages)));
}

TEST(Frontend, RefusesRawSamplesThatDoNotFit) {
  const model::FrontendSpec spec = test::chain(128, 64, {});
  EXPECT_EQ(refusal_of(spec), "taken");
  EXPECT_THAT(refusal_of(spec, {256}), HasSubstr("[channels, time], not [256]"));
  EXPECT_THAT(refusal_of(spec, {3, 256}), HasSubstr("a mean for 2 channels"));
  EXPECT_THAT(refusal_of(spec, {2, 127}), HasSubstr("a frame has 128 steps, but a window only 127"));
}

TEST(Frontend, RefusesPartsThatCannotStandSideBySide) {
  const model::FrontendSpec whole = test::chain(128, 64, {}), half = test::chain(64, 64, {});
  EXPECT_EQ(refusal_of(test::joined(half, test::chain(32, 64, {}))), "taken");
  EXPECT_THAT(refusal_of(test::joined(whole, half)),
              HasSubstr("part 2: gives 4 frames of a window, but the parts before it 3"));
  EXPECT_THAT(refusal_of(test::joined(whole, test::chain(128, 64, {test::spectrum_stage(64)}))),
              HasSubstr("part 2, stage 1 'spectrum': 'points' is 64"));
  EXPECT_THAT(refusal_of(test::joined(whole, test::chain(300, 64, {}))), HasSubstr("part 2: a frame has 300 steps"));
  model::FrontendSpec none = whole;
  none.parts.clear();
  EXPECT_THAT(refusal_of(none), HasSubstr("has no part"));
}

TEST(Frontend, RefusesStagesThatDoNotFitEachOther) {
  using test::log_stage;
  using test::spectrum_stage;
  using test::window_stage;
  const auto power = spectrum_stage(128);
  EXPECT_EQ(refusal_of({window_stage("hann"), power, log_stage()}), "taken");
  EXPECT_THAT(refusal_of({window_stage("hann"), power}),
              HasSubstr("stage 2 'spectrum': each frame has a unit of its own"));
  EXPECT_THAT(refusal_of({spectrum_stage(64), log_stage()}),
              HasSubstr("stage 1 'spectrum': 'points' is 64, fewer than the 128"));
  EXPECT_THAT(refusal_of({spectrum_stage(192), log_stage()}), HasSubstr("'points' is 192, but must be a power of two"));
  EXPECT_THAT(refusal_of({power, power, log_stage()}), HasSubstr("stage 2 'spectrum': takes raw samples"));
  EXPECT_THAT(refusal_of({power, window_stage("hann"), log_stage()}), HasSubstr("stage 2 'window': takes raw samples"));
  EXPECT_THAT(refusal_of({test::stage("spectral", {}, {})}),
              HasSubstr("stage 1 'spectral': there is no such stage; did you mean 'spectrum'?"));
}

TEST(Frontend, RefusesKeysThatAreWrong) {
  using test::log_stage;
  using test::stage;
  EXPECT_THAT(refusal_of({log_stage("log2", 0.0)}), HasSubstr("stage 1 'log': 'floor' is 0, but must be from 1e-18"));
  EXPECT_THAT(refusal_of({log_stage("log2", -1.0)}), HasSubstr("'floor' is -1"));
  EXPECT_THAT(refusal_of({log_stage("log2", std::nan(""))}), HasSubstr("'floor' is nan"));
  EXPECT_THAT(refusal_of({log_stage("log3")}), HasSubstr("'base' is 'log3'; possible: log2, ln, log10, db"));
  EXPECT_THAT(refusal_of({stage("log", {}, {{"base", {"ln"}}})}), HasSubstr("has no number 'floor'"));
  EXPECT_THAT(refusal_of({stage("log", {{"floor", 1.0}}, {})}), HasSubstr("has no 'base'; possible"));
  EXPECT_THAT(refusal_of({stage("log", {{"floor", 1.0}, {"flor", 1.0}}, {{"base", {"ln"}}})}),
              HasSubstr("does not know 'flor'; did you mean 'floor'?"));
  EXPECT_THAT(refusal_of({stage("log", {{"base", 2.0}, {"floor", 1.0}}, {})}), HasSubstr("'base' must be a word"));
  EXPECT_THAT(refusal_of({stage("log", {{"floor", 1.0}}, {{"base", {"ln", "db"}}})}), HasSubstr("'base' has 2 words"));
  EXPECT_THAT(refusal_of({test::spectrum_stage(4096)}), HasSubstr("'points' is 4096, but must be from 16 to 2048"));
}

std::string refusal_of(const test::Mel& mel) {
  return refusal_of({test::spectrum_stage(128), test::mel_stage(mel), test::log_stage()});
}

TEST(Frontend, RefusesBandsThatCannotBe) {
  EXPECT_EQ(refusal_of(test::Mel{"htk", "hz", "one", 10.0}), "taken");
  EXPECT_THAT(refusal_of(test::Mel{"htk", "hz", "one", 10.0, 20.0, 8001.0}),
              HasSubstr("stage 2 'mel': 'high_hz' is 8001, beyond half of the sample rate, which is 8000 Hz"));
  EXPECT_THAT(refusal_of(test::Mel{"htk", "hz", "one", 10.0, 4000.0, 4000.0}), HasSubstr("must be below 'high_hz'"));
  EXPECT_THAT(refusal_of(test::Mel{"htk", "hz", "one", 64.0}), HasSubstr("band 1 of 64, from 20.0 to"));
  EXPECT_THAT(refusal_of({test::mel_stage({})}), HasSubstr("stage 1 'mel': takes what 'spectrum' gives"));
}

TEST(Frontend, RefusesDifferencesThatCannotBe) {
  const model::StageSpec difference = test::stage("difference", {}, {}), level = test::stage("standardise", {}, {});
  const auto power = test::spectrum_stage(128);
  EXPECT_EQ(refusal_of({difference, level, power, test::log_stage(), difference}), "taken");
  EXPECT_THAT(refusal_of({power, difference}), HasSubstr("stage 2 'difference': takes frames with one unit for all"));
  EXPECT_THAT(refusal_of({power, level}), HasSubstr("stage 2 'standardise': takes raw samples"));
  EXPECT_THAT(refusal_of(test::chain(1, 1, {difference})), HasSubstr("at least two values, not of 1"));
  EXPECT_THAT(refusal_of(test::chain(40000, 1, {level}), {2, 40000}), HasSubstr("a frame of 40000 values is too long"));
}

TEST(Frontend, RefusesTransformsAndStatisticsThatCannotBe) {
  const auto power = test::spectrum_stage(128);
  EXPECT_THAT(refusal_of({power, test::dct_stage(13)}), HasSubstr("stage 2 'dct': takes frames with one unit for all"));
  EXPECT_THAT(refusal_of({power, test::log_stage(), test::dct_stage(66)}),
              HasSubstr("'coefficients' is 66, but a frame has only 65"));
  EXPECT_THAT(refusal_of({power, test::all_statistics()}), HasSubstr("stage 2 'statistics': takes raw samples"));
  EXPECT_THAT(refusal_of({test::statistics_stage({"mean", "mean"})}), HasSubstr("'of' names 'mean' twice"));
  EXPECT_THAT(refusal_of({test::statistics_stage({"median"})}),
              HasSubstr("'of' is 'median'; possible: mean, deviation"));
}

}  // namespace
}  // namespace apprentice

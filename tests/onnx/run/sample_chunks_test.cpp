// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/sample_chunks.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/workers.h"

namespace apprentice::test {

using onnx::run::Values;

namespace {

using ::testing::HasSubstr;

at::Tensor rising(int64_t count) { return at::arange(count, at::kFloat).reshape({count, 1}); }

class SampleChunks : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { onnx::run::set_compute_threads(GetParam()); }
  void TearDown() override { onnx::run::set_compute_threads(1); }
};

TEST_P(SampleChunks, GiveAllSamplesInTheirOrder) {
  for (const int64_t samples : {1, 4, 5, 23, 64}) {
    const auto made =
        onnx::run::run_in_chunks({rising(samples)}, 4, "m.onnx", [](const Values& part) -> Result<Values> {
          EXPECT_LE(part[0].size(0), 4);
          return Values{part[0].mul(2), part[0].neg()};
        });
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_TRUE((*made)[0].equal(rising(samples).mul(2)));
    EXPECT_TRUE((*made)[1].equal(rising(samples).neg()));
  }
}

TEST_P(SampleChunks, GiveTheErrorOfAChunkThatFailed) {
  const auto made = onnx::run::run_in_chunks({rising(40)}, 4, "m.onnx", [](const Values& part) -> Result<Values> {
    if (part[0][0].item<float>() == 16.0F) return bad_input("m.onnx", "chunk four fails");
    return Values{part[0]};
  });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text(), HasSubstr("chunk four fails"));
}

TEST_P(SampleChunks, RefuseOutputsThatAreNotOneForEachSample) {
  const auto made = onnx::run::run_in_chunks(
      {rising(40)}, 4, "m.onnx", [](const Values& part) -> Result<Values> { return Values{part[0].sum()}; });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text(), HasSubstr("m.onnx: an output has shape [] for 4 samples"));
}

TEST_P(SampleChunks, RefuseSamplesOfDifferentShapesOrTypes) {
  const auto refusal = [](const onnx::run::ChunkRun& run) {
    const auto made = onnx::run::run_in_chunks({rising(8)}, 4, "m.onnx", run);
    return made ? "accepted" : made.error().text();
  };
  const auto is_first = [](const Values& part) { return part[0][0].item<float>() == 0.0F; };
  EXPECT_THAT(refusal([&](const Values& part) -> Result<Values> {
                return Values{is_first(part) ? part[0].repeat({1, 3}) : part[0]};
              }),
              HasSubstr("m.onnx: an output has shape [4, 3] for some samples and [4, 1] for others, or another type"));
  EXPECT_THAT(refusal([&](const Values& part) -> Result<Values> {
                return Values{is_first(part) ? part[0].to(at::kLong) : part[0]};
              }),
              HasSubstr("or another type"));
}

TEST_P(SampleChunks, PassOnWhatIsThrown) {
  EXPECT_THROW(onnx::run::share_pieces(20, [](int64_t i) { TORCH_CHECK(i != 7, "seven"); }), c10::Error);
  std::atomic<int64_t> sum{0};
  onnx::run::share_pieces(20, [&](int64_t i) { sum += i; });  // and go on working
  EXPECT_EQ(sum, 190);
}

TEST_P(SampleChunks, ComputeAloneInsideAndWithAllThreadsAfterwards) {
  onnx::run::share_pieces(8, [](int64_t) { EXPECT_EQ(at::get_num_threads(), 1); });
  EXPECT_EQ(at::get_num_threads(), GetParam());
  onnx::run::share_pieces(
      2, [](int64_t) { onnx::run::share_pieces(2, [](int64_t) { EXPECT_EQ(at::get_num_threads(), 1); }); });
}

INSTANTIATE_TEST_SUITE_P(Threads, SampleChunks, testing::Values(1, 2, 5));

TEST(SamplesInChunk, FollowTheCostOfASample) {
  EXPECT_EQ(onnx::run::samples_in_chunk(0), 512);
  EXPECT_EQ(onnx::run::samples_in_chunk(int64_t{1} << 20), 32);
  EXPECT_EQ(onnx::run::samples_in_chunk(int64_t{1} << 40), 4);
}

}  // namespace
}  // namespace apprentice::test

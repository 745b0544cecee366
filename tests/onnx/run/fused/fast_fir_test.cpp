// SPDX-License-Identifier: Apache-2.0
// Large convolutions taken apart, against the sums in float64.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "apprentice/onnx/run/fused/fast_fir.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/program.h"
#include "tests/onnx/format/build_model.h"

namespace apprentice::test {
namespace {

struct Case {
  int64_t samples, in, out, positions, kernel, pad_begin;
};

bool is_taken_apart(const Case& c, int64_t stride = 1, int64_t groups = 1) {
  onnx::run::FusedNode node;
  node.weight = at::zeros({c.out, c.in, c.kernel});
  const onnx::run::Window window{{c.kernel}, {stride}, {1}, {c.pad_begin}, {c.kernel - 1 - c.pad_begin}};
  return onnx::run::suits_fast_fir(node, window, groups, {c.samples, c.in, c.positions});
}

// The largest error of conv and leaky relu, of the largest value.
double error_of(const Case& c) {
  const at::Tensor x = at::randn({c.samples, c.in, c.positions}), w = at::randn({c.out, c.in, c.kernel}),
                   b = at::randn({c.out});
  ModelText text;
  text.input("x", {-1, c.in, c.positions}).constant("w", onnx::run::to_host(w)).constant("b", onnx::run::to_host(b));
  set_ints(text.node("Conv", {"x", "w", "b"}, {"sum"}), "pads", {c.pad_begin, c.kernel - 1 - c.pad_begin});
  text.node("LeakyRelu", {"sum"}, {"y"});
  // A second reader of x, so that the phases are shared.
  set_ints(text.node("Conv", {"x", "w"}, {"z"}), "pads", {c.pad_begin, c.kernel - 1 - c.pad_begin});
  text.output("y").output("z");
  const auto graph = onnx::parse_onnx(text.bytes(), "long");
  const auto program = onnx::run::Program::compile(*graph);
  const auto made = (*program)->run({x}, {(*program)->slot("y"), (*program)->slot("z")}, {});
  EXPECT_TRUE(made) << made.error().text();
  if (!made) return 1e9;
  const at::Tensor padded = at::constant_pad_nd(x.to(at::kDouble), {c.pad_begin, c.kernel - 1 - c.pad_begin});
  const at::Tensor plain = at::conv1d(padded, w.to(at::kDouble));
  const at::Tensor bent = at::leaky_relu(plain + b.to(at::kDouble).reshape({1, -1, 1}), 0.01);
  const auto apart = [](const at::Tensor& a, const at::Tensor& exact) {
    return (a.to(at::kDouble) - exact).abs().max().item<double>() / exact.abs().max().item<double>();
  };
  return std::max(apart((*made)[0], bent), apart((*made)[1], plain));
}

TEST(OnnxFastFir, GivesTheSumsOfTheWholeConvolution) {
  onnx::run::set_compute_threads(1);
  at::manual_seed(9);
  const std::vector<Case> cases = {{1, 32, 32, 256, 39, 19},  // InceptionTime's own
                                   {4, 32, 32, 256, 19, 9},  {3, 32, 32, 256, 9, 4},
                                   {1, 16, 48, 2, 12, 5},                           // hardly longer than nothing
                                   {2, 5, 32, 50, 8, 1},     {2, 5, 32, 50, 8, 6},  // all but one tap on one side
                                   {7, 3, 64, 10, 40, 20},   {5, 24, 40, 30, 20, 7}};
  for (const Case& c : cases) {
    const std::string name = fmt::format("{} x {} -> {} channels, {} positions, kernel {}, {} before", c.samples, c.in,
                                         c.out, c.positions, c.kernel, c.pad_begin);
    EXPECT_TRUE(is_taken_apart(c)) << name;
    EXPECT_LE(error_of(c), 2e-6) << name;
  }
}

TEST(OnnxFastFir, LeavesWhatItCannotTakeApart) {
  const Case good{1, 32, 32, 256, 39, 19};
  EXPECT_TRUE(is_taken_apart(good));
  EXPECT_FALSE(is_taken_apart(good, 2)) << "stride";
  EXPECT_FALSE(is_taken_apart(good, 1, 32)) << "groups";
  EXPECT_FALSE(is_taken_apart({1, 32, 32, 255, 39, 19})) << "odd number of positions";
  EXPECT_FALSE(is_taken_apart({1, 32, 32, 256, 39, 0})) << "no padding before";
  EXPECT_FALSE(is_taken_apart({1, 32, 32, 256, 3, 1})) << "short";
}

}  // namespace
}  // namespace apprentice::test

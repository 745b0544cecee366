// SPDX-License-Identifier: Apache-2.0
// Every layer kind in C equals its int8 reference on random shapes, without undefined behaviour.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "apprentice/layers/layer.h"
#include "tests/codegen/host_run.h"

namespace apprentice {
namespace {

using test::NetBuilder;
using test::WindowShape;
using Builder = quant::QuantNet (*)(uint64_t seed);

int64_t draw(NetBuilder& b, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(b.rng().below(static_cast<uint64_t>(high - low + 1)));
}

// A window with padding on some sides, smaller than the kernel.
WindowShape draw_window(NetBuilder& b, bool two_dimensional) {
  WindowShape w;
  w.kernel = {two_dimensional ? draw(b, 1, 4) : 1, draw(b, 1, 5)};
  w.stride = {two_dimensional ? draw(b, 1, 2) : 1, draw(b, 1, 3)};
  for (size_t side = 0; side < 4; ++side) w.padding[side] = draw(b, 0, w.kernel[side % 2] - 1);
  return w;
}

Shape draw_shape(uint64_t seed, bool two_dimensional) {
  Rng rng(seed, "shape");
  const auto size = [&](int64_t low, int64_t span) {
    return low + static_cast<int64_t>(rng.below(static_cast<uint64_t>(span)));
  };
  if (two_dimensional) return {size(1, 9), size(4, 6), size(5, 6)};
  return {size(1, 9), size(5, 20)};
}

template <int (NetBuilder::*method)(const std::string&, int, const WindowShape&)>
quant::QuantNet windowed(const std::string& kind, uint64_t seed) {
  const bool two = kind.back() == '2' || kind.find("2d") != std::string::npos;
  NetBuilder b(seed, draw_shape(seed, two));
  (b.*method)(kind, 0, draw_window(b, two));
  return b.classifier();
}

quant::QuantNet conv(const std::string& kind, uint64_t seed) {
  const bool two = kind == "conv2d";
  NetBuilder b(seed, draw_shape(seed, two));
  // Every third net is pointwise, the path without gathering.
  const WindowShape window = seed % 3 == 0 ? WindowShape{} : draw_window(b, two);
  b.conv(kind, 0, draw(b, 1, 13), window);
  return b.classifier();
}

quant::QuantNet residual(uint64_t seed) {
  NetBuilder b(seed, draw_shape(seed, true));
  const int left = b.conv("conv2d", 0, 6, {}), right = b.conv("conv2d", 0, 6, {});
  const int sum = b.add(left, right);
  b.add(sum, seed % 2 == 0 ? sum : right);
  return b.classifier();
}

quant::QuantNet joined(uint64_t seed) {
  NetBuilder b(seed, draw_shape(seed, true));
  const int first = b.relu("relu", 0);
  b.concat({first, 0, first});
  return b.classifier();
}

std::map<std::string, std::function<quant::QuantNet(uint64_t)>> cases() {
  std::map<std::string, std::function<quant::QuantNet(uint64_t)>> result;
  for (const std::string kind : {"depthwise1d", "depthwise2d"}) {
    result[kind] = [kind](uint64_t seed) { return windowed<&NetBuilder::depthwise>(kind, seed); };
  }
  for (const std::string kind : {"maxpool1d", "maxpool2d", "avgpool1d", "avgpool2d"}) {
    result[kind] = [kind](uint64_t seed) { return windowed<&NetBuilder::pool>(kind, seed); };
  }
  for (const std::string kind : {"conv1d", "conv2d"}) {
    result[kind] = [kind](uint64_t seed) { return conv(kind, seed); };
  }
  for (const std::string kind : {"relu", "relu6"}) {
    result[kind] = [kind](uint64_t seed) {
      NetBuilder b(seed, draw_shape(seed, true));
      b.relu(kind, 0);
      return b.classifier();
    };
  }
  for (const std::string kind : {"sigmoid", "tanh"}) {
    result[kind] = [kind](uint64_t seed) {
      NetBuilder b(seed, draw_shape(seed, true));
      b.lookup(kind, b.conv("conv2d", 0, 4, {}));
      return b.classifier();
    };
  }
  result["dense"] = [](uint64_t seed) {
    NetBuilder b(seed, {draw_shape(seed, false)[1]});
    b.dense(b.dense(0, draw(b, 1, 37)), draw(b, 1, 9));
    return b.classifier();
  };
  result["globalavgpool"] = [](uint64_t seed) {
    NetBuilder b(seed, draw_shape(seed, true));
    b.global_average(0);
    return b.classifier();
  };
  result["add"] = residual;
  result["concat"] = joined;
  return result;
}

TEST(LayerInC, HasTextExactlyWhereThereIsAnInt8Reference) {
  const auto tested = cases();
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    EXPECT_EQ(kind.c.write != nullptr, kind.run_int8 != nullptr && tested.count(kind.name) > 0) << kind.name;
  }
}

class LayerKindInC : public testing::TestWithParam<std::string> {};

TEST_P(LayerKindInC, EqualsItsReferenceOnRandomShapes) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::expect_c_equals_oracle(cases().at(GetParam())(seed), 100);
  }
}

std::vector<std::string> kinds_with_text() {
  std::vector<std::string> names;
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    if (kind.c.write != nullptr) names.emplace_back(kind.name);
  }
  return names;
}
INSTANTIATE_TEST_SUITE_P(All, LayerKindInC, testing::ValuesIn(kinds_with_text()),
                         [](const auto& row) { return row.param; });

TEST(LayerInC, RefusesSumsThatMightLeave32Bits) {
  NetBuilder b(1, {4});
  b.dense(0, 2);
  quant::QuantNet net = b.classifier();
  net.layers[0].bias[1] = 2147483000;
  const Result<package::DevicePackage> package = codegen::generate_package(net, test::random_samples(net, 1, 1), {});
  ASSERT_FALSE(package);
  EXPECT_NE(package.error().text().find("layer 'dense0': the sums of output channel 1"), std::string::npos)
      << package.error().text();
}

}  // namespace
}  // namespace apprentice

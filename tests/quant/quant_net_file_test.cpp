// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "apprentice/model/container.h"
#include "tests/quant/nets.h"
#include "tests/support/real_data.h"

namespace apprentice {

using quant::QuantNet;

namespace {

QuantNet small_net() {
  const model::Model model = test::family_model("family = 'resnet1d'\nwidth = 4\ndepth = 2\n", {2, 24}, 3, 1);
  return *quant::quantize(model, test::NoiseData({2, 24}, 20, 2), {});
}

TEST(QuantNetFile, GivesBackANetThatRunsTheSame) {
  const test::Scratch scratch;
  const QuantNet net = small_net();
  ASSERT_TRUE(quant::save_quant_net(net, scratch.path("a.apq")));
  const Result<QuantNet> back = quant::load_quant_net(scratch.path("a.apq"));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(quant::fingerprint(*back), quant::fingerprint(net));
  EXPECT_EQ(back->spec, net.spec);
  const test::NoiseData data({2, 24}, 5, 3);
  for (int64_t i = 0; i < data.size(); ++i) {
    const float* sample = data.values.data() + i * 48;
    const std::vector<int8_t> input = net.quantize_sample(sample);
    EXPECT_EQ(back->quantize_sample(sample), input);
    EXPECT_EQ(back->run_all(input.data()), net.run_all(input.data()));
  }
}

TEST(QuantNetFile, FingerprintSeesEveryNumber) {
  const std::string original = quant::fingerprint(small_net());
  const std::vector<void (*)(QuantNet&)> changes = {
      [](QuantNet& n) { n.layers[0].weights[3] ^= 1; },       [](QuantNet& n) { n.layers[0].bias[0] += 1; },
      [](QuantNet& n) { n.layers[1].multipliers[0] ^= 1; },   [](QuantNet& n) { n.layers[1].shift -= 1; },
      [](QuantNet& n) { n.tensors[1].params.scale *= 1.01; }, [](QuantNet& n) { n.input.factor[0] *= 1.01F; },
      [](QuantNet& n) { n.layers[0].activation_max = 5; },    [](QuantNet& n) { n.spec.name += "x"; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    QuantNet changed = small_net();
    changes[i](changed);
    EXPECT_NE(quant::fingerprint(changed), original) << i;
  }
}

TEST(QuantNetFile, RefusesTruncatedChangedAndForeignFiles) {
  const test::Scratch scratch;
  ASSERT_TRUE(quant::save_quant_net(small_net(), scratch.path("good")));
  const std::string good = *read_file(scratch.path("good"));
  for (size_t i = 0; i < good.size(); i += 211) {
    ASSERT_TRUE(write_file(scratch.path("bad"), good.substr(0, i)));
    EXPECT_FALSE(quant::load_quant_net(scratch.path("bad"))) << i;
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    ASSERT_TRUE(write_file(scratch.path("bad"), flipped));
    EXPECT_FALSE(quant::load_quant_net(scratch.path("bad"))) << i;
  }
  ASSERT_TRUE(write_file(scratch.path("bad"), "APNET001"));
  EXPECT_EQ(quant::load_quant_net(scratch.path("bad")).error().message,
            "is not a quantized net file (.apq): it does not start with 'APQNT001'");
}

// Checksum right, content hostile: whatever loads must run inside its memory.
TEST(QuantNetFile, RefusesOrSurvivesEveryNumberOfTheHeaderChanged) {
  const test::Scratch scratch;
  const std::string path = scratch.path("net");
  ASSERT_TRUE(quant::save_quant_net(small_net(), path));
  const model::Container good = *model::read_container(path, "APQNT001", "a net");
  const auto flat = good.header.flatten();
  int refused = 0, tried = 0, numbers = 0;
  for (const auto& item : flat.items()) {
    if (!item.value().is_number_integer() || ++numbers % 4 != 0) continue;
    for (const int64_t value : {int64_t{-1}, int64_t{0}, int64_t{3}, int64_t{1} << 20, INT64_MAX}) {
      model::Container bad = good;
      bad.header[nlohmann::ordered_json::json_pointer(item.key())] = value;
      ASSERT_TRUE(model::write_container(path, "APQNT001", bad));
      const Result<QuantNet> net = quant::load_quant_net(path);
      ++tried;
      if (net) {
        net->run(std::vector<int8_t>(static_cast<size_t>(net->tensors[0].size()), 5).data());
      } else {
        ++refused;
      }
    }
  }
  EXPECT_GT(tried, 300);
  EXPECT_GT(refused, tried / 2);
}

TEST(QuantNetFile, RefusesNumbersThatBreakThePromisesOfTheArithmetic) {
  const std::vector<std::pair<void (*)(QuantNet&), const char*>> changes = {
      {[](QuantNet& n) { n.layers[0].bias[0] = 1 << 30; }, "does not fit a 32-bit accumulator"},
      {[](QuantNet& n) { n.layers[0].multipliers[0] = -1; }, "scale and multiplier per channel"},
      {[](QuantNet& n) { n.layers[0].shift = 29; }, "a shift of 30 to 62"},
      {[](QuantNet& n) { n.layers[0].weights.pop_back(); }, "number of weights"},
      {[](QuantNet& n) {
         n.layers[0].stride = {1, 7};
       },
       "window does not fit"},
      {[](QuantNet& n) { n.layers[1].inputs = {5}; }, "before it is written"},
      {[](QuantNet& n) { n.layers[1].output = 1; }, "not a tensor of its own"},
      {[](QuantNet& n) { n.layers[0].kind = "softmax"; }, "there is no int8 kind 'softmax'"},
      {[](QuantNet& n) { n.layers[0].activation_min = 100, n.layers[0].activation_max = 99; }, "activation range"},
      {[](QuantNet& n) { n.tensors[2].params.scale = 0.0; }, "impossible size, scale or zero point"},
      {[](QuantNet& n) { n.input.mean.pop_back(); }, "input quantization"},
      {[](QuantNet& n) { n.spec.class_names = {"one"}; }, "3 outputs for 1 classes"}};
  for (const auto& [change, message] : changes) {
    QuantNet net = small_net();
    change(net);
    const Status status = quant::check_quant_net(net);
    ASSERT_FALSE(status) << message;
    EXPECT_NE(status.error().text().find(message), std::string::npos) << status.error().text();
  }
}

}  // namespace
}  // namespace apprentice

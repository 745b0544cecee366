// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/net_spec.h"

#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/json_reader.h"

namespace apprentice {

using model::NetSpec;

namespace {

using Json = nlohmann::ordered_json;

NetSpec small_net() {
  NetSpec spec;
  spec.name = "small";
  spec.input_shape = {3, 20};
  spec.input_mean = {0.1F, -2.5F, 1e-7F};
  spec.input_scale = {1.0F, 3.3F, 7.0F};
  spec.class_names = {"healthy", "worn \xC3\xBC"};
  model::LayerSpec conv;
  conv.name = "conv";
  conv.kind = "conv1d";
  conv.inputs = {"input"};
  conv.channels = 4;
  conv.kernel = {1, 3};
  conv.padding = {0, 1, 0, 1};
  model::LayerSpec pool;
  pool.name = "pool";
  pool.kind = "globalavgpool";
  pool.inputs = {"conv"};
  spec.layers = {conv, pool};
  return spec;
}

std::string refusal(const Json& json) {
  const Result<NetSpec> spec = model::net_spec_from_json(json, "student.json");
  return spec ? "accepted" : spec.error().text();
}

TEST(NetSpec, SurvivesJsonUnchanged) {
  const NetSpec spec = small_net();
  const Result<Json> json = parse_json(json_text(model::to_json(spec)), "text");
  ASSERT_TRUE(json);
  const Result<NetSpec> back = model::net_spec_from_json(*json, "text");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, spec);
  EXPECT_EQ(model::fingerprint(*back), model::fingerprint(spec));
}

TEST(NetSpec, FingerprintSeesEveryField) {
  const std::string original = model::fingerprint(small_net());
  const std::vector<void (*)(NetSpec&)> changes = {
      [](NetSpec& s) { s.name = "other"; },
      [](NetSpec& s) { s.task = TaskKind::kRegression; },
      [](NetSpec& s) {
        s.input_shape = {3, 21};
      },
      [](NetSpec& s) { s.input_mean[0] = std::nextafter(s.input_mean[0], 1.0F); },
      [](NetSpec& s) { s.input_scale[2] = 7.5F; },
      [](NetSpec& s) { s.output_scale = 2.0F; },
      [](NetSpec& s) { s.output_mean = 2.0F; },
      [](NetSpec& s) { std::swap(s.class_names[0], s.class_names[1]); },
      [](NetSpec& s) { s.layers[0].padding[3] = 0; },
      [](NetSpec& s) { s.layers[0].stride[1] = 2; },
      [](NetSpec& s) { s.layers[1].inputs[0] = "input"; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    NetSpec changed = small_net();
    changes[i](changed);
    EXPECT_NE(model::fingerprint(changed), original) << "change " << i;
    EXPECT_FALSE(changed == small_net()) << "change " << i;
  }
}

TEST(NetSpec, RefusesJsonThatIsNotExactlyANet) {
  const Json good = model::to_json(small_net());
  const auto changed = [&](const std::string& pointer, const Json& value) {
    Json copy = good;
    copy[Json::json_pointer(pointer)] = value;
    return refusal(copy);
  };
  EXPECT_EQ(refusal(good), "accepted");
  const auto at = [](const std::string& pointer, const std::string& rest) {
    return "student.json#" + pointer + ": " + rest;
  };
  EXPECT_EQ(refusal(Json::array()), at("", "found [], expected an object"));
  EXPECT_EQ(
      changed("/extra", 1),
      at("",
         "unknown key 'extra'; known keys: class_names, frontend, input_mean, input_scale, input_shape, layers, name, "
         "output_mean, output_scale, task"));
  EXPECT_EQ(changed("/task", "guess"), at("/task", "found \"guess\", expected one of: classification, regression"));
  EXPECT_EQ(changed("/input_shape", Json::array({3, -1})),
            at("/input_shape/1", "found -1, expected a whole number from 1 to 16777216"));
  EXPECT_EQ(changed("/input_shape", Json::array()), at("/input_shape", "found [], expected 1 to 3 numbers"));
  EXPECT_EQ(changed("/input_shape/0", uint64_t{1} << 63),
            at("/input_shape/0", "found 9223372036854775808, expected a whole number from 1 to 16777216"));
  EXPECT_EQ(changed("/output_scale", nullptr), at("/output_scale", "found nothing, expected a finite float32 number"));
  EXPECT_EQ(changed("/output_scale", 1e300), at("/output_scale", "found 1e+300, expected a finite float32 number"));
  EXPECT_EQ(changed("/input_mean", Json::array({1})), at("", "'input_mean' has 1 values and 'input_scale' 3"));
  EXPECT_EQ(changed("/layers/0/kernel", Json::array({1})), at("/layers/0/kernel", "found [1], expected 2 numbers"));
  EXPECT_EQ(changed("/layers/0/kernel/1", 0),
            at("/layers/0/kernel/1", "found 0, expected a whole number from 1 to 4096"));
  EXPECT_EQ(
      changed("/layers/1/name", "a b"),
      at("/layers/1/name", "found \"a b\", expected 1 to 200 of the characters A-Z a-z 0-9 _ . - and not 'input'"));
  EXPECT_EQ(changed("/layers/1/channels", 1.5),
            at("/layers/1/channels", "found 1.5, expected a whole number from 0 to 16777216"));
  Json missing = good;
  missing.erase("layers");
  EXPECT_EQ(refusal(missing), at("/layers", "found nothing, expected a list"));
}

}  // namespace
}  // namespace apprentice

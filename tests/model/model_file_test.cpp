// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/model/container.h"
#include "apprentice/model/net_spec.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

model::Model small_model() {
  model::Model model;
  model.spec.name = "small";
  model.spec.input_shape = {2};
  model::LayerSpec dense;
  dense.name = "logits";
  dense.kind = "dense";
  dense.inputs = {"input"};
  dense.channels = 2;
  model.spec.layers = {dense};
  model.weights["logits.weight"] = Tensor::from({2, 2}, {1.0F, -0.5F, 1e-30F, 3.25F});
  model.weights["logits.bias"] = Tensor::from({2}, {0.0F, -7.0F});
  model.provenance["seed"] = 3;
  return model;
}

std::string refusal(const std::string& path) {
  const Result<model::Model> model = model::load_model(path);
  return model ? "accepted" : model.error().message;
}

TEST(ModelFile, GivesBackWhatWasSavedAndTheSameBytesEachTime) {
  const test::Scratch scratch;
  const model::Model model = small_model();
  ASSERT_TRUE(model::save_model(model, scratch.path("a.apnet")));
  ASSERT_TRUE(model::save_model(model, scratch.path("b.apnet")));
  EXPECT_EQ(*read_file(scratch.path("a.apnet")), *read_file(scratch.path("b.apnet")));
  const Result<model::Model> back = model::load_model(scratch.path("a.apnet"));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->spec, model.spec);
  EXPECT_EQ(back->provenance, model.provenance);
  ASSERT_EQ(back->weights.size(), 2U);
  for (const auto& [name, tensor] : model.weights) {
    const Tensor& loaded = back->weights.at(name);
    EXPECT_EQ(loaded.shape(), tensor.shape());
    EXPECT_EQ(std::memcmp(loaded.bytes(), tensor.bytes(), static_cast<size_t>(tensor.byte_count())), 0);
  }
}

TEST(ModelFile, RefusesEveryTruncationAndEveryFlippedByte) {
  const test::Scratch scratch;
  ASSERT_TRUE(model::save_model(small_model(), scratch.path("good")));
  const std::string good = *read_file(scratch.path("good"));
  for (size_t size = 0; size < good.size(); size += 7) {
    ASSERT_TRUE(write_file(scratch.path("bad"), good.substr(0, size)));
    EXPECT_NE(refusal(scratch.path("bad")), "accepted") << size;
  }
  for (size_t i = 0; i < good.size(); i += 11) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    ASSERT_TRUE(write_file(scratch.path("bad"), bad));
    EXPECT_NE(refusal(scratch.path("bad")), "accepted") << i;
  }
}

// Files whose checksum is right and whose content is hostile.
TEST(ModelFile, RefusesContentThatDoesNotFitItself) {
  const test::Scratch scratch;
  const std::string path = scratch.path("bad");
  ASSERT_TRUE(model::save_model(small_model(), path));
  const model::Container good = *model::read_container(path, "APNET001", "a model file");
  const auto refused = [&](const model::Container& content) {
    EXPECT_TRUE(model::write_container(path, "APNET001", content));
    return refusal(path);
  };
  EXPECT_EQ(refused(good), "accepted");
  model::Container bad = good;
  bad.header["tensors"][0]["shape"] = {int64_t{1} << 31, int64_t{1} << 31};
  EXPECT_EQ(refused(bad),
            "tensor 'logits.bias' of shape [2147483648, 2147483648] needs more bytes than the 24 that are left");
  bad = good;
  bad.header["tensors"][1]["shape"] = {2147483648, 2147483648, 2147483648};
  EXPECT_NE(refused(bad), "accepted");
  bad = good;
  bad.header["tensors"][1]["name"] = "logits.bias";
  EXPECT_EQ(refused(bad), "holds tensor 'logits.bias' twice");
  bad = good;
  bad.blob += "more";
  EXPECT_EQ(refused(bad), "holds 4 bytes that belong to no tensor");
  bad = good;
  const float poison = NAN;
  std::memcpy(bad.blob.data(), &poison, sizeof poison);
  EXPECT_EQ(refused(bad), "tensor 'logits.bias' holds NaN or infinity");
  std::string bytes = "APNET001" + std::string(8, '\xFF');
  bytes += sha256_hex(bytes);
  ASSERT_TRUE(write_file(path, bytes));
  EXPECT_EQ(refusal(path), "says its header has 18446744073709551615 bytes, more than the file holds");
  ASSERT_TRUE(write_file(path, "APQNT001"));
  EXPECT_EQ(refusal(path), "is not a model file (.apnet): it does not start with 'APNET001'");
}

}  // namespace
}  // namespace apprentice

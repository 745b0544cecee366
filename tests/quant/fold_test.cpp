// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/fold.h"

#include "tests/quant/nets.h"

namespace apprentice {

using model::Model;

namespace {

int norms(const Model& model) {
  int count = 0;
  for (const model::LayerSpec& layer : model.spec.layers) count += layer.kind == "batchnorm" ? 1 : 0;
  return count;
}

// Both models give the same values up to 1e-6 of the largest one.
void expect_same_function(const Model& a, const Model& b) {
  const test::NoiseData data(a.spec.input_shape, 5, 9);
  const int64_t size = element_count(a.spec.input_shape);
  for (int64_t i = 0; i < data.size(); ++i) {
    const std::vector<double> left = *layers::run_float_reference(a, data.values.data() + i * size);
    const std::vector<double> right = *layers::run_float_reference(b, data.values.data() + i * size);
    ASSERT_EQ(left.size(), right.size());
    double largest = 0.0;
    for (double value : left) largest = std::max(largest, std::abs(value));
    for (size_t k = 0; k < left.size(); ++k) ASSERT_NEAR(left[k], right[k], 1e-6 * largest);
  }
}

TEST(FoldBatchNorm, LeavesTheFunctionOfEveryFamilyAndNoNormBehind) {
  for (const families::FamilyKind& family : families::family_kinds()) {
    const std::string name = family.name;
    const Shape shape = name.find("2d") != std::string::npos ? Shape{2, 11, 9} : Shape{3, 40};
    const Model model = test::family_model("family = '" + name + "'\nwidth = 6\ndepth = 3\n", shape, 4, 5);
    const Model folded = *quant::fold_batch_norm(model);
    EXPECT_EQ(norms(folded), name == "inceptiontime" ? 3 : 0) << name;  // its norms follow concat
    expect_same_function(model, folded);
  }
}

Model chain(const std::vector<model::LayerSpec>& layers, const Shape& shape) {
  Model model;
  model.spec.input_shape = shape;
  model.spec.layers = layers;
  model.weights = *layers::initial_weights(model.spec, 3);
  Rng rng(4, "numbers");
  for (auto& item : model.weights) {
    for (int64_t i = 0; i < item.second.size(); ++i)
      item.second.data<float>()[i] = static_cast<float>(0.2 + rng.uniform());
  }
  return model;
}

TEST(FoldBatchNorm, FoldsForwardIntoUnpaddedLayersOnly) {
  for (const char* kind : {"conv1d", "depthwise1d", "dense"}) {
    const bool dense = std::string(kind) == "dense";
    model::LayerSpec layer = test::layer_of("b", kind, {"n"}, std::string(kind) == "depthwise1d" ? 0 : 4);
    if (!dense) layer.kernel = {1, 3};
    Model model = chain({test::layer_of("n", "batchnorm", {"input"}), layer}, dense ? Shape{5} : Shape{5, 8});
    Model folded = *quant::fold_batch_norm(model);
    EXPECT_EQ(folded.spec.layers.size(), 1U);
    expect_same_function(model, folded);
    if (dense) continue;
    layer.padding = {0, 1, 0, 1};
    model = chain({test::layer_of("n", "batchnorm", {"input"}), layer}, {5, 8});
    folded = *quant::fold_batch_norm(model);
    EXPECT_EQ(norms(folded), 1);
    expect_same_function(model, folded);
  }
}

TEST(FoldBatchNorm, KeepsNormsWhoseInputOthersReadToo) {
  const Model model = chain({test::layer_of("a", "conv1d", {"input"}, 3), test::layer_of("n", "batchnorm", {"a"}),
                             test::layer_of("s", "add", {"a", "n"})},
                            {2, 5});
  const Model folded = *quant::fold_batch_norm(model);
  EXPECT_EQ(norms(folded), 1);
  expect_same_function(model, folded);
}

TEST(FoldBatchNorm, FoldsChainsKeepsTheOutputLastAndDropsWhatNobodyReads) {
  const Model model = chain({test::layer_of("a", "dense", {"input"}, 3), test::layer_of("dead", "dense", {"input"}, 9),
                             test::layer_of("n", "batchnorm", {"a"}), test::layer_of("m", "batchnorm", {"n"})},
                            {4});
  const Model folded = *quant::fold_batch_norm(model);
  ASSERT_EQ(folded.spec.layers.size(), 1U);
  EXPECT_EQ(folded.spec.layers[0].name, "a");
  EXPECT_EQ(folded.weights.size(), 2U);
  expect_same_function(model, folded);
}

}  // namespace
}  // namespace apprentice

// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/stages.h"

#include <gmock/gmock.h>

#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr bool kProduct = true;

TEST(Stages, EndWhereMapsChangeSizeOrEnd) {
  const std::vector<model::GraphValue> chain = {
      {{}, {3, 64}},   {{0}, {8, 32}, kProduct}, {{1}, {8, 32}}, {{2}, {16, 16}, kProduct},
      {{3}, {16, 16}}, {{4}, {16, 8}, kProduct}, {{5}, {16}},    {{6}, {4}, kProduct}};
  const model::Stages stages = model::find_stages(chain, 7);
  EXPECT_THAT(stages.maps, ElementsAre(2, 4, 5));
  EXPECT_EQ(stages.vector, 6U);
}

TEST(Stages, BeginAfterTheFirstProduct) {
  const std::vector<model::GraphValue> normalised = {
      {{}, {3, 64}}, {{0}, {3, 64}}, {{1}, {8, 32}, kProduct}, {{2}, {8}}, {{3}, {4}, kProduct}};
  EXPECT_THAT(model::find_stages(normalised, 4).maps, ElementsAre(2));
}

TEST(Stages, KeepShortcutsWhole) {
  // 1 -> 2 -> 3 -> (+1) 4 -> 5 (smaller), 6 (smaller shortcut of 4) -> 7 -> pooled 8 -> 9
  const std::vector<model::GraphValue> residual = {
      {{}, {3, 8, 8}},     {{0}, {4, 8, 8}, kProduct}, {{1}, {4, 8, 8}, kProduct}, {{2}, {4, 8, 8}},
      {{1, 3}, {4, 8, 8}}, {{4}, {6, 4, 4}, kProduct}, {{4}, {6, 4, 4}, kProduct}, {{5, 6}, {6, 4, 4}},
      {{7}, {6, 1, 1}},    {{8}, {5}, kProduct}};
  const model::Stages stages = model::find_stages(residual, 9);
  EXPECT_THAT(stages.maps, ElementsAre(4, 7));
  EXPECT_EQ(stages.vector, 8U);  // also with axes of size 1
}

TEST(Stages, AreNotSplitByASmallBranch) {
  // Squeeze and excitation: 1 is pooled to 2, 3 scales it.
  const std::vector<model::GraphValue> squeezed = {
      {{}, {1, 8, 8}}, {{0}, {4, 8, 8}, kProduct}, {{1}, {4, 1, 1}}, {{2}, {4, 1, 1}, kProduct}, {{1, 3}, {4, 8, 8}},
      {{4}, {4}},      {{5}, {2}, kProduct}};
  EXPECT_THAT(model::find_stages(squeezed, 6).maps, ElementsAre(4));
}

TEST(Stages, DoNotSeeBranchesThatTheAnswerDoesNotNeed) {
  // Value 5 is an auxiliary answer made late from 1.
  const std::vector<model::GraphValue> forked = {
      {{}, {1, 8, 8}}, {{0}, {4, 8, 8}, kProduct}, {{1}, {4, 4, 4}, kProduct},
      {{2}, {4}},      {{3}, {2}, kProduct},       {{1}, {2}, kProduct}};
  const model::Stages stages = model::find_stages(forked, 4);
  EXPECT_THAT(stages.maps, ElementsAre(1, 2));
  EXPECT_EQ(stages.vector, 3U);
}

TEST(Stages, HaveNoVectorWhereTheClassifierSeesMaps) {
  const std::vector<model::GraphValue> convolutional = {
      {{}, {1, 8, 8}}, {{0}, {4, 8, 8}, kProduct}, {{1}, {2, 8, 8}, kProduct}, {{2}, {2}}};
  const model::Stages stages = model::find_stages(convolutional, 3);
  EXPECT_EQ(stages.vector, std::nullopt);
  EXPECT_THAT(stages.maps, ElementsAre(2));
}

TEST(Stages, OfAFamilyAreItsBlocks) {
  Config keys = *Config::parse("family = 'resnet2d'\nwidth = 8\nstages = 3\n", "job.toml");
  const model::NetSpec spec = *families::read_net_spec(keys, {3, 32, 32}, 10);
  const auto shapes = *layers::infer_shapes(spec);
  const model::Stages stages = model::find_stages(layers::graph_values(spec, shapes), shapes.size());
  std::vector<Shape> ends;
  for (const size_t value : stages.maps) {
    ends.push_back(shapes[value - 1]);
    EXPECT_EQ(spec.layers[value - 1].kind, "relu");  // after the sum
  }
  EXPECT_THAT(ends, ElementsAre(Shape{8, 32, 32}, Shape{16, 16, 16}, Shape{32, 8, 8}));
  ASSERT_TRUE(stages.vector);
  EXPECT_EQ(spec.layers[*stages.vector - 1].kind, "globalavgpool");
}

TEST(FeatureShape, HasThreeAxesForMapsAndOneForVectors) {
  EXPECT_EQ(model::feature_shape({8, 32}), (Shape{8, 1, 32}));
  EXPECT_EQ(model::feature_shape({8, 4, 2}), (Shape{8, 4, 2}));
  EXPECT_EQ(model::feature_shape({8}), (Shape{8}));
  EXPECT_EQ(model::feature_shape({8, 1, 1}), (Shape{8}));
  EXPECT_THAT(model::feature_shape({2, 3, 4, 5}), IsEmpty());
  EXPECT_THAT(model::feature_shape({}), IsEmpty());
  EXPECT_THAT(model::feature_shape({0, 4}), IsEmpty());
}

}  // namespace
}  // namespace apprentice

// SPDX-License-Identifier: Apache-2.0
// Models as scikit-learn exports them: labels beside probabilities, names of classes inside, a column per input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/teacher/answer_check.h"
#include "apprentice/teacher/guess.h"
#include "tests/onnx/run/ml_rows.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int32_t kString = ::onnx::TensorProto::STRING, kWhole = ::onnx::TensorProto::INT64;
const std::vector<std::string> kNames = {"healthy", "worn belt", "Übermaß"};

::onnx::NodeProto& ml_node(ModelText& text, const std::string& op, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs) {
  auto& node = text.node(op, inputs, outputs);
  node.set_domain("ai.onnx.ml");
  return node;
}

ModelText ml_model() {
  ModelText text;
  auto& import = *text.model.add_opset_import();
  import.set_domain("ai.onnx.ml");
  import.set_version(1);
  return text.input("x", {-1, 3});
}

void texts(ModelText& text, const std::string& name, const std::vector<std::string>& values) {
  auto& tensor = *text.graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(kString);
  tensor.add_dims(static_cast<int64_t>(values.size()));
  for (const std::string& value : values) tensor.add_string_data(value);
}

// LogisticRegression with its label and a map from names to probabilities.
ModelText zipmap_model() {
  ModelText text = ml_model();
  text.output("output_label", {-1}, kString).output("output_probability");
  auto& probability = *text.graph().mutable_output(1)->mutable_type();
  auto& map = *probability.mutable_sequence_type()->mutable_elem_type()->mutable_map_type();
  map.set_key_type(kString);
  map.mutable_value_type()->mutable_tensor_type()->set_elem_type(1);
  auto& linear = ml_node(text, "LinearClassifier", {"x"}, {"label", "scores"});
  set_reals(linear, "coefficients", {1, 0, 0, 0, 1, 0, 0, 0, 1});
  set_reals(linear, "intercepts", {0, 0, 0});
  set_texts(linear, "classlabels_strings", kNames);
  set_text(linear, "post_transform", "SOFTMAX");
  set_text(ml_node(text, "Normalizer", {"scores"}, {"probabilities"}), "norm", "L1");
  text.node("Identity", {"label"}, {"output_label"});
  set_texts(ml_node(text, "ZipMap", {"probabilities"}, {"output_probability"}), "classlabels_strings", kNames);
  return text;
}

// MLPClassifier: the label is a text picked from a list, which nothing here computes with.
ModelText mlp_model() {
  ModelText text = ml_model();
  text.output("label", {-1}, kString).output("probabilities", {-1, 3});
  set_int(text.node("Softmax", {"x"}, {"probabilities"}), "axis", 1);
  auto& best = text.node("ArgMax", {"probabilities"}, {"best"});
  set_int(best, "axis", 1);
  texts(text, "classes", kNames);
  ml_node(text, "ArrayFeatureExtractor", {"classes", "best"}, {"label"});
  return text;
}

ModelText cast_model() {
  ModelText text = ml_model();
  text.output("label", {-1}, kString).output("probabilities", {-1, 3});
  set_int(text.node("Softmax", {"x"}, {"probabilities"}), "axis", 1);
  set_int(text.node("ArgMax", {"probabilities"}, {"best"}), "axis", 1);
  set_int(text.node("Cast", {"best"}, {"label"}), "to", kString);
  return text;
}

class SklearnTeacher : public testing::Test {
 protected:
  Result<std::unique_ptr<teacher::Teacher>> make(const ModelText& model, const std::string& keys,
                                                 const data::DatasetInfo& data) {
    EXPECT_TRUE(write_file(scratch_.path("m.onnx"), model.bytes()));
    return teacher_of("path = \"m.onnx\"\n" + keys, data, scratch_.path());
  }
  std::vector<float> answer(const ModelText& model, const std::string& keys, const data::DatasetInfo& data,
                            const Tensor& batch) {
    auto teacher = make(model, keys, data);
    if (!teacher) ADD_FAILURE() << teacher.error().text();
    const auto answers = teacher ? (*teacher)->predict(batch, {}) : Result<teacher::TeacherAnswers>(pass_on(teacher));
    if (!answers) ADD_FAILURE() << answers.error().text();
    return answers ? floats(answers->logits) : std::vector<float>{};
  }
  std::string refusal(const ModelText& model, const std::string& keys, const data::DatasetInfo& data) {
    const auto teacher = make(model, keys, data);
    return teacher ? "accepted" : teacher.error().text();
  }
  Scratch scratch_;
  const data::DatasetInfo data_ = data_info({3}, kNames);
};

std::vector<float> log_softmax(const std::vector<float>& x) {
  float sum = 0.0F;
  for (const float value : x) sum += std::exp(value);
  std::vector<float> out;
  for (const float value : x) out.push_back(value - std::log(sum));
  return out;
}

TEST_F(SklearnTeacher, ItsProbabilitiesAreTakenAndItsLabelsLeftOut) {
  const Tensor sample = Tensor::from({1, 3}, {0.5F, 2.0F, -1.0F});
  const auto expected = ::testing::Pointwise(::testing::FloatNear(1e-5F), log_softmax({0.5F, 2.0F, -1.0F}));
  for (const ModelText& model : {zipmap_model(), mlp_model(), cast_model()}) {
    EXPECT_THAT(answer(model, "output = \"probabilities\"", data_, sample), expected);
    EXPECT_THAT(refusal(model, "output_name = \"nothing\"", data_), HasSubstr("has no output 'nothing'"));
  }
  EXPECT_THAT(refusal(mlp_model(), "output_name = \"label\"", data_),
              ::testing::AllOf(HasSubstr("output 'label' cannot be computed: "),
                               HasSubstr("m.onnx: node 'classes' (Constant, opset 13) makes texts")));
  EXPECT_THAT(refusal(zipmap_model(), "output_name = \"output_label\"", data_),
              HasSubstr("'output_label' holds labels"));
}

TEST_F(SklearnTeacher, TheOrderOfClassesIsThatOfTheNamesInside) {
  const data::DatasetInfo sorted = data_info({3}, {"healthy", "Übermaß", "worn belt"});
  const auto expected = log_softmax({0.5F, 2.0F, -1.0F});
  for (const ModelText& model : {zipmap_model(), mlp_model()})
    EXPECT_THAT(
        answer(model, "output = \"probabilities\"", sorted, Tensor::from({1, 3}, {0.5F, 2.0F, -1.0F})),
        ::testing::Pointwise(::testing::FloatNear(1e-5F), std::vector<float>{expected[0], expected[2], expected[1]}));
}

TEST_F(SklearnTeacher, AClassThatIsSpeltOtherwiseIsNamedWithItsNearest) {
  const std::string text =
      refusal(zipmap_model(), "output = \"probabilities\"", data_info({3}, {"healthy", "wornbelt", "Übermaß"}));
  EXPECT_THAT(text, HasSubstr("the data has the class 'wornbelt', which the teacher lacks; did you mean 'worn belt'?"));
  EXPECT_THAT(text, HasSubstr("known classes: healthy, worn belt, Übermaß"));
  EXPECT_THAT(text, HasSubstr("known classes of the data: healthy, wornbelt, Übermaß"));
  EXPECT_EQ(refusal(zipmap_model(), "output = \"probabilities\"\nclasses = [\"healthy\", \"wornbelt\", \"Übermaß\"]",
                    data_info({3}, {"healthy", "wornbelt", "Übermaß"})),
            "accepted");
}

TEST_F(SklearnTeacher, AModelOfLabelsAloneIsNoTeacher) {
  ModelText text;
  text.input("x", {-1, 3}).output("label", {-1}, kWhole);
  auto& best = text.node("ArgMax", {"x"}, {"label"});
  set_int(best, "axis", 1);
  set_int(best, "keepdims", 0);
  EXPECT_THAT(refusal(text, "", data_), HasSubstr("the model gives labels only (known outputs: label)"));
}

ModelText column_model(const std::vector<std::string>& names) {
  ModelText text;
  for (const std::string& name : names) text.input(name, {-1, 1});
  text.output("y", {-1, 3});
  set_int(text.node("Concat", names, {"y"}), "axis", 1);
  return text;
}

TEST_F(SklearnTeacher, InputsNamedLikeColumnsTakeThem) {
  data::DatasetInfo data = data_info({4}, {"a", "b", "c"});
  data.channel_names = {"time", "current", "heat", "shake"};
  EXPECT_THAT(
      answer(column_model({"heat", "shake", "current"}), "", data, Tensor::from({2, 4}, {9, 1, 2, 3, 8, 4, 5, 6})),
      ElementsAre(2, 3, 1, 5, 6, 4));
  EXPECT_THAT(refusal(column_model({"heat", "shape", "current"}), "", data),
              HasSubstr("input 'shape' is no column of the data, though other inputs are"));
  EXPECT_THAT(refusal(column_model({"p", "q", "r"}), "", data),
              HasSubstr("3 inputs that take 3 values, but samples [4]"));
}

TEST_F(SklearnTeacher, InputsWithoutNamesOfColumnsTakeThemInOrder) {
  EXPECT_THAT(answer(column_model({"p", "q", "r"}), "mean = [1.0, 0.0, 0.0]", data_, Tensor::from({1, 3}, {1, 2, 3})),
              ElementsAre(0, 2, 3));
}

// torch.onnx.export(model(x).squeeze()): one sample, and its answer has no axis of samples.
TEST_F(SklearnTeacher, AnAnswerWithoutAnAxisOfSamplesIsThatOfOneSample) {
  for (const int64_t batch : {1, -1}) {
    ModelText text;
    text.input("x", {batch, 3}).output("y", {3});
    text.node("Squeeze", {"x"}, {"y"});
    for (const int64_t samples : {1, 2, 5}) {
      Tensor x(DType::kF32, {samples, 3});
      for (int64_t i = 0; i < x.size(); ++i) x.data<float>()[i] = static_cast<float>(i);
      EXPECT_EQ(answer(text, "", data_, x), floats(x)) << samples;
    }
  }
}

ModelText identity_model() {
  ModelText text;
  text.input("x", {-1, 3}).output("y", {-1, 3});
  text.node("Identity", {"x"}, {"y"});
  return text;
}

std::string wrong(Result<std::unique_ptr<teacher::Teacher>> teacher, const std::vector<float>& row) {
  if (!teacher) return teacher.error().text();
  const auto answers = (*teacher)->predict(Tensor::from({1, 3}, row), {});
  return answers ? "accepted" : answers.error().text();
}

TEST_F(SklearnTeacher, SigmoidsAndPercentagesAreTakenForWhatTheyAre) {
  const auto log = [](float p) { return ::testing::FloatNear(std::log(p), 1e-6F); };
  EXPECT_THAT(answer(identity_model(), "output = \"sigmoid\"", data_, Tensor::from({1, 3}, {0.9F, 0.8F, 0.1F})),
              ElementsAre(log(0.9F), log(0.8F), log(0.1F)));
  EXPECT_THAT(answer(identity_model(), "output = \"percent\"", data_, Tensor::from({1, 3}, {30, 35, 35})),
              ElementsAre(log(0.3F), log(0.35F), log(0.35F)));
}

TEST_F(SklearnTeacher, TheWordForItsNumbersIsGiven) {
  const std::string probabilities = "output = \"probabilities\"\n";
  EXPECT_THAT(wrong(make(identity_model(), probabilities, data_), {0.9F, 0.8F, 0.1F}),
              HasSubstr("sum to 1.8000; where each class has a sigmoid of its own, say output = \"sigmoid\""));
  EXPECT_THAT(wrong(make(identity_model(), probabilities, data_), {70, 20, 10}),
              HasSubstr("gives 70; they sum to 100: say output = \"percent\""));
  EXPECT_THAT(wrong(make(identity_model(), probabilities, data_), {7, -2, 1}), HasSubstr("is it output = \"logits\"?"));
  EXPECT_THAT(wrong(make(identity_model(), "output = \"percent\"", data_), {0.7F, 0.2F, 0.1F}),
              HasSubstr("is it output = \"probabilities\"?"));
}

// Seven times 1/7, written with two digits, is 0.98; with more digits the same sum is a mistake.
TEST_F(SklearnTeacher, ProbabilitiesRoundedToTwoDigitsNeedNotSumToOne) {
  ModelText text;
  text.input("x", {-1, 7}).output("y", {-1, 7});
  text.node("Identity", {"x"}, {"y"});
  auto teacher = make(text, "output = \"probabilities\"", data_info({7}, {"a", "b", "c", "d", "e", "f", "g"}));
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_TRUE((*teacher)->predict(Tensor::from({1, 7}, std::vector<float>(7, 0.14F)), {}));
  EXPECT_THAT((*teacher)->predict(Tensor::from({1, 7}, std::vector<float>(7, 0.14012F)), {}).error().text(),
              HasSubstr("outputs sum to 0.9808"));
}

TEST(CheckAnswers, SigmoidsAndPercentagesTakenForLogitsAreTold) {
  const std::vector<int32_t> labels(15, 0);
  const auto warnings = [&](const std::vector<float>& row) {
    std::vector<float> all;
    for (int i = 0; i < 15; ++i) all.insert(all.end(), row.begin(), row.end());
    std::string text;
    for (const std::string& warning : teacher::check_answers(Tensor::from({15, 3}, all), labels, kNames).warnings)
      text += warning;
    return text;
  };
  EXPECT_THAT(warnings({0.9F, 0.8F, 0.1F}), HasSubstr("say output = \"sigmoid\""));
  EXPECT_THAT(warnings({70, 20, 10}), HasSubstr("say output = \"percent\""));
  EXPECT_THAT(warnings({0.7F, 0.2F, 0.1F}), HasSubstr("say output = \"probabilities\""));
}

std::string guessed(const ModelText& text) {
  const auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  EXPECT_TRUE(graph) << graph.error().text();
  std::string out;
  for (const teacher::GuessedKey& key : teacher::guess_preprocessing(*graph, data_info({3}, kNames)))
    out += key.key + " = " + key.value + "; ";
  return out;
}

TEST(GuessTeacher, ScoresAreTakenAndNotLabels) {
  EXPECT_EQ(guessed(zipmap_model()), "output_name = \"output_probability\"; output = \"probabilities\"; ");
  EXPECT_EQ(guessed(mlp_model()), "output_name = \"probabilities\"; output = \"probabilities\"; ");
  ModelText text;
  text.input("x", {-1, 3}).output("y", {-1, 3}).constant("h", Tensor::from({}, {100.0F}));
  text.node("Sigmoid", {"x"}, {"y"});
  EXPECT_EQ(guessed(text), "output = \"sigmoid\"; ");
  text.graph().mutable_node(0)->set_op_type("Softmax");
  text.graph().mutable_node(0)->set_output(0, "p");
  text.node("Mul", {"p", "h"}, {"y"});
  EXPECT_EQ(guessed(text), "output = \"percent\"; ");
}

}  // namespace
}  // namespace apprentice::test

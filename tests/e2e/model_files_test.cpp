// SPDX-License-Identifier: Apache-2.0
// inspect and predict on models that others have made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "program.h"
#include "tests/onnx/format/build_model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

class ModelFiles : public ::testing::Test {
 protected:
  Finished run(const std::vector<std::string>& arguments) { return run_program(arguments, scratch_.path()); }
  std::string path(const std::string& name) { return scratch_.path(name); }
  float first(const std::string& file) { return data::read_npy(path(file))->tensor.data<float>()[0]; }
  void write_model(const std::string& name, const ModelText& text) {
    ASSERT_TRUE(write_file(path(name), text.bytes()));
    ASSERT_TRUE(data::write_npy(path("x.npy"), Tensor::from({1, 2}, {3, -4})));
  }
  Scratch scratch_;
};

// y = x, and what else is asked for, under these names.
ModelText copies(const std::string& input, const std::vector<std::string>& outputs) {
  ModelText text;
  text.input(input, {1, 2});
  float factor = 1.0F;
  for (const std::string& output : outputs) {
    text.output(output, {1, 2}).constant("f" + output, Tensor::from({}, {factor}));
    text.node("Mul", {input, "f" + output}, {output});
    factor += 1.0F;
  }
  return text;
}

TEST_F(ModelFiles, EveryOutputHasAFileOfItsOwn) {
  write_model("m.onnx", copies("x", {"a/b", "a_b", "A_b", ".", "ä"}));
  const Finished made = run({"predict", "m.onnx", "--input", "x=x.npy", "--output", "out"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(first("out/a%2Fb.npy"), 3.0F);
  EXPECT_EQ(first("out/A_b.npy"), 9.0F);
  EXPECT_EQ(first("out/a_b%2.npy"), 6.0F);  // where "a" and "A" are the same to the file system
  EXPECT_EQ(first("out/%2E.npy"), 12.0F);
  EXPECT_EQ(first("out/%C3%A4.npy"), 15.0F);
}

TEST_F(ModelFiles, AnInputsNameMayHoldAnEqualsSign) {
  write_model("m.onnx", copies("x=y", {"z"}));
  const Finished made = run({"predict", "m.onnx", "--input", "x=y=x.npy", "--output", "out"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(first("out/z.npy"), 3.0F);
}

TEST_F(ModelFiles, EndingsMayBeInUpperCase) {
  write_model("M.ONNX", copies("x", {"y"}));
  const Finished seen = run({"inspect", "M.ONNX"});
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("ONNX, opset 13"));
}

TEST_F(ModelFiles, InspectTellsWhatIsLeftOutAndWhySamplesDoNotRunTogether) {
  ModelText text;
  text.input("x", {1, 2}).output("label", {1}, ::onnx::TensorProto::STRING).output("y", {1, 2});
  set_int(text.node("ArgMax", {"x"}, {"best"}), "axis", 1);
  set_int(text.node("Cast", {"best"}, {"label"}), "to", ::onnx::TensorProto::STRING);
  text.node("ReduceMax", {"x"}, {"peak"});
  text.node("Div", {"x", "peak"}, {"y"});
  write_model("m.onnx", text);
  const Finished seen = run({"inspect", "m.onnx"});
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_THAT(seen.out,
              HasSubstr("the output 'label' is left out: m.onnx: node 'Cast_2' (Cast, opset 13) makes texts"));
  EXPECT_THAT(seen.out, HasSubstr("samples do not run together: samples given together are answered otherwise"));
}

}  // namespace
}  // namespace apprentice::test

// SPDX-License-Identifier: Apache-2.0
// A teacher's job table and the data it is asked about, made in a few words.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/files.h"
#include "apprentice/teacher/foreign_code.h"
#include "tests/onnx/format/build_model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

inline data::DatasetInfo data_info(Shape sample, std::vector<std::string> classes) {
  data::DatasetInfo info;
  info.sample_shape = std::move(sample);
  info.class_names = std::move(classes);
  info.fingerprint = "data";
  return info;
}

inline Result<std::unique_ptr<teacher::Teacher>> teacher_of(const std::string& keys, const data::DatasetInfo& data,
                                                            const std::string& folder) {
  auto config = Config::parse(keys, "job.toml");
  if (!config) return pass_on(config);
  APPRENTICE_TRY(std::unique_ptr<teacher::Teacher> teacher, teacher::make_teacher(*config, data, folder));
  APPRENTICE_CHECK(teacher::allow_code(teacher.get()));
  return teacher;
}

// A model whose output is its input, flattened: "x" [N, ...shape] -> "y" [N, size].
inline std::string flatten_model(const std::vector<int64_t>& shape) {
  ModelText text;
  text.input("x", shape).output("y", {-1, -1});
  text.node("Flatten", {"x"}, {"y"});
  return text.bytes();
}

inline std::vector<float> floats(const Tensor& tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

}  // namespace apprentice::test

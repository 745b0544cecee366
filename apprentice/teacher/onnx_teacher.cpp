// SPDX-License-Identifier: Apache-2.0
// Teacher from an ONNX file.
#include <algorithm>
#include <filesystem>

#include "apprentice/data/load.h"
#include "apprentice/onnx/model.h"
#include "apprentice/teacher/answers.h"
#include "apprentice/teacher/preprocessing.h"
#include "apprentice/teacher/source.h"

namespace apprentice {
namespace {

struct Ports {
  OnnxValueInfo input;
  std::string output;
};

// The value that the job names, or the only one there is.
Result<OnnxValueInfo> choose(const std::vector<OnnxValueInfo>& values, const std::string& name, const char* what,
                             const std::string& place) {
  std::vector<std::string> names;
  for (const OnnxValueInfo& value : values) {
    names.push_back(value.name);
    if (value.name == name || (name.empty() && values.size() == 1)) return value;
  }
  if (name.empty())
    return bad_input(place, "the model has {} {}s, so {}_name must say which; {}", values.size(), what, what,
                     known_names(std::string(what) + "s", names));
  return fail(ErrorKind::kNotFound, place, "the model has no {} '{}'; {}", what, name,
              known_names(std::string(what) + "s", names));
}

Result<Ports> find_ports(const std::string& input_name, const std::string& output_name, const OnnxGraph& graph) {
  if (graph.inputs.size() > 1)
    return fail(ErrorKind::kUnsupported, graph.place, "the model has {} inputs; a teacher takes samples through one",
                graph.inputs.size());
  Ports ports;
  APPRENTICE_TRY(ports.input, choose(graph.inputs, input_name, "input", graph.place));
  APPRENTICE_TRY(const OnnxValueInfo output, choose(graph.outputs, output_name, "output", graph.place));
  if (ports.input.dtype && *ports.input.dtype != DType::kF32)
    return fail(ErrorKind::kUnsupported, graph.place, "the model's input '{}' is {}; a teacher takes float32",
                ports.input.name, to_string(*ports.input.dtype));
  ports.output = output.name;
  return ports;
}

class OnnxTeacher : public Teacher {
 public:
  OnnxTeacher(OnnxModel model, Ports ports, Preprocessing how, Shape prepared)
      : model_(std::move(model)), ports_(std::move(ports)), how_(std::move(how)), prepared_(std::move(prepared)) {}

  const TeacherInfo& info() const override { return info_; }

  Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>&) override {
    APPRENTICE_TRY(const Tensor raw, run(batch));
    TeacherAnswers answers;
    APPRENTICE_TRY(answers.logits, map_.apply(raw, batch.shape()[0]));
    return answers;
  }

  // Learns the model's output from one sample of zeros, then fills in everything that depends on it.
  Status settle(const AnswerOptions& options, const DatasetInfo& data) {
    Shape one = data.sample_shape;
    one.insert(one.begin(), 1);
    APPRENTICE_TRY(const Tensor raw, run(Tensor(DType::kF32, one)));
    APPRENTICE_TRY(map_, AnswerMap::make(options, data, raw.size(), model_.graph().place));
    return fill_info(data);
  }

 private:
  Result<Tensor> run(const Tensor& batch) const {
    NamedTensors inputs;
    inputs[ports_.input.name] = prepare(how_, batch, prepared_);
    APPRENTICE_TRY(NamedTensors made, model_.run_samples(inputs, {ports_.output}));
    return std::move(made.begin()->second);
  }

  Status fill_info(const DatasetInfo& data) {
    const OnnxGraph& graph = model_.graph();
    info_.task = data.task;
    info_.sample_shape = data.sample_shape;
    info_.class_names = data.class_names;
    Hasher hasher;
    hasher.add("onnx teacher 1").add(graph.fingerprint).add(ports_.input.name).add(ports_.output);
    add_to(hasher, how_);
    hasher.add(to_string(prepared_));
    map_.add_to(hasher);
    info_.fingerprint = hasher.hex();
    info_.parameters = summarize(graph).parameters;
    Shape one = prepared_;
    one.insert(one.begin(), 1);
    NamedTensors example;
    example[ports_.input.name] = Tensor(DType::kF32, one);
    APPRENTICE_TRY(const OnnxCost cost, model_.cost(example));
    info_.macs = cost.macs;
    const auto opset = graph.opsets.find("");
    info_.description =
        fmt::format("{} (ONNX opset {}, {} parameters)", std::filesystem::path(graph.place).filename().string(),
                    opset == graph.opsets.end() ? 0 : opset->second, info_.parameters);
    return {};
  }

  OnnxModel model_;
  Ports ports_;
  Preprocessing how_;
  Shape prepared_;
  AnswerMap map_;
  TeacherInfo info_;
};

}  // namespace

Result<std::unique_ptr<Teacher>> make_onnx_teacher(Config& teacher, const DatasetInfo& data,
                                                   const std::string& folder) {
  std::string path, input_name, output_name;
  teacher.require("path", path).read("input_name", input_name).read("output_name", output_name);
  Preprocessing how = read_preprocessing(teacher);
  const AnswerOptions options = read_answer_options(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; the file of an ONNX model is expected");
  APPRENTICE_TRY(OnnxModel model, OnnxModel::load(resolve_path(folder, path)));
  APPRENTICE_TRY(Ports ports, find_ports(input_name, output_name, model.graph()));
  APPRENTICE_TRY(Shape prepared, prepared_shape(how, data.sample_shape, ports.input, model.graph().place));
  auto made = std::make_unique<OnnxTeacher>(std::move(model), std::move(ports), std::move(how), std::move(prepared));
  APPRENTICE_CHECK(made->settle(options, data));
  return made;
}

}  // namespace apprentice

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "any_model.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/teacher/model_files.h"

namespace apprentice::cli {
namespace {

using Tensors = std::map<std::string, Tensor>;

// A tensor of samples as a data set without labels.
class TensorDataset final : public data::Dataset {
 public:
  TensorDataset(const Tensor& samples, const model::NetSpec& spec) : samples_(samples) {
    info_.task = spec.task;
    info_.sample_shape = spec.input_shape;
    info_.class_names = spec.class_names;
  }
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return samples_.shape().front(); }
  void get(int64_t index, float* out) const override {
    const int64_t count = element_count(info_.sample_shape);
    std::copy_n(samples_.data<float>() + index * count, count, out);
  }
  data::SampleInfo sample_info(int64_t) const override { return {}; }
  const std::string& group_name(int32_t) const override { return none_; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return no_attributes_; }

 private:
  const Tensor& samples_;
  data::DatasetInfo info_;
  std::string none_;
  std::map<std::string, std::string> no_attributes_;
};

Result<Tensor> only_input(const std::string& path, const Tensors& inputs) {
  if (inputs.size() == 1 && inputs.begin()->first == model::kNetInput) return inputs.begin()->second.to_f32();
  return bad_input(path, "takes one input, --input input=FILE; found {} ('{}')", inputs.size(), inputs.begin()->first);
}

// The one input of a student as float32 [n, ...shape].
Result<Tensor> student_input(const std::string& path, const model::NetSpec& spec, const Tensors& inputs) {
  APPRENTICE_TRY(Tensor samples, only_input(path, inputs));
  Shape one = spec.input_shape, given = samples.shape();
  if (given == one) {
    one.insert(one.begin(), 1);
    samples.reshape(one);
    return samples;
  }
  if (given.size() != one.size() + 1 || given.front() < 1 || !std::equal(one.begin(), one.end(), given.begin() + 1)) {
    return bad_input(path, "input 'input' is {}; expected {}, or any number of them", to_string(given), to_string(one));
  }
  return samples;
}

std::string output_name(const model::NetSpec& spec) { return spec.task == TaskKind::kRegression ? "value" : "logits"; }

Result<Tensors> predict_onnx(const std::string& path, const Tensors& inputs, int threads) {
  APPRENTICE_TRY(const onnx::run::OnnxModel model, onnx::run::OnnxModel::load(path));
  onnx::run::set_compute_threads(threads);
  return model.run(inputs);
}

Result<Tensors> predict_student(const std::string& path, const Tensors& inputs, int threads,
                                const RunControl& control) {
  APPRENTICE_TRY(const model::Model model, model::load_model(path));
  APPRENTICE_TRY(const Tensor samples, student_input(path, model.spec, inputs));
  APPRENTICE_TRY(Tensor answers, pipeline::predict_float(model, TensorDataset(samples, model.spec), threads, control));
  return Tensors{{output_name(model.spec), std::move(answers)}};
}

Result<Tensors> predict_quantized(const std::string& path, const Tensors& inputs, int threads,
                                  const RunControl& control) {
  APPRENTICE_TRY(const quant::QuantNet net, quant::load_quant_net(path));
  APPRENTICE_TRY(const Tensor samples, student_input(path, net.spec, inputs));
  APPRENTICE_TRY(Tensor answers, pipeline::predict_int8(net, samples, threads, control));
  return Tensors{{output_name(net.spec), std::move(answers)}};
}

Result<Tensors> predict_opened(const std::string& path, const Result<teacher::OpenedModel>& model,
                               const Tensors& inputs, int threads) {
  if (!model) return pass_on(model);
  APPRENTICE_TRY(const Tensor samples, only_input(path, inputs));
  onnx::run::set_compute_threads(threads);
  APPRENTICE_TRY(teacher::NamedOutputs outputs, model->run(samples));
  Tensors named;
  for (auto& [name, tensor] : outputs) named.emplace(name, std::move(tensor));
  return named;
}

}  // namespace

Result<ModelFile> model_file_of(const std::string& path) {
  const std::string ending = data::ending_of(path);
  if (ending == ".onnx") return ModelFile::kOnnx;
  if (ending == ".apnet") return ModelFile::kFloat;
  if (ending == ".apq") return ModelFile::kInt8;
  if (ending == ".pt" || ending == ".pth") return ModelFile::kTorchscript;
  if (ending == ".ubj" || ending == ".json") return ModelFile::kXgboost;
  return bad_input(path,
                   "is of no known kind; known: .onnx, .apnet (float student), .apq (int8 student), .pt (TorchScript), "
                   ".ubj and .json (XGBoost)");
}

Result<Tensors> predict_any(const std::string& path, const Tensors& inputs, int threads, const RunControl& control) {
  APPRENTICE_TRY(const ModelFile kind, model_file_of(path));
  if (kind == ModelFile::kOnnx) return predict_onnx(path, inputs, threads);
  if (kind == ModelFile::kFloat) return predict_student(path, inputs, threads, control);
  if (kind == ModelFile::kTorchscript) return predict_opened(path, teacher::open_torchscript(path), inputs, threads);
  if (kind == ModelFile::kXgboost) return predict_opened(path, teacher::open_xgboost(path), inputs, threads);
  return predict_quantized(path, inputs, threads, control);
}

}  // namespace apprentice::cli

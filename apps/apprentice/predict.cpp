// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "any_model.h"
#include "apprentice/base/files.h"
#include "apprentice/pipeline/run_directory.h"
#include "predict_run.h"
#include "tensors.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

struct PredictRequest {
  std::string model, output, format;
  std::vector<std::string> data;
  int64_t stride = 0;
  std::vector<std::string> inputs;
  int64_t threads = 0;
  bool allow_nan = false;
};

// A reading that is missing must not become an answer that looks like any other.
Status check_finite(const NamedFile& file, const Tensor& tensor) {
  if (tensor.dtype() != DType::kF32) return {};
  for (int64_t i = 0; i < tensor.size(); ++i) {
    if (std::isfinite(tensor.data<float>()[i])) continue;
    Shape index;
    int64_t rest = i;
    for (size_t axis = tensor.shape().size(); axis-- > 0; rest /= tensor.shape()[axis]) {
      index.insert(index.begin(), rest % tensor.shape()[axis]);
    }
    return bad_input(file.path, "element {} of input '{}' is {}; expected finite numbers (--allow-nan takes others)",
                     to_string(index), file.name, tensor.data<float>()[i]);
  }
  return {};
}

// The files of --input, and the format of the first.
Result<std::map<std::string, Tensor>> read_inputs(const PredictRequest& request, TensorFormat& format) {
  std::map<std::string, Tensor> tensors;
  for (const std::string& text : request.inputs) {
    APPRENTICE_TRY(const NamedFile file, split_assignment(text));
    APPRENTICE_TRY(const TensorFormat found, format_of(file.path));
    if (tensors.empty()) format = found;
    APPRENTICE_TRY(Tensor tensor, read_tensor(file.path));
    if (!request.allow_nan) APPRENTICE_CHECK(check_finite(file, tensor));
    if (!tensors.emplace(file.name, std::move(tensor)).second) {
      return bad_input("--input", "'{}' is given twice", file.name);
    }
  }
  return tensors;
}

Status predict_of_run(const PredictRequest& request, Session& session) {
  if (request.data.empty()) return bad_input(request.model, "is a run directory: give it data with --data FILE");
  if (!request.inputs.empty()) return bad_input("--input", "is for model files; a run directory takes --data");
  return predict_run({request.model, request.data, request.output, request.format, request.stride, request.threads},
                     session);
}

Status check_request(const PredictRequest& request) {
  if (!request.data.empty()) {
    return bad_input("--data", "is for run directories, and {} is none; a model file takes --input", request.model);
  }
  if (request.inputs.empty()) return bad_input(request.model, "has no input; give --input NAME=FILE");
  if (request.output.empty()) return bad_input(request.model, "give a folder for its outputs with --output");
  if (request.format == "csv" || request.format == "json") {
    return bad_input("--format", "'{}' is for run directories; a model file gives npy or pb", request.format);
  }
  return {};
}

Status predict(const PredictRequest& request, Session& session) {
  if (pipeline::is_run_directory(request.model)) return predict_of_run(request, session);
  APPRENTICE_CHECK(check_request(request));
  TensorFormat format = TensorFormat::kNpy;
  APPRENTICE_TRY(const auto inputs, read_inputs(request, format));
  if (!request.format.empty()) format = request.format == "pb" ? TensorFormat::kPb : TensorFormat::kNpy;
  APPRENTICE_TRY(const auto outputs,
                 predict_any(request.model, inputs, static_cast<int>(request.threads), session.control));
  APPRENTICE_CHECK(make_folder(request.output));
  APPRENTICE_TRY(const std::vector<WrittenFile> written, write_tensors(request.output, outputs, format));
  for (const WrittenFile& file : written)
    session.console.result(fmt::format("{} {}\n", file.path, to_string(file.shape)));
  return {};
}

}  // namespace

Action declare_predict(Options options) {
  const auto request = std::make_shared<PredictRequest>();
  options.positional("MODEL", request->model,
                     "a run directory, or .onnx, .pt, .ubj, .json, .apnet (float student), .apq (int8 student)");
  options.texts("--data", request->data, "of a run: what to answer; a file of any data format, several, or a folder",
                Need::kOptional);
  options.number("--stride", request->stride, 0, int64_t{1} << 32, "of a run: rows between windows; 0 = the job's");
  options.texts("--input", request->inputs, "of a model: NAME=FILE for each input; .npy or .pb (ONNX TensorProto)",
                Need::kOptional);
  options.text("--output", request->output, "of a run: a file, default stdout; of a model: a folder");
  options.choice("--format", request->format, {"csv", "json", "npy", "pb"},
                 "of a run: csv or json; of a model: npy or pb; default: by the output's or the input's ending");
  options.number("--threads", request->threads, 0, 1024, "0 = all cores");
  options.flag("--allow-nan", request->allow_nan, "take inputs that are not finite, too");
  options.about(
      "Of a run, what ships answers: the int8 network, bit for bit as on the device. Columns are found by their "
      "names,\n"
      "windows are cut as in the job; each sample gets its class, its probability and that of every class.\n"
      "Students as files take raw, not normalised samples as 'input', channel-first: [n, channels, time].\n"
      "Example: apprentice predict runs/first --data new.csv --output answers.csv\n"
      "Example: apprentice predict teacher.onnx --input input=samples.npy --output answers");
  return [request](Session& session) { return predict(*request, session); };
}

}  // namespace apprentice::cli

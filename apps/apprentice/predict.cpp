// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "any_model.h"
#include "apprentice/base/files.h"
#include "tensors.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

struct Request {
  std::string model, output, format;
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
Result<std::map<std::string, Tensor>> read_inputs(const Request& request, TensorFormat& format) {
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

Status predict(const Request& request, Session& session) {
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
  const auto request = std::make_shared<Request>();
  options.positional("MODEL", request->model, ".onnx, .pt, .ubj, .json, .apnet (float student) or .apq (int8 student)");
  options.texts("--input", request->inputs, "NAME=FILE, one for each input; .npy or .pb (ONNX TensorProto)");
  options.text("--output", request->output, "folder for one file per output", Need::kRequired);
  options.choice("--format", request->format, {"npy", "pb"}, "of the outputs; default: that of the first input");
  options.number("--threads", request->threads, 0, 1024, "0 = all cores");
  options.flag("--allow-nan", request->allow_nan, "take inputs that are not finite, too");
  options.about(
      "Students take raw, not normalised samples as 'input', channel-first: [n, channels, time].\n"
      "Example: apprentice predict runs/first/student/int8.apq --input input=samples.npy --output answers");
  return [request](Session& session) { return predict(*request, session); };
}

}  // namespace apprentice::cli

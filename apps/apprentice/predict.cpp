// SPDX-License-Identifier: Apache-2.0
#include "any_model.h"
#include "apprentice/base/files.h"
#include "tensors.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

struct Options {
  std::string model, output, format;
  std::vector<std::string> inputs;
  int threads = 0;
};

// The files of --input, and the format of the first.
Result<std::map<std::string, Tensor>> read_inputs(const Options& options, TensorFormat& format) {
  std::map<std::string, Tensor> tensors;
  for (const std::string& text : options.inputs) {
    APPRENTICE_TRY(const NamedFile file, split_assignment(text));
    APPRENTICE_TRY(const TensorFormat found, format_of(file.path));
    if (tensors.empty()) format = found;
    APPRENTICE_TRY(Tensor tensor, read_tensor(file.path));
    if (!tensors.emplace(file.name, std::move(tensor)).second) {
      return bad_input("--input", "'{}' is given twice", file.name);
    }
  }
  return tensors;
}

Status predict(const Options& options, Session& session) {
  TensorFormat format = TensorFormat::kNpy;
  APPRENTICE_TRY(const auto inputs, read_inputs(options, format));
  if (!options.format.empty()) format = options.format == "pb" ? TensorFormat::kPb : TensorFormat::kNpy;
  APPRENTICE_TRY(const auto outputs, predict_any(options.model, inputs, options.threads, session.control));
  APPRENTICE_CHECK(make_folder(options.output));
  for (const auto& [name, tensor] : outputs) {
    APPRENTICE_TRY(const std::string path, write_tensor(options.output, name, tensor, format));
    session.console.result(fmt::format("{} {}\n", path, to_string(tensor.shape())));
  }
  return {};
}

}  // namespace

Action declare_predict(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("MODEL", options->model, ".onnx, .apnet (float student) or .apq (int8 student)")->required();
  app.add_option("--input", options->inputs, "NAME=FILE, one for each input; .npy or .pb (ONNX TensorProto)")
      ->required();
  app.add_option("--output", options->output, "folder for one file per output")->required();
  app.add_option("--format", options->format, "npy or pb; default: that of the first input")
      ->check(CLI::IsMember({"npy", "pb"}));
  app.add_option("--threads", options->threads, "0 = all cores")->check(CLI::Range(0, 1024));
  app.footer(
      "Students take raw, not normalised samples as 'input', channel-first: [n, channels, time].\n"
      "Example: apprentice predict runs/first/student/int8.apq --input input=samples.npy --output answers");
  return [options](Session& session) { return predict(*options, session); };
}

}  // namespace apprentice::cli

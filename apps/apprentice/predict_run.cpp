// SPDX-License-Identifier: Apache-2.0
#include "predict_run.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apprentice/base/files.h"
#include "apprentice/data/unlabelled.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::cli {
namespace {

constexpr int64_t kChunk = 4096;  // samples that are answered at a time

using Json = nlohmann::ordered_json;

// Of the package: names of channels, and how many steps make a reading.
Status read_manifest(const std::string& run, data::SampleNeeds& needs) {
  const std::string path = run + "/" + pipeline::kShippedManifest;
  APPRENTICE_TRY(const std::string text, read_file(path));
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("input") || !manifest["input"].is_object()) {
    return bad_input(path, "is no manifest of a package; apprentice package {} writes it again", run);
  }
  const Json& input = manifest["input"];
  const Json names = input.value("channel_names", Json::array()), steps = input.value("steps_per_reading", Json(1));
  for (const Json& name : names) {
    if (name.is_string()) needs.channel_names.push_back(name.get<std::string>());
  }
  if (steps.is_number_integer()) needs.every = std::max<int64_t>(1, steps.get<int64_t>());
  return {};
}

// How the job's own tables are written. A job that is gone leaves the defaults.
void read_job_keys(const std::string& run, data::SampleNeeds& needs) {
  const auto source = pipeline::read_job_source(run);
  if (!source) return;
  auto job = Config::parse_file(source->path);
  if (!job) return;
  Config& data = job->table("data");
  data::read_csv_keys(data, needs.csv);
  needs.csv.inputs.clear();
  needs.csv.ignore.clear();
  needs.csv.transposed = false;
  data.read("group", needs.csv.group).read("samples", needs.samples_array);
  Config& window = data.table("window");
  int64_t length = 0;
  window.read("length", length);
  needs.stride = length;
  window.read("stride", needs.stride);
}

std::vector<float> softmax(const float* logits, int64_t count) {
  std::vector<float> shares(logits, logits + count);
  const float most = *std::max_element(shares.begin(), shares.end());
  float sum = 0.0F;
  for (float& share : shares) sum += share = std::exp(share - most);
  for (float& share : shares) share /= sum;
  return shares;
}

struct Answers {
  const model::NetSpec& spec;
  const data::UnlabelledData& data;
  std::vector<float> outputs;  // [samples, outputs]

  int64_t width() const { return static_cast<int64_t>(outputs.size()) / data.samples->size(); }
  const float* of(int64_t index) const { return outputs.data() + index * width(); }
  bool classifies() const { return spec.task == TaskKind::kClassification; }
};

// RFC 4180.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_text(const Answers& answers) {
  std::string text = "recording,first_row,rows";
  if (answers.classifies()) {
    text += ",class,probability";
    for (const std::string& name : answers.spec.class_names) text += "," + cell("p(" + name + ")");
  } else {
    text += ",value";
  }
  text += "\n";
  for (int64_t i = 0; i < answers.data.samples->size(); ++i) {
    const data::SampleInfo info = answers.data.samples->sample_info(i);
    text += fmt::format("{},{},{}", cell(answers.data.samples->group_name(info.group)), info.position + 1,
                        answers.data.window_rows);
    if (!answers.classifies()) {
      text += fmt::format(",{:.6g}\n", answers.of(i)[0]);
      continue;
    }
    const std::vector<float> shares = softmax(answers.of(i), answers.width());
    const auto best = static_cast<size_t>(std::max_element(shares.begin(), shares.end()) - shares.begin());
    text += fmt::format(",{},{:.4f}", cell(answers.spec.class_names[best]), shares[best]);
    for (const float share : shares) text += fmt::format(",{:.4f}", share);
    text += "\n";
  }
  return text;
}

std::string json_text(const Answers& answers, const RunPrediction& request) {
  Json samples = Json::array();
  for (int64_t i = 0; i < answers.data.samples->size(); ++i) {
    const data::SampleInfo info = answers.data.samples->sample_info(i);
    Json sample = {{"recording", answers.data.samples->group_name(info.group)},
                   {"first_row", info.position + 1},
                   {"rows", answers.data.window_rows}};
    if (answers.classifies()) {
      const std::vector<float> shares = softmax(answers.of(i), answers.width());
      const auto best = static_cast<size_t>(std::max_element(shares.begin(), shares.end()) - shares.begin());
      sample["class"] = answers.spec.class_names[best];
      sample["probability"] = shares[best];
      sample["probabilities"] = shares;
    } else {
      sample["value"] = answers.of(i)[0];
    }
    samples.push_back(std::move(sample));
  }
  const Json page = {{"format", "apprentice-predictions"},
                     {"version", 1},
                     {"run", request.run},
                     {"classes", answers.spec.class_names},
                     {"samples", samples}};
  return page.dump(2) + "\n";
}

Status check_shipped(const std::string& run, const std::string& net) {
  if (file_exists(net)) return {};
  std::error_code error;
  for (const auto& device : std::filesystem::directory_iterator(run + "/devices", error)) {
    return bad_input(run, "is the run of a hall; name one of its devices, such as {}", device.path().string());
  }
  return fail(ErrorKind::kNotFound, net, "nothing ships yet; apprentice package {} writes it", run);
}

bool wants_json(const RunPrediction& request) {
  if (!request.format.empty()) return request.format == "json";
  return std::filesystem::path(request.output).extension() == ".json";
}

// "healthy 412, worn 8": what the answers come to.
std::string summary(const Answers& answers) {
  std::string text = fmt::format("{} samples", answers.data.samples->size());
  if (answers.data.dropped_rows > 0)
    text += fmt::format(", {} rows left out since a value is missing", answers.data.dropped_rows);
  if (!answers.classifies()) return text;
  std::vector<int64_t> counts(answers.spec.class_names.size());
  for (int64_t i = 0; i < answers.data.samples->size(); ++i) {
    const float* row = answers.of(i);
    ++counts[static_cast<size_t>(std::max_element(row, row + answers.width()) - row)];
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0)
      text += fmt::format("{} {} {}", text.find(':') == std::string::npos ? ":" : ",", answers.spec.class_names[i],
                          counts[i]);
  }
  return text;
}

}  // namespace

Status predict_run(const RunPrediction& request, Session& session) {
  const std::string path = request.run + "/" + pipeline::kShippedNet;
  APPRENTICE_CHECK(check_shipped(request.run, path));
  APPRENTICE_TRY(const quant::QuantNet net, quant::load_quant_net(path));
  data::SampleNeeds needs;
  needs.shape = net.spec.input_shape;
  APPRENTICE_CHECK(read_manifest(request.run, needs));
  read_job_keys(request.run, needs);
  if (request.stride > 0) needs.stride = request.stride;
  APPRENTICE_TRY(const data::UnlabelledData data, data::load_unlabelled(request.data, needs));
  Answers answers{net.spec, data, {}};
  for (int64_t from = 0; from < data.samples->size(); from += kChunk) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(kChunk, data.samples->size() - from)));
    std::iota(indices.begin(), indices.end(), from);
    APPRENTICE_TRY(const Tensor part, pipeline::predict_int8(net, data::gather(*data.samples, indices),
                                                             static_cast<int>(request.threads), session.control));
    answers.outputs.insert(answers.outputs.end(), part.data<float>(), part.data<float>() + part.size());
  }
  const std::string text = wants_json(request) ? json_text(answers, request) : csv_text(answers);
  session.console.note(summary(answers));
  if (request.output.empty()) {
    session.console.result(text);
    return {};
  }
  APPRENTICE_CHECK(write_file(request.output, text));
  session.console.result(request.output + "\n");
  return {};
}

}  // namespace apprentice::cli

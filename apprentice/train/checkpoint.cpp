// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/checkpoint.h"

#include <ATen/ATen.h>

#include <cstring>

#include "apprentice/base/hash.h"
#include "apprentice/model/container.h"
#include "apprentice/train/report_json.h"

namespace apprentice::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "APCKPT01";
constexpr int64_t kMany = int64_t{1} << 53;  // bound of counters

// All tensors in the order of the file.
std::vector<at::Tensor> tensors_of(const TrainState& state) {
  std::vector<at::Tensor> tensors{state.student.parameters, state.student.statistics, state.average.parameters,
                                  state.average.statistics, state.best.parameters,    state.best.statistics};
  tensors.insert(tensors.end(), state.optimizer.begin(), state.optimizer.end());
  tensors.insert(tensors.end(), state.auxiliaries.begin(), state.auxiliaries.end());
  return tensors;
}

size_t byte_count(const at::Tensor& tensor) { return static_cast<size_t>(tensor.numel()) * sizeof(float); }

Status fill(const std::string& path, const std::string& blob, const TrainState& state) {
  size_t expected = 0;
  for (const at::Tensor& tensor : tensors_of(state)) expected += byte_count(tensor);
  if (blob.size() != expected)
    return bad_input(path, "holds {} bytes of state; expected {}; remove it, and the training starts anew", blob.size(),
                     expected);
  const char* next = blob.data();
  for (const at::Tensor& tensor : tensors_of(state)) {
    std::memcpy(tensor.data_ptr<float>(), next, byte_count(tensor));
    next += byte_count(tensor);
  }
  return {};
}

}  // namespace

std::string training_identity(const TrainTask& task) {
  Json described = describe(task);
  if (task.targets != nullptr) described["targets"] = task.targets->identity();
  return sha256_hex(described.dump());
}

Status save_checkpoint(const std::string& path, const std::string& identity, const TrainState& state) {
  model::Container content;
  content.header = {{"identity", identity},
                    {"step", state.step},
                    {"finished", state.finished ? 1 : 0},
                    {"seconds", state.seconds},
                    {"best_loss", state.best_score.loss},
                    {"best_metric", state.best_score.metric},
                    {"report", to_json(state.report)}};
  for (const at::Tensor& tensor : tensors_of(state)) {
    content.blob.append(reinterpret_cast<const char*>(tensor.data_ptr<float>()), byte_count(tensor));
  }
  return model::write_container(path, kMagic, content);
}

Status load_checkpoint(const std::string& path, const std::string& identity, TrainState& state) {
  auto read = model::read_container(path, kMagic, "a checkpoint");
  if (!read) {
    read.error().message += "; remove it, and the training starts anew";
    return pass_on(read);
  }
  const model::Container content = std::move(*read);
  const JsonReader reader(content.header, path);
  const std::string found = reader.text("identity");
  state.step = reader.integer("step", 0, kMany);
  state.finished = reader.integer("finished", 0, 1) == 1;
  state.seconds = reader.finite("seconds");
  state.best_score.loss = reader.finite("best_loss");
  state.best_score.metric = reader.finite("best_metric");
  state.report = train_report_from_json(reader.object("report"));
  reader.refuse_unknown();
  APPRENTICE_CHECK(reader.status());
  if (found != identity) {
    return bad_input(path,
                     "belongs to a training with other inputs (net, data, teacher, loss or options); remove it or "
                     "choose another folder");
  }
  return fill(path, content.blob, state);
}

}  // namespace apprentice::train

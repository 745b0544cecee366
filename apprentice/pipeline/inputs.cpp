// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/inputs.h"

#include <algorithm>
#include <cmath>

#include "apprentice/data/load.h"
#include "apprentice/layers/layer.h"
#include "apprentice/model/families/family.h"

namespace apprentice {
namespace {

// A classifier with one class learns nothing; a split side without samples measures nothing.
Status check_splits(const Job& job, const Splits& splits) {
  const DatasetInfo& info = splits.train->info();
  if (info.task == TaskKind::kClassification && info.class_names.size() < 2) {
    return bad_input(job.data.place(), "the data has a single class ('{}'); a classifier needs at least two",
                     info.class_names.empty() ? "" : info.class_names.front());
  }
  const std::pair<const char*, const Dataset*> sides[] = {
      {"train", splits.train.get()}, {"validation", splits.validation.get()}, {"test", splits.test.get()}};
  for (const auto& [name, side] : sides) {
    if (side->size() == 0) return bad_input(job.split.place(), "the {} side of the split is empty", name);
  }
  return {};
}

// Mean and standard deviation of the training targets, so that the network answers in numbers near 1.
void standardise_output(const Dataset& train, NetSpec& spec) {
  double sum = 0.0, squares = 0.0;
  const auto count = static_cast<double>(train.size());
  for (int64_t i = 0; i < train.size(); ++i) sum += static_cast<double>(train.sample_info(i).target);
  for (int64_t i = 0; i < train.size(); ++i) {
    const double centred = static_cast<double>(train.sample_info(i).target) - sum / count;
    squares += centred * centred;
  }
  const double deviation = std::sqrt(squares / count);
  spec.output_mean = static_cast<float>(sum / count);
  spec.output_scale = deviation > 0.0 ? static_cast<float>(deviation) : 1.0F;
}

Result<NetSpec> network(Config& table, const std::string& name, const Dataset& train, const Normalisation& norm) {
  const DatasetInfo& info = train.info();
  const bool regression = info.task == TaskKind::kRegression;
  const int64_t outputs = regression ? 1 : static_cast<int64_t>(info.class_names.size());
  APPRENTICE_TRY(NetSpec spec, read_net_spec(table, info.sample_shape, outputs));
  spec.name = name;
  spec.task = info.task;
  spec.class_names = info.class_names;
  spec.input_mean = norm.mean;
  spec.input_scale = norm.scale;
  if (regression) standardise_output(train, spec);
  const auto shapes = infer_shapes(spec);
  if (!shapes) return bad_input(table.place(), "{}", shapes.error().text());
  if (element_count(shapes->back()) != outputs) {
    return bad_input(table.place(), "the last layer '{}' gives {}; expected {} ({})", spec.layers.back().name,
                     to_string(shapes->back()), outputs, regression ? "the value" : "one for each class");
  }
  return spec;
}

Status load_device_of(const Job& job, Inputs& inputs) {
  const bool is_file = job.device.name.size() > 5 && job.device.name.substr(job.device.name.size() - 5) == ".toml";
  auto device = load_device(is_file ? resolve_path(job.folder, job.device.name) : job.device.name);
  if (!device) {
    Error error = device.error();
    if (error.place.empty()) error.place = Config(job.root).table("device").place("name");
    return tl::unexpected<Error>(std::move(error));
  }
  if (job.device.flash_bytes > 0) device->flash_bytes = job.device.flash_bytes;
  if (job.device.ram_bytes > 0) device->ram_bytes = job.device.ram_bytes;
  inputs.device = std::move(*device);
  return {};
}

Status load_networks(Inputs& inputs) {
  Job& job = inputs.job;
  auto norm = fit_normalisation(*inputs.splits.train, job.constant_channels);
  if (!norm) return bad_input(job.data.place(), "{}", norm.error().message);
  APPRENTICE_TRY(inputs.student, network(job.student, job.name, *inputs.splits.train, *norm));
  APPRENTICE_CHECK(job.student.finish());
  for (AssistantJob& assistant : job.assistants) {
    NetSpec spec = inputs.student;
    if (assistant.network.has("family") || assistant.network.has("layer")) {
      APPRENTICE_TRY(spec, network(assistant.network, job.name, *inputs.splits.train, *norm));
    }
    spec.name = fmt::format("{}_assistant{}", job.name, inputs.assistants.size());
    APPRENTICE_CHECK(assistant.network.finish());
    inputs.assistants.push_back(std::move(spec));
  }
  if (!job.teach.present) return {};
  APPRENTICE_TRY(inputs.taught, network(job.teach_network, job.name + "_teacher", *inputs.splits.train, *norm));
  return job.teach_network.finish();
}

}  // namespace

Result<Inputs> load_inputs(const Job& job) {
  Inputs inputs;
  inputs.job = job;
  APPRENTICE_CHECK(load_device_of(job, inputs));
  APPRENTICE_TRY(inputs.splits, load_splits(inputs.job.data, inputs.job.split, job.folder));
  APPRENTICE_CHECK(inputs.job.data.finish());
  APPRENTICE_CHECK(inputs.job.split.finish());
  APPRENTICE_CHECK(check_splits(job, inputs.splits));
  APPRENTICE_TRY(inputs.views, Views::create(inputs.job.views, inputs.splits.train, job.seed));
  APPRENTICE_CHECK(load_networks(inputs));
  if (!inputs.job.root.has("teacher")) return inputs;
  APPRENTICE_TRY(inputs.teacher, make_teacher(inputs.job.teacher, inputs.splits.train->info(), job.folder));
  APPRENTICE_CHECK(inputs.job.teacher.finish());
  return inputs;
}

}  // namespace apprentice

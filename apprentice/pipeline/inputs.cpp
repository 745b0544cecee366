// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/inputs.h"

#include <algorithm>

#include "apprentice/codegen/package.h"
#include "apprentice/data/load.h"
#include "apprentice/families/family.h"
#include "apprentice/families/frontends.h"
#include "apprentice/layers/layer.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/pipeline/student_input.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/views/relevant_views.h"

namespace apprentice::pipeline {
namespace {

// A classifier with one class learns nothing; a split side without samples measures nothing.
Status check_splits(const Job& job, const data::Splits& splits) {
  const data::DatasetInfo& info = splits.train->info();
  if (info.task == TaskKind::kClassification && info.class_names.size() < 2) {
    return bad_input(job.data.keys.place, "the data has a single class ('{}'); a classifier needs at least two",
                     info.class_names.empty() ? "" : info.class_names.front());
  }
  const std::pair<const char*, const data::Dataset*> sides[] = {
      {"train", splits.train.get()}, {"validation", splits.validation.get()}, {"test", splits.test.get()}};
  for (const auto& [name, side] : sides) {
    if (side->size() == 0) return bad_input(job.data.split.place, "the {} side of the split is empty", name);
  }
  return {};
}

Result<model::NetSpec> network(Config& table, const std::string& name, const data::Dataset& train,
                               const StudentInput& input) {
  const data::DatasetInfo& info = train.info();
  const bool regression = info.task == TaskKind::kRegression;
  const int64_t outputs = regression ? 1 : static_cast<int64_t>(info.class_names.size());
  APPRENTICE_TRY(model::NetSpec spec, families::read_net_spec(table, input.shape, outputs));
  fill_spec(name, info, input, spec);
  const auto shapes = layers::infer_shapes(spec);
  if (!shapes) return bad_input(table.place(), "{}", shapes.error().text());
  if (element_count(shapes->back()) != outputs) {
    return bad_input(table.place(), "the last layer '{}' gives {}; expected {} ({})", spec.layers.back().name,
                     to_string(shapes->back()), outputs, regression ? "the value" : "one for each class");
  }
  return spec;
}

Status load_device_of(const Job& job, Inputs& inputs) {
  const bool is_file = job.device.name.size() > 5 && job.device.name.substr(job.device.name.size() - 5) == ".toml";
  auto device = device::load_device(is_file ? data::resolve_path(job.folder, job.device.name) : job.device.name);
  if (!device) {
    Error error = device.error();
    if (error.place.empty()) error.place = job.device.place;
    return tl::unexpected<Error>(std::move(error));
  }
  if (job.device.flash_bytes > 0) device->flash_bytes = job.device.flash_bytes;
  if (job.device.ram_bytes > 0) device->ram_bytes = job.device.ram_bytes;
  inputs.device = std::move(*device);
  return {};
}

// `table`: [frontend]; null where networks read raw samples.
Result<StudentInput> input_of(const Job& job, const data::Dataset& train, Config* table) {
  std::optional<model::FrontendSpec> frontend;
  if (table != nullptr) {
    APPRENTICE_TRY(frontend, families::read_frontend(*table, train.info().sample_shape));
    APPRENTICE_CHECK(table->finish());
  }
  auto input = fit_student_input(train, std::move(frontend), job.data.keys.constant_channels);
  if (input) return input;
  // With the part and the stage of a front end that does not fit.
  if (table != nullptr) return bad_input(table->place(), "{}", input.error().text());
  return bad_input(job.data.keys.place, "{}", input.error().message);
}

Status load_taught(Inputs& inputs) {
  Job& job = inputs.job;
  const data::Dataset& train = *inputs.full.train;
  APPRENTICE_TRY(const StudentInput input, input_of(job, train, nullptr));
  const std::string name = (job.is_of_hall() ? job.hall : job.name) + "_teacher";
  for (size_t member = 0; member < job.teach.members.size(); ++member) {
    Config& table = job.teach.network(member);
    model::NetSpec spec;
    if (!job.teach.members[member].trees) {
      APPRENTICE_TRY(spec, network(table, name, train, input));
    } else if (train.info().sample_shape.size() > 2) {
      return bad_input(table.place("family"), "trees take rows and windows, but samples are {}",
                       to_string(train.info().sample_shape));
    }
    APPRENTICE_CHECK(table.finish());
    inputs.taught.push_back(std::move(spec));
  }
  return job.teach.table.finish();
}

// Data, views and teacher.
Status load_shared(Inputs& inputs, const std::string& run) {
  Job& job = inputs.job;
  onnx::run::set_compute_threads(job.threads);  // left alone, libtorch takes half of the cores
  APPRENTICE_TRY(inputs.full, data::load_splits(job.data));
  APPRENTICE_CHECK(check_splits(job, inputs.full));
  const std::shared_ptr<const data::Dataset> train = inputs.full.train;
  APPRENTICE_TRY(inputs.full_views, views::Views::create(job.views, train, job.seed));
  if (job.teach.present) {
    APPRENTICE_CHECK(load_taught(inputs));
  }
  if (!job.teacher) return {};
  APPRENTICE_TRY(inputs.teacher, teacher::make_teacher(*job.teacher, train->info(), job.folder,
                                                       home_folder(job, run) + "/" + known_path(0)));
  return job.teacher->finish();
}

// What [relevance] keeps; everything without it.
Status load_relevance(Inputs& inputs) {
  inputs.splits = inputs.full;
  inputs.metric = inputs.job.metric(count_classes(*inputs.full.train));
  inputs.views = inputs.full_views;
  if (!inputs.job.relevance) return {};
  APPRENTICE_TRY(data::RelevantSplits kept, data::make_relevant(*inputs.job.relevance, inputs.full));
  inputs.splits.train = kept.train;
  inputs.splits.validation = kept.validation;
  inputs.splits.test = kept.test;
  inputs.splits.description += "; the device " + kept.description;
  APPRENTICE_TRY(inputs.views, views::make_relevant_views(inputs.full_views, kept.train));
  inputs.relevance = std::move(kept);
  inputs.metric = inputs.job.metric(count_classes(*inputs.splits.train));
  return {};
}

// An assistant teaches through its ONNX file, which has no front end: its network reads raw samples.
Status load_assistants(Inputs& inputs) {
  Job& job = inputs.job;
  if (job.assistants.empty()) return {};
  APPRENTICE_TRY(const StudentInput input, input_of(job, *inputs.splits.train, nullptr));
  for (AssistantJob& assistant : job.assistants) {
    model::NetSpec spec = inputs.student;
    const bool of_its_own = assistant.network.has("family") || assistant.network.has("layer");
    if (!of_its_own && inputs.student.frontend) {
      return bad_input(assistant.network.place(),
                       "an assistant reads raw samples, the student's network what [frontend] makes of them; give the "
                       "assistant a network of its own");
    }
    if (of_its_own) {
      APPRENTICE_TRY(spec, network(assistant.network, job.name, *inputs.splits.train, input));
    }
    spec.name = fmt::format("{}_assistant{}", job.name, inputs.assistants.size());
    APPRENTICE_CHECK(assistant.network.finish());
    inputs.assistants.push_back(std::move(spec));
  }
  return {};
}

Status load_stream(Inputs& inputs) {
  if (!inputs.job.stream) return {};
  Config& table = *inputs.job.stream;
  inputs.hop = codegen::default_hop(inputs.student);
  table.read("hop", inputs.hop);
  if (const Status fits = codegen::check_hop(inputs.student, inputs.hop); !fits) {
    table.reject("hop", fits.error().message);
  }
  return table.finish();
}

Status load_student(Inputs& inputs) {
  Job& job = inputs.job;
  APPRENTICE_CHECK(load_relevance(inputs));
  APPRENTICE_TRY(const StudentInput input,
                 input_of(job, *inputs.splits.train, job.frontend ? &*job.frontend : nullptr));
  APPRENTICE_TRY(inputs.student, network(job.student, job.name, *inputs.splits.train, input));
  APPRENTICE_CHECK(job.student.finish());
  APPRENTICE_CHECK(load_stream(inputs));
  return load_assistants(inputs);
}

Result<Inputs> load_alone(const Job& job, const std::string& run) {
  Inputs inputs;
  inputs.job = job;
  APPRENTICE_CHECK(load_device_of(job, inputs));
  APPRENTICE_CHECK(load_shared(inputs, run));
  APPRENTICE_CHECK(load_student(inputs));
  return inputs;
}

Result<Inputs> load_hall(const Job& hall, const std::string& run) {
  Inputs inputs;
  inputs.job = hall;
  APPRENTICE_CHECK(load_shared(inputs, run));
  inputs.splits = inputs.full;
  inputs.metric = hall.metric(count_classes(*inputs.full.train));
  return inputs;
}

Result<Inputs> load_device_inputs(const Inputs& hall, const std::string& id) {
  Inputs inputs = hall;
  APPRENTICE_TRY(inputs.job, hall.job.device_job(id));
  // As the hall has read them.
  inputs.job.data = hall.job.data;
  inputs.job.views = hall.job.views;
  inputs.job.teacher = hall.job.teacher;
  inputs.job.teach = hall.job.teach;
  APPRENTICE_CHECK(load_device_of(inputs.job, inputs));
  APPRENTICE_CHECK(load_student(inputs));
  return inputs;
}

}  // namespace

std::vector<int64_t> count_classes(const data::Dataset& data) {
  std::vector<int64_t> counts(data.info().class_names.size(), 0);
  for (int64_t i = 0; i < data.size() && !counts.empty(); ++i) {
    ++counts[static_cast<size_t>(data.sample_info(i).label)];
  }
  return counts;
}

Result<JobInputs> load_inputs(const Job& job, const std::string& run) {
  JobInputs inputs;
  if (!job.is_hall()) {
    APPRENTICE_TRY(inputs.devices.emplace_back(), load_alone(job, run));
    return inputs;
  }
  APPRENTICE_TRY(inputs.shared, load_hall(job, run));
  for (const std::string& id : job.device_ids) {
    auto device = load_device_inputs(*inputs.shared, id);
    if (!device) return of_device(id, device.error());
    inputs.devices.push_back(std::move(*device));
  }
  return inputs;
}

tl::unexpected<Error> of_device(const std::string& id, Error error) {
  error.message = fmt::format("device '{}': {}", id, error.message);
  return tl::unexpected<Error>(std::move(error));
}

nlohmann::ordered_json explain(const JobInputs& inputs) {
  if (!inputs.shared) return explain(inputs.devices.front().job);
  std::vector<Job> devices;
  for (const Inputs& device : inputs.devices) devices.push_back(device.job);
  return explain(inputs.shared->job, devices);
}

}  // namespace apprentice::pipeline

// SPDX-License-Identifier: Apache-2.0
// What the report repeats from earlier steps: device figures, learning curves, provenance.
#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/package/device_figures.h"
#include "apprentice/pipeline/choice.h"
#include "apprentice/pipeline/steps/report_parts.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {
namespace {

Result<report::ReportCurve> curve_of(report::ModelRole role, const std::string& path) {
  APPRENTICE_TRY(const train::TrainReport history, read_history(path));
  report::ReportCurve curve;
  curve.role = role;
  curve.best_step = history.best_step;
  curve.planned_steps = history.planned_steps;
  curve.end = train::to_string(history.end);
  for (const train::TrainPoint& point : history.points) {
    curve.points.push_back({point.step, point.train_loss, point.validation_metric});
  }
  return curve;
}

// Of the first network that the job teaches; "" without one. A hall's teacher is not of its devices' runs.
std::string taught_history(const Run& run) {
  const Job& job = run.inputs.job;
  if (!job.teach.present || !run.owns_teacher()) return "";
  for (size_t i = 0; i < job.teach.members.size(); ++i) {
    const std::string path = run.directory.file(taught_history_path(i));
    if (!job.teach.members[i].trees && file_exists(path)) return path;
  }
  return "";
}

}  // namespace

Status add_device(const Run& run, report::ReportData& report) {
  const std::string path = run.directory.file(kDeviceReport);
  APPRENTICE_TRY(const package::DeviceReport measured, package::read_device_report(path));
  for (report::ReportModel& model : report.models) {
    if (model.role == report::shipped_role(report)) model.on_device = measured;
  }
  const device::DeviceProfile& profile = run.inputs.device;
  report.device = report::ReportDevice{profile.name,      profile.summary,  measured.core,       measured.compiler,
                                       measured.emulator, profile.clock_hz, profile.flash_bytes, profile.ram_bytes};
  return {};
}

Status add_layers(const Run& run, report::ReportData& report) {
  APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
  APPRENTICE_TRY(const quant::QuantNet net, quant::load_quant_net(run.directory.file(quant_path(shipped))));
  for (const layers::QuantLayer& layer : net.layers) {
    const layers::QuantTensor& output = net.tensors[static_cast<size_t>(layer.output)];
    const auto weights = static_cast<int64_t>(layer.weights.size());
    // Every weight is used once for each position of the output; a table, which has no bias, is looked up.
    const int64_t macs = layer.bias.empty() ? 0 : weights * output.height * output.width;
    report.layers.push_back({layer.name, layer.kind, macs, weights, output.size()});
  }
  return {};
}

std::optional<report::ReportRelevance> relevance(const Inputs& inputs) {
  if (!inputs.relevance) return std::nullopt;
  const data::RelevantDataset& train = *inputs.relevance->train;
  const data::DatasetInfo& full = train.full().info();
  report::ReportRelevance kept;
  kept.has_other = train.classes().has_other;
  kept.classes = train.info().class_names;
  if (kept.has_other) kept.classes.pop_back();
  kept.classes_of = static_cast<int64_t>(full.class_names.size());
  kept.channels = data::channel_names(train.info());
  kept.channels_of = full.sample_shape[0];
  kept.every = train.values().every;
  kept.readings = train.values().readings;
  kept.steps_of = kept.readings > 0 ? full.sample_shape[1] : 0;
  kept.train = train.size();
  kept.train_of = train.full().size();
  kept.test = inputs.relevance->test->size();
  kept.test_of = inputs.relevance->test->full().size();
  return kept;
}

Result<std::vector<report::ReportCurve>> curves(const Run& run) {
  std::vector<report::ReportCurve> list;
  APPRENTICE_TRY(const report::ReportChoice choice, read_choice(run));
  for (const Arm& arm : chosen_arms(choice, run.inputs.job)) {
    const report::ModelRole role = arm.distilled ? report::ModelRole::kStudent : report::ModelRole::kControl;
    APPRENTICE_TRY(list.emplace_back(), curve_of(role, run.directory.file(history_path(arm))));
  }
  const std::string taught = taught_history(run);
  if (!taught.empty()) {
    APPRENTICE_TRY(list.emplace_back(), curve_of(report::ModelRole::kTeacher, taught));
  }
  return list;
}

Result<report::ReportProvenance> provenance(const Run& run) {
  const Inputs& inputs = run.inputs;
  report::ReportProvenance facts;
  facts.job_file = inputs.job.path;
  facts.job_hash = sha256_hex(inputs.job.text);
  facts.resolved_job = explain(inputs.job);
  for (const Arm& arm : all_arms(inputs.job)) {
    if (arm.distilled) facts.seeds.push_back(seed_of(inputs.job, arm));
  }
  facts.fingerprints = {{"train split", inputs.splits.train->info().fingerprint},
                        {"validation split", inputs.splits.validation->info().fingerprint},
                        {"test split", inputs.splits.test->info().fingerprint}};
  APPRENTICE_TRY(const auto teacher, job_teacher(run));
  if (teacher) facts.fingerprints.emplace_back("teacher", teacher->info().fingerprint);
  APPRENTICE_TRY(const report::ReportChoice choice, read_choice(run));
  for (const Arm& arm : chosen_arms(choice, inputs.job)) {
    APPRENTICE_TRY(const std::string model, hash_file(run.directory.file(model_path(arm))));
    APPRENTICE_TRY(const std::string net, hash_file(run.directory.file(quant_path(arm))));
    facts.fingerprints.emplace_back(arm.name, model);
    facts.fingerprints.emplace_back(fmt::format("{}, int8", arm.name), net);
  }
  APPRENTICE_TRY(const std::string manifest, hash_file(run.directory.file(kShippedManifest)));
  facts.fingerprints.emplace_back("package manifest", manifest);
  APPRENTICE_TRY(const model::Model shipped, model::load_model(run.directory.file(kShippedModel)));
  facts.versions = {{"apprentice", version()}};
  // The one that trained; runs from before it was kept have none.
  if (shipped.provenance.contains("libtorch")) facts.versions.emplace_back("libtorch", shipped.provenance["libtorch"]);
  facts.versions.emplace_back("compiler", __VERSION__);
  facts.split = inputs.splits.description;
  facts.leak_warning = inputs.splits.leak_warning;
  return facts;
}

}  // namespace apprentice::pipeline

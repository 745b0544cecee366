// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/job_check.h"

#include <algorithm>
#include <numeric>

#include "apprentice/base/files.h"
#include "apprentice/layers/layer.h"
#include "apprentice/metrics/metrics.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/fit.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/tree_rows.h"
#include "apprentice/teacher/answer_check.h"
#include "apprentice/teacher/foreign_code.h"
#include "apprentice/teacher/trials.h"

namespace apprentice::pipeline {
namespace {

constexpr int64_t kTeacherSamples = 1000;
constexpr int64_t kTeacherBatch = 64;
constexpr int64_t kTrialSamples = 256;

Result<NetworkFigures> figures(const model::NetSpec& spec) {
  APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(spec));
  return NetworkFigures{cost.parameters, cost.macs};
}

std::vector<int64_t> spread_indices(int64_t size, int64_t count) {
  const int64_t taken = std::min(size, count);
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < taken; ++i) indices.push_back(i * size / taken);
  return indices;
}

Result<Tensor> ask_teacher(teacher::Teacher& teacher, const data::Dataset& data, const std::vector<int64_t>& indices,
                           const RunControl& control) {
  Tensor all;
  const auto count = static_cast<int64_t>(indices.size());
  for (int64_t first = 0; first < count; first += kTeacherBatch) {
    if (control.stop_requested()) return interrupted("check");
    control.report({"check teacher", first, count, ""});
    const int64_t last = std::min(count, first + kTeacherBatch);
    const std::vector<int64_t> batch(indices.begin() + first, indices.begin() + last);
    APPRENTICE_TRY(const teacher::TeacherAnswers answers,
                   teacher.predict(data::gather(data, batch), data::source_rows(data, batch)));
    const int64_t width = answers.logits.shape().back();
    if (first == 0) all = Tensor(DType::kF32, {count, width});
    std::copy_n(answers.logits.data<float>(), answers.logits.size(), all.data<float>() + first * width);
  }
  control.report({"check teacher", count, count, ""});
  return all;
}

// Other preparations of the samples are tried; a better one is a warning.
Status try_preparations(teacher::Teacher& teacher, const data::Dataset& data, CheckReport& report) {
  if (data.info().task == TaskKind::kRegression) return {};
  const std::vector<int64_t> indices = spread_indices(data.size(), kTrialSamples);
  teacher::LabelledSamples given{
      data::gather(data, indices), data::source_rows(data, indices), {}, data.info().class_names};
  for (const int64_t index : indices) given.labels.push_back(data.sample_info(index).label);
  APPRENTICE_TRY(const std::vector<std::string> warnings, teacher::check_preprocessing(teacher, given));
  report.warnings.insert(report.warnings.end(), warnings.begin(), warnings.end());
  return {};
}

// The teacher's metric, and what is suspicious about its answers. A class order that clearly is another one is refused,
// unless the job tells it.
Status judge_answers(const Inputs& inputs, const Tensor& answers, const std::vector<int64_t>& indices,
                     CheckReport& report) {
  const data::Dataset& data = *inputs.full.validation;
  std::vector<int32_t> labels;
  std::vector<float> targets;
  for (const int64_t index : indices) {
    labels.push_back(data.sample_info(index).label);
    targets.push_back(data.sample_info(index).target);
  }
  if (data.info().task == TaskKind::kRegression) {
    report.teacher->metric = metrics::regression_metrics(answers, targets).rmse;
    const std::vector<std::string> warnings = teacher::check_values(answers, targets);
    report.warnings.insert(report.warnings.end(), warnings.begin(), warnings.end());
    return {};
  }
  const teacher::TeacherFindings findings = teacher::check_answers(answers, labels, data.info().class_names);
  report.teacher->metric = findings.accuracy;
  report.warnings.insert(report.warnings.end(), findings.warnings.begin(), findings.warnings.end());
  if (findings.other_order.empty()) return {};
  if (!inputs.teacher->info().names_classes) {
    CheckReport tried;  // samples that are prepared wrongly can look like another order
    APPRENTICE_CHECK(try_preparations(*inputs.teacher, data, tried));
    const std::string also = tried.warnings.empty() ? "" : "; or: " + tried.warnings.front();
    return bad_input(inputs.job.teacher->place(), "{}{}", findings.other_order, also);
  }
  report.warnings.push_back(findings.other_order);
  return {};
}

// Recorded answers must be there for every sample that will be asked for.
Status check_coverage(const teacher::Teacher& teacher, const data::Splits& splits) {
  for (const auto& part : {splits.train, splits.validation, splits.test}) {
    std::vector<int64_t> all(static_cast<size_t>(part->size()));
    std::iota(all.begin(), all.end(), 0);
    APPRENTICE_CHECK(teacher.covers(data::source_rows(*part, all)));
  }
  return {};
}

Status add_taught(const model::NetSpec& network, CheckReport& report) {
  if (!report.taught) report.taught = TaughtCheck();
  if (network.layers.empty()) {
    ++report.taught->trees;
    return {};
  }
  APPRENTICE_TRY(const NetworkFigures own, figures(network));
  report.taught->figures.parameters += own.parameters;
  report.taught->figures.macs += own.macs;
  ++report.taught->networks;
  return {};
}

Status check_teacher(Inputs& inputs, const JobBaselines& baselines, const RunControl& control, CheckReport& report) {
  for (const model::NetSpec& network : inputs.taught) {
    APPRENTICE_CHECK(add_taught(network, report));
  }
  if (inputs.teacher == nullptr) return {};
  if (const Status allowed = teacher::may_answer(inputs.teacher.get()); !allowed) {
    report.warnings.push_back(allowed.error().text() + "; its answers are not checked");
    return {};
  }
  APPRENTICE_CHECK(check_coverage(*inputs.teacher, inputs.full));
  const data::Dataset& data = *inputs.full.validation;
  const std::vector<int64_t> indices = spread_indices(data.size(), kTeacherSamples);
  APPRENTICE_TRY(const Tensor answers, ask_teacher(*inputs.teacher, data, indices, control));
  const teacher::TeacherInfo& info = inputs.teacher->info();
  report.teacher =
      TeacherCheck{info.description, {info.parameters, info.macs}, static_cast<int64_t>(indices.size()), 0.0};
  APPRENTICE_CHECK(judge_answers(inputs, answers, indices, report));
  const bool same_samples = !inputs.relevance;  // baselines see what the student sees
  const std::string below =
      same_samples ? teacher_below_baseline(baselines.fitted, data, indices, answers, inputs.metric, inputs.job) : "";
  if (!below.empty()) report.warnings.push_back(below);
  return try_preparations(*inputs.teacher, data, report);
}

// A network that the job will train: before training it has the same features, of the same shapes.
Result<std::string> untrained_network(const model::NetSpec& network) {
  model::Model model;
  model.spec = network;
  APPRENTICE_TRY(model.weights, layers::initial_weights(model.spec, 1));
  return onnx::write::export_onnx(model, onnx::write::Normalise::kInside);
}

// Networks, or trees (no layers), that the job will train, as one teacher.
Result<std::shared_ptr<teacher::Teacher>> untrained_teacher(const std::vector<model::NetSpec>& members,
                                                            const data::DatasetInfo& data,
                                                            const std::string& work_folder) {
  APPRENTICE_CHECK(make_folder(work_folder));
  std::vector<std::string> paths;
  for (const model::NetSpec& member : members) {
    const bool trees = member.layers.empty();
    APPRENTICE_TRY(const std::string bytes, trees ? untrained_trees(data) : untrained_network(member));
    paths.push_back(fmt::format("{}/untrained_teacher{}.{}", work_folder, paths.size(), trees ? "json" : "onnx"));
    APPRENTICE_CHECK(write_file(paths.back(), bytes));
  }
  return taught_teacher(paths, data);
}

Status foresee_learner(const Learner& learner, teacher::Teacher& teacher, const data::Dataset& data,
                       const std::shared_ptr<const views::Views>& views, CheckReport& report) {
  APPRENTICE_TRY(const targets::TargetOptions options, target_options(views, learner, teacher));
  const int64_t outputs = std::max<int64_t>(1, static_cast<int64_t>(data.info().class_names.size()));
  report.answer_bytes += targets::answer_bytes(data.size(), outputs, options);
  report.features.insert(report.features.end(), options.features.begin(), options.features.end());
  return {};
}

// How large the answers will be, and whether the loss finds what it looks at. The job's teacher answers the full data,
// an assistant what the student sees.
Status foresee_answers(const Inputs& inputs, const std::string& work_folder, CheckReport& report) {
  std::shared_ptr<teacher::Teacher> teacher = inputs.teacher;
  std::shared_ptr<const data::Dataset> data = inputs.full.train;
  std::shared_ptr<const views::Views> views = inputs.full_views;
  if (teacher == nullptr && inputs.job.teach.present) {
    APPRENTICE_TRY(teacher, untrained_teacher(inputs.taught, data->info(), work_folder));
  }
  const std::vector<Learner> learners = learners_of(inputs);
  for (const Learner& learner : learners) {
    if (teacher != nullptr && looks_at_answers(learner)) {
      APPRENTICE_CHECK(foresee_learner(learner, *teacher, *data, views, report));
    }
    if (&learner == &learners.back()) break;
    data = inputs.splits.train;
    views = inputs.views;
    APPRENTICE_TRY(teacher, untrained_teacher({learner.network}, data->info(), work_folder));
  }
  return {};
}

void warn_of_missing(const data::Dataset& data, const char* side, CheckReport& report) {
  const std::vector<int64_t> counts = count_classes(data);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) continue;
    report.warnings.push_back(
        fmt::format("class '{}' has no sample in the {} split", data.info().class_names[i], side));
  }
}

void describe_data(const data::Splits& splits, CheckReport& report) {
  const data::DatasetInfo& info = splits.train->info();
  report.split = splits.description;
  report.train = splits.train->size();
  report.validation = splits.validation->size();
  report.test = splits.test->size();
  report.sample_shape = info.sample_shape;
  report.class_names = info.class_names;
  if (!splits.leak_warning.empty()) report.warnings.push_back(splits.leak_warning);
  if (info.task == TaskKind::kRegression) return;
  report.class_counts = count_classes(*splits.train);
  warn_of_missing(*splits.train, "training", report);
}

// A class that a device keeps on purpose should be there wherever it is learnt, chosen by and judged.
void describe_relevance(const Inputs& inputs, CheckReport& report) {
  if (!inputs.relevance) return;
  report.relevance = inputs.relevance->description;
  if (inputs.student.task == TaskKind::kRegression) return;
  warn_of_missing(*inputs.splits.validation, "validation", report);
  warn_of_missing(*inputs.splits.test, "test", report);
}

nlohmann::ordered_json baselines_json(const std::vector<BaselineCheck>& baselines) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const BaselineCheck& one : baselines) {
    nlohmann::ordered_json json = {
        {"name", one.name}, {"title", one.title}, {"detail", one.detail},           {"trained_on", one.trained_on},
        {"size", one.size}, {"unit", one.unit},   {"validation_metric", one.metric}};
    if (one.balanced) json["validation_balanced_accuracy"] = *one.balanced;
    list.push_back(std::move(json));
  }
  return list;
}

Result<package::DeviceReport> rehearse(const Inputs& inputs, const model::NetSpec& student,
                                       const std::string& work_folder, const RunControl& control) {
  model::Model model;
  model.spec = student;
  APPRENTICE_TRY(model.weights, layers::initial_weights(student, inputs.job.seed));
  quant::QuantOptions options;
  options.calibration = quant::CalibrationMethod::kMinMax;
  options.calibration_samples = 16;
  APPRENTICE_TRY(const quant::QuantNet net, quant::quantize(model, *inputs.splits.train, options));
  const Tensor samples = spread_samples(*inputs.splits.train, 1);
  APPRENTICE_TRY(const package::DevicePackage package,
                 codegen::generate_package(net, samples, package_options(inputs)));
  device::MeasureOptions measure_options;
  measure_options.work_folder = work_folder;
  measure_options.count_instructions = 1;
  const Tensor proof = proof_samples(net, *inputs.splits.train, 2, inputs.job.seed);
  APPRENTICE_TRY(const device::ProofVectors vectors, proof_vectors(net, proof, control));
  return device::measure(package, inputs.device, vectors, measure_options, control);
}

Status check_size(const Inputs& inputs, const std::string& work_folder, const RunControl& control,
                  package::DeviceReport& device) {
  const auto on_device = [&](const model::NetSpec& student) { return rehearse(inputs, student, work_folder, control); };
  APPRENTICE_TRY(device, on_device(inputs.student));
  if (device.over_budget.empty()) return {};
  APPRENTICE_TRY(const std::string advice, advise_width(inputs, on_device, control));
  if (!advice.empty()) device.over_budget.push_back(advice);
  return check_budget(device);
}

Status check_student(const Inputs& inputs, const std::string& work_folder, const RunControl& control,
                     CheckReport& report) {
  APPRENTICE_TRY(report.student, figures(inputs.student));
  APPRENTICE_CHECK(check_size(inputs, work_folder, control, report.device));
  return foresee_answers(inputs, work_folder, report);
}

}  // namespace

Status check_budget(const package::DeviceReport& report) {
  if (report.over_budget.empty()) return {};
  return fail(ErrorKind::kOverBudget, report.device, "the student does not fit: {}",
              fmt::join(report.over_budget, "; "));
}

Result<CheckReport> check_inputs(Inputs& inputs, const JobBaselines& baselines, const std::string& work_folder,
                                 const RunControl& control) {
  CheckReport report;
  describe_data(inputs.splits, report);
  describe_relevance(inputs, report);
  report.warnings.insert(report.warnings.end(), baselines.findings.begin(), baselines.findings.end());
  report.baselines = score_on_validation(baselines.fitted, *inputs.splits.validation);
  if (has_student(inputs)) APPRENTICE_CHECK(check_student(inputs, work_folder, control, report));
  if (!inputs.job.is_of_hall()) APPRENTICE_CHECK(check_teacher(inputs, baselines, control, report));
  return report;
}

nlohmann::ordered_json to_json(const CheckReport& report) {
  const auto network = [](const NetworkFigures& f) {
    return nlohmann::ordered_json{{"parameters", f.parameters}, {"macs", f.macs}};
  };
  nlohmann::ordered_json json = {
      {"split", report.split},
      {"samples", {{"train", report.train}, {"validation", report.validation}, {"test", report.test}}},
      {"sample_shape", report.sample_shape},
      {"classes", report.class_names},
      {"class_counts", report.class_counts}};
  json["baselines"] = baselines_json(report.baselines);
  if (report.teacher) {
    json["teacher"] = network(report.teacher->figures);
    json["teacher"]["description"] = report.teacher->description;
    json["teacher"]["validation_samples"] = report.teacher->samples;
    json["teacher"]["validation_metric"] = report.teacher->metric;
  }
  if (report.taught) {
    json["taught"] = network(report.taught->figures);
    json["taught"]["networks"] = report.taught->networks;
    json["taught"]["trees"] = report.taught->trees;
  }
  if (!report.relevance.empty()) json["relevance"] = report.relevance;
  if (report.student.parameters > 0) {
    json["answer_bytes"] = report.answer_bytes;
    json["features"] = nlohmann::ordered_json::array();
    for (const teacher::TeacherFeature& feature : report.features) {
      json["features"].push_back({{"name", feature.name}, {"shape", feature.shape}});
    }
    json["student"] = network(report.student);
    json["device_untrained"] = package::to_json(report.device);
  }
  json["warnings"] = report.warnings;
  return json;
}

}  // namespace apprentice::pipeline

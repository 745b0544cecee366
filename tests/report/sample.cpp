// SPDX-License-Identifier: Apache-2.0
#include "tests/report/sample.h"

#include <fmt/format.h>

#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice::test {

using report::ModelRole;

namespace {

constexpr int64_t kSamples = 1200;
constexpr int32_t kGroups = 24;

struct Answers {
  Tensor logits;
  std::vector<int32_t> labels;
};

// Right with the given share; a wrong answer is mostly the next class, as confusions are.
Answers answers(size_t classes, double right, double sharpness, const std::string& stream) {
  Rng labels_rng(11, "labels"), rng(11, stream);
  Answers result;
  std::vector<float> logits;
  for (int64_t i = 0; i < kSamples; ++i) {
    const uint64_t label = labels_rng.below(classes);
    result.labels.push_back(static_cast<int32_t>(label));
    const uint64_t step = rng.uniform() < 0.7 ? 1 : 1 + rng.below(classes - 1);
    const uint64_t answer = rng.uniform() < right ? label : (label + step) % classes;
    for (uint64_t k = 0; k < classes; ++k) {
      const double spread = 0.8 * rng.normal();
      logits.push_back(static_cast<float>(spread + (k == answer ? sharpness * (0.5 + rng.uniform()) + 2.0 : 0.0)));
    }
  }
  result.logits = Tensor::from({kSamples, static_cast<int64_t>(classes)}, logits);
  return result;
}

report::ReportModel scored(ModelRole role, const Answers& own, const Answers& teacher) {
  report::ReportModel model;
  model.role = role;
  model.classification = metrics::classification_metrics(own.logits, own.labels);
  if (role != ModelRole::kTeacher) model.with_teacher = metrics::agreement(teacher.logits, own.logits);
  return model;
}

void add_sizes(report::ReportModel* model) {
  const bool teacher = model->role == ModelRole::kTeacher;
  const bool int8 = model->role == ModelRole::kStudentInt8 || model->role == ModelRole::kControlInt8;
  model->parameters = teacher ? 480320 : 4906;
  model->macs = teacher ? 60840960 : 332160;
  model->bytes = *model->parameters * (int8 ? 1 : 4);
  model->detail = teacher ? "InceptionTime, 3 members, ONNX opset 13" : "dscnn1d, width 16, depth 3";
}

package::DeviceFigures on_device() {
  package::DeviceFigures device;
  device.flash_bytes = 13212;
  device.ram_bytes = 5012;
  device.arena_bytes = 4096;
  device.context_bytes = 4112;
  device.stack_bytes = 900;
  device.instructions = 812345;
  device.instructions_min = 811901;
  device.instructions_max = 812790;
  device.vectors = device.vectors_equal = 256;
  device.latency_us = package::Estimate{true, 10154, 8123, 12185,
                                        "812345 instructions x 1.2 to 1.8 cycles (MLPerf Tiny v1.2) at 120 MHz"};
  device.energy_uj = package::Estimate{true, 419, 315, 534, "1218518 cycles x 323 to 365 pJ (MLPerf Tiny v1.2, 1.8 V)"};
  return device;
}

report::ReportCurve curve(ModelRole role, double best, double speed) {
  report::ReportCurve result;
  result.role = role;
  Rng rng(5, report::to_string(role));
  result.planned_steps = 2000;
  result.end = "complete";
  double best_metric = -1e9;
  for (int64_t step = 50; step <= 2000; step += 50) {
    const double decay = std::exp(-static_cast<double>(step) / (50.0 * speed));
    const double metric = best - (best - 0.15) * decay + 0.012 * rng.normal();
    result.points.push_back({step, 0.1 + 2.2 * decay + 0.02 * rng.uniform(), metric});
    if (metric <= best_metric) continue;
    best_metric = metric;
    result.best_step = step;
  }
  return result;
}

report::ReportDevice device() {
  report::ReportDevice device;
  device.name = "stm32l4r5";
  device.summary = "STM32L4R5, Cortex-M4F at 120 MHz, 1.8 V";
  device.core = "cortex-m4";
  device.compiler = "arm-none-eabi-gcc 12.2.1 -O2";
  device.emulator = "qemu-system-arm 7.2, mps2-an386";
  device.clock_hz = 120e6;
  device.flash_bytes = 65536;
  device.ram_bytes = 16384;
  return device;
}

report::ReportProvenance provenance() {
  report::ReportProvenance provenance;
  provenance.job_file = "examples/cwru/job.toml";
  provenance.job_hash = std::string(64, 'a');
  provenance.resolved_job = {{"name", "cwru"}, {"seed", 1}, {"student", {{"family", "dscnn1d"}, {"width", 16}}}};
  provenance.seeds = {1, 2, 3};
  provenance.fingerprints = {{"data", std::string(64, '0')},  {"teacher", std::string(64, '1')},
                             {"store", std::string(64, '2')}, {"student", std::string(64, '3')},
                             {"quant", std::string(64, '4')}, {"package", std::string(64, '5')}};
  provenance.versions = {{"apprentice", "0.1.0"}, {"compiler", "GCC 12.2.0"}, {"libtorch", "1.13.1"}};
  provenance.split = "By the attribute load_hp: 0, 1, 2 train and validate, 3 tests; 24 recordings in the test split.";
  return provenance;
}

// The curves, seeds and provenance that every sample shares.
report::ReportData frame() {
  report::ReportData report;
  report.job = "cwru";
  report.device = device();
  report.provenance = provenance();
  report.test_samples = kSamples;
  report.test_groups = kGroups;
  return report;
}

report::ReportGain gain(const Answers& student, const Answers& control) {
  std::vector<int32_t> groups(kSamples);
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int32_t>(i) % kGroups;
  report::ReportGain result;
  result.interval = metrics::grouped_bootstrap(metrics::hits(student.logits, student.labels),
                                               metrics::hits(control.logits, control.labels), groups, 2000, 1);
  result.method = "grouped";
  result.unit_name = "recording";
  result.units = kGroups;
  result.rounds = 2000;
  return result;
}

}  // namespace

std::vector<std::string> bearing_classes() {
  return {"normal",       "ball 7 mil",   "ball 14 mil", "ball 21 mil",  "inner 7 mil",
          "inner 14 mil", "inner 21 mil", "outer 7 mil", "outer 14 mil", "outer 21 mil"};
}

std::vector<std::string> process_classes() {
  std::vector<std::string> names = {"normal operation"};
  for (int fault = 1; fault <= 21; ++fault) names.push_back("IDV(" + std::to_string(fault) + ")");
  return names;
}

report::ReportData classification_sample(const std::vector<std::string>& class_names) {
  report::ReportData report = frame();
  report.class_names = class_names;
  report.validation_metric_name = "accuracy";
  const size_t classes = class_names.size();
  const Answers teacher = answers(classes, 0.945, 3.0, "teacher"), student = answers(classes, 0.932, 2.0, "student"),
                control = answers(classes, 0.905, 4.5, "control"), student_int8 = answers(classes, 0.93, 2.0, "int8"),
                control_int8 = answers(classes, 0.90, 4.5, "control int8");
  report.models = {scored(ModelRole::kTeacher, teacher, teacher), scored(ModelRole::kStudent, student, teacher),
                   scored(ModelRole::kControl, control, teacher),
                   scored(ModelRole::kStudentInt8, student_int8, teacher),
                   scored(ModelRole::kControlInt8, control_int8, teacher)};
  for (report::ReportModel& model : report.models) add_sizes(&model);
  report.models[3].on_device = on_device();
  report.models[4].on_device = on_device();
  report.gains = {gain(student_int8, control_int8), gain(student, control)};
  report.gains[1].student = ModelRole::kStudent;
  report.gains[1].control = ModelRole::kControl;
  report.curves = {curve(ModelRole::kStudent, 0.935, 5.0), curve(ModelRole::kControl, 0.91, 4.0)};
  report.mistakes.channel_names = {"vibration_x", "vibration_y"};
  report.mistakes.worst = {{12, 384, 0, 1, 0, 0.98, {{0.0, 1.0, 0.5, -1.0}, {3.0, 3.0, 3.0, 3.0}}},
                           {40, -1, 1, 0, std::nullopt, 0.91, {}}};
  report.layers = {{"conv1", "conv1d", 294912, 1152, 4096},
                   {"pool1", "globalavgpool", 0, 0, 32},
                   {"dense1", "dense", 37248, 320, 10}};
  report.seeds = {{1, {{ModelRole::kStudentInt8, 0.931}, {ModelRole::kControlInt8, 0.902}}},
                  {2, {{ModelRole::kStudentInt8, 0.926}, {ModelRole::kControlInt8, 0.911}}},
                  {3, {{ModelRole::kStudentInt8, 0.934}, {ModelRole::kControlInt8, 0.897}}}};
  return report;
}

report::ReportData regression_sample() {
  report::ReportData report = frame();
  report.job = "remaining useful life";
  report.task = TaskKind::kRegression;
  report.metric = metrics::Metric::kRmse;
  report.target_name = "remaining cycles";
  report.target_unit = "cycles";
  for (int i = 0; i < 100; ++i) report.shown_targets.push_back(1.25 * i);
  report.validation_metric_name = "negative RMSE";
  double worse = 0.0;
  for (const ModelRole role :
       {ModelRole::kTeacher, ModelRole::kStudent, ModelRole::kControl, ModelRole::kStudentInt8}) {
    report::ReportModel model;
    model.role = role;
    model.regression = metrics::RegressionMetrics{100, 12.9 + worse, 9.1 + worse, 0.91 - 0.02 * worse};
    model.nasa_score = 250.0 + 40.0 * worse;
    for (int i = 0; i < 100; ++i) model.shown_answers.push_back(1.25 * i + (12.0 + worse) * std::sin(17.0 * i));
    add_sizes(&model);
    report.models.push_back(model);
    worse += 0.7;
  }
  report.models[3].on_device = on_device();
  report.gains = {{ModelRole::kStudent, ModelRole::kControl, {0.8, 0.3, 1.2}, "grouped", "engine", 100, 2000, 1}};
  report.curves = {curve(ModelRole::kStudent, -13.0, 6.0), curve(ModelRole::kControl, -14.0, 5.0)};
  report.test_samples = report.test_groups = 100;
  return report;
}

report::HallReport hall_sample() {
  report::HallReport hall;
  hall.job = "hall";
  hall.notes = {"The recordings are simulated."};
  for (const char* id : {"pump", "fan", "robot&joint"}) {
    report::ReportData report = classification_sample(bearing_classes());
    report.job = id;
    hall.devices.push_back({id, fmt::format("../devices/{}/report/report.html", id), std::move(report)});
  }
  report::ReportRelevance kept;
  kept.classes = {"inner_race", "outer_race", "ball", "looseness", "imbalance", "misalignment", "healthy"};
  kept.classes_of = 9;
  kept.has_other = true;
  kept.channels = {"vibration_x", "motor_current"};
  kept.channels_of = 5;
  kept.every = 2;
  kept.readings = 256;
  kept.steps_of = 512;
  kept.train = 672;
  kept.train_of = 3648;
  kept.test = 224;
  kept.test_of = 1216;
  hall.devices[0].report.relevance = kept;
  kept.has_other = false;
  hall.devices[1].report.relevance = kept;
  return hall;
}

}  // namespace apprentice::test

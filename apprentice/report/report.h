// SPDX-License-Identifier: Apache-2.0
// The report of one run: plain data, its JSON (docs/formats/report_json.md), one offline HTML page, one text table.
// Nothing here computes a metric or reads a run directory: the pipeline fills ReportData. Absent = not known, never 0.
// All functions are pure; any thread may call.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/task.h"
#include "apprentice/metrics/metric.h"
#include "apprentice/package/device_figures.h"

namespace apprentice::report {

// The order of the columns. The control arm is the same student trained on labels only.
enum class ModelRole { kTeacher, kStudent, kControl, kStudentInt8, kControlInt8 };
// "teacher", "student", "control", "student_int8", "control_int8"
const char* to_string(ModelRole role);

struct ReportModel {
  ModelRole role = ModelRole::kStudent;
  std::string title;   // "Student, int8"; empty: the role's own title
  std::string detail;  // "dscnn1d, width 16, depth 3"
  // On the test split. Exactly one of the two, by the task; none when the model was not scored.
  std::optional<metrics::ClassificationMetrics> classification;
  std::optional<metrics::RegressionMetrics> regression;
  std::optional<double> nasa_score;
  std::vector<double> shown_answers;  // regression: to the samples of ReportData::shown_targets; may be empty
  std::optional<metrics::Agreement> with_teacher;
  std::optional<int64_t> parameters, macs;
  std::optional<int64_t> bytes;                     // of its weights as stored
  std::optional<package::DeviceFigures> on_device;  // an int8 model on the (emulated) device
};

// What needs no network and no teacher, on the same split; figures are of the test split, one of the two by the task.
struct ReportBaseline {
  struct Shares {
    double accuracy = 0.0, balanced_accuracy = 0.0, macro_f1 = 0.0, pr_auc = 0.0;
  };
  std::string name, title, detail;  // "linear_raw", "Logistic regression on raw values", "penalty 0.001"
  int64_t trained_on = 0;           // training samples
  int64_t size = 0;
  std::string unit;  // of size: "weights", "nodes"
  std::optional<Shares> classification;
  std::optional<metrics::RegressionMetrics> regression;
  metrics::Interval over_shipped;  // of mean(baseline - what ships), by the metric of the report
};

// Student against control arm by the report's metric, `interval` of mean(student - control): shares of 1, or the
// control's error minus the student's. Positive is good in both.
struct ReportGain {
  ModelRole student = ModelRole::kStudentInt8, control = ModelRole::kControlInt8;
  metrics::Interval interval;
  std::string method;     // "grouped" | "paired"
  std::string unit_name;  // what was drawn: "recording", "engine", "sample"
  int64_t units = 0;      // how many of them the test split has
  int64_t rounds = 0;
  int64_t seeds = 1;  // training seeds that were drawn too
};

// What ships, decided once, on the validation split: docs/decisions/0012-what-ships.md.
struct ReportChoice {
  // Of the student, by more than one standard error; alone: there is no control arm.
  enum class Reason { kBetter, kNoBetter, kWorse, kAlone };
  ModelRole ships = ModelRole::kStudentInt8;  // or kControlInt8
  Reason reason = Reason::kAlone;
  metrics::Metric metric = metrics::Metric::kAccuracy;
  int64_t trainings = 1;                               // of each arm, with seeds of their own
  int64_t student_training = 1, control_training = 1;  // the best of each, counted from 1: whose figures are shown
  std::optional<ReportGain> validation;                // over all trainings; absent when alone
};

// One training seed's score on the test split by the report's metric.
struct ReportSeed {
  uint64_t seed = 0;
  std::vector<std::pair<ModelRole, double>> scores;
};

// One look at the validation split.
struct ReportPoint {
  int64_t step = 0;
  double train_loss = 0.0, validation_metric = 0.0;
};
struct ReportCurve {
  ModelRole role = ModelRole::kStudent;
  int64_t best_step = 0;      // the weights that were kept, chosen on the validation split
  int64_t planned_steps = 0;  // as the job says; fewer were taken where `end` is another
  std::string end;            // "complete", "out of patience", "out of time"
  std::vector<ReportPoint> points;
};
// What the curve says about the length of the training, "" where that was right: cut short, or still rising at the end.
std::string learning_advice(const ReportCurve& curve, TaskKind task);

struct ReportDevice {
  std::string name, summary, core, compiler, emulator;
  double clock_hz = 0.0;                   // 0 = not known
  int64_t flash_bytes = 0, ram_bytes = 0;  // what the device (or the job's budget) allows; 0 = no limit
};

// A test sample that the network that ships answers wrongly. Classes are indices into class_names.
struct ReportMistake {
  int64_t sample = 0;  // its number in the test split
  int64_t row = -1;    // its first row in the files as read; -1 = not known
  int64_t truth = 0, answer = 0;
  std::optional<int64_t> teacher_answer;
  double confidence = 0.0;                  // softmax of the answer
  std::vector<std::vector<double>> signal;  // channel -> values over time, thinned; empty where samples are no windows
};
struct ReportMistakes {
  std::vector<std::string> channel_names;
  std::vector<ReportMistake> worst;  // the most confident first; empty in regression, or without any
};

// One layer of the int8 network that ships.
struct ReportLayer {
  std::string name, kind;
  int64_t macs = 0, weight_bytes = 0, output_bytes = 0;
};

// What the device keeps of what its teacher knows: `_of` is the teacher's side of each figure.
struct ReportRelevance {
  std::vector<std::string> classes, channels;  // names of those kept; "other" is not among the classes
  int64_t classes_of = 0, channels_of = 0;
  bool has_other = false;                                  // one more class for all that are not kept
  int64_t every = 1;                                       // a reading is the mean of so many steps
  int64_t readings = 0, steps_of = 0;                      // 0: samples have no time axis
  int64_t train = 0, train_of = 0, test = 0, test_of = 0;  // samples
};

struct ReportProvenance {
  std::string job_file, job_hash;
  nlohmann::ordered_json resolved_job;  // every key with the value that was used; null when not kept
  std::vector<uint64_t> seeds;
  std::vector<std::pair<std::string, std::string>> fingerprints;  // "data", "teacher", "store", ... -> hex
  std::vector<std::pair<std::string, std::string>> versions;      // "apprentice", "compiler", "libtorch" -> version
  std::string split;                                              // one sentence
  std::string leak_warning;                                       // not empty: shown in red above everything
};

struct ReportData {
  std::string job;
  TaskKind task = TaskKind::kClassification;
  metrics::Metric metric = metrics::Metric::kAccuracy;  // by which the job judges
  std::vector<std::string> class_names;                 // index = label
  std::string target_name, target_unit;                 // regression: "remaining cycles", "cycles"
  std::string validation_metric_name;                   // of the curves: "balanced accuracy", "negative RMSE"
  int64_t test_samples = 0, test_groups = 0;            // groups 0 = samples stand alone
  std::vector<ReportModel> models;                      // at most one per role
  std::vector<ReportBaseline> baselines;                // in the order of the page
  std::vector<double> shown_targets;                    // regression: true values of some test samples, evenly picked
  std::vector<ReportGain> gains;                        // the first one leads the summary
  std::optional<ReportChoice> choice;                   // absent: nothing was chosen yet
  std::vector<ReportSeed> seeds;
  std::vector<ReportCurve> curves;
  std::optional<ReportDevice> device;  // absent: nothing was measured on a device
  ReportMistakes mistakes;
  std::vector<ReportLayer> layers;           // in the order in which they run; empty: not known
  std::optional<ReportRelevance> relevance;  // absent: the device needs all that the teacher knows
  ReportProvenance provenance;
  std::vector<std::string> data_warnings;  // inputs that give the answer away, samples on two sides; sentences
  std::vector<std::string> notes;          // "The data is simulated."; shown as they are
};

// Null when the report has no such model.
const ReportModel* find_model(const ReportData& report, ModelRole role);

ModelRole shipped_role(const ReportData& report);
// The model that the run is about: the int8 form that ships, else the float student; null without either.
const ReportModel* shipped_model(const ReportData& report);

nlohmann::ordered_json to_json(const ReportChoice& choice);
// kBadInput names the place inside the file.
Result<ReportChoice> choice_from_json(const nlohmann::ordered_json& json, const std::string& file);
// What ships and why; `unit` is that of a regression's target.
std::string choice_sentence(const ReportChoice& choice, const std::string& unit);
// Which of several trainings; empty when there was one.
std::string training_sentence(const ReportChoice& choice);

nlohmann::ordered_json to_json(const ReportData& report);
// The bytes of report.json: to_json, indented; text that is not UTF-8 is replaced, never an exception.
std::string report_json_text(const ReportData& report);
// kBadInput names the place inside the file: "report.json#/models/2/role: ...". Derived values are not read.
Result<ReportData> report_from_json(const nlohmann::ordered_json& json, const std::string& file = "report.json");
Result<ReportData> read_report(const std::string& path);

// What the run means in a few plain sentences; the first is the headline. Says so when distillation did not help.
struct ReportSummary {
  enum class Verdict { kGain, kUnproven, kLoss, kUnknown } distillation = Verdict::kUnknown;
  std::string headline;
  std::string gain;  // what the test split says of the teacher; the first of the sentences
  std::vector<std::string> sentences;
  std::vector<std::string> warnings;  // leaky split, over budget, answers that differ from the reference
};
ReportSummary summarize(const ReportData& report);

// One page that works offline: no script, no request, every text escaped. See docs/decisions/0002-charts-as-own-svg.md.
std::string render_html(const ReportData& report);
// A table for the terminal, at most 100 columns with the five models; ends with a newline.
std::string render_text(const ReportData& report);

}  // namespace apprentice::report

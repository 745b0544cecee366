// SPDX-License-Identifier: Apache-2.0
// The sentences at the top of the report. They claim no more than the interval allows.
#include <fmt/format.h>

#include <cmath>

#include "apprentice/report/baselines.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/report.h"

namespace apprentice::report {
namespace {

using Verdict = ReportSummary::Verdict;

bool is_int8(ModelRole role) { return role == ModelRole::kStudentInt8 || role == ModelRole::kControlInt8; }

// "balanced accuracy (accuracy 70.1 %)": whoever names another metric still sees the best known one.
std::string also_accuracy(const ReportModel& model, metrics::Metric metric) {
  if (!model.classification || metric == metrics::Metric::kAccuracy) return "";
  return fmt::format(", accuracy {}", format_percent(model.classification->accuracy));
}

std::string share_quality(const ReportModel& student, const ReportModel* teacher, metrics::Metric metric) {
  const double own = *score_of(student, metric);
  const std::optional<double> taught = score_of(teacher, metric);
  const std::string name = metrics::metric_title(metric), also = also_accuracy(student, metric);
  if (taught && own < *taught) {
    return fmt::format("keeps {} of its teacher’s {} ({} against {}{})", format_percent(own / *taught), name,
                       format_percent(own), format_percent(*taught), also);
  }
  const std::string text = fmt::format("reaches {} {}", format_percent(own), name);
  if (taught) return text + fmt::format(" (its teacher {}{})", format_percent(*taught), also);
  return also.empty() ? text : text + fmt::format(" ({})", also.substr(2));
}

std::string error_quality(const ReportModel& student, const ReportModel* teacher, metrics::Metric metric,
                          const std::string& unit) {
  const std::string text =
      fmt::format("reaches {} of {}{}", metric == metrics::Metric::kRmse ? "an RMSE" : "a mean absolute error",
                  format_number(*score_of(student, metric)), unit.empty() ? "" : " " + unit);
  const std::optional<double> taught = score_of(teacher, metric);
  return taught ? text + fmt::format(" (its teacher {})", format_number(*taught)) : text;
}

std::string cost_against_teacher(const ReportModel& student, const ReportModel* teacher) {
  if (teacher == nullptr || !teacher->macs || !student.macs || *student.macs <= 0 || *teacher->macs <= 0) return "";
  const double ratio = static_cast<double>(*teacher->macs) / static_cast<double>(*student.macs);
  if (ratio < 1.0) return fmt::format(" with {:.1f} times more MACs", 1.0 / ratio);
  return fmt::format(" with {:.{}f} times fewer MACs", ratio, ratio < 9.95 ? 1 : 0);
}

std::string quality(const ReportData& report) {
  const ReportModel* student = shipped_model(report);
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  if (student == nullptr || !score_of(*student, report.metric)) {
    return "No student has been scored on the test split yet.";
  }
  const std::string text = metrics::is_share(report.metric)
                               ? share_quality(*student, teacher, report.metric)
                               : error_quality(*student, teacher, report.metric, report.target_unit);
  const bool on_device = student->on_device && report.device;
  const std::string where = on_device ? "On " + report.device->name + ", the" : "The";
  const char* arm = student->role == ModelRole::kControlInt8 ? "control arm" : "student";
  return fmt::format("{} {} {} {}{}.", where, is_int8(student->role) ? "int8" : "float", arm, text,
                     cost_against_teacher(*student, teacher));
}

Verdict verdict_of(const ReportGain& gain) {
  const metrics::Interval& interval = gain.interval;
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return Verdict::kUnknown;
  if (gain.units < 2) return Verdict::kUnproven;
  if (interval.low > 0.0) return Verdict::kGain;
  return interval.high < 0.0 ? Verdict::kLoss : Verdict::kUnproven;
}

// "the student is 1.2 points more accurate than the same student trained on labels only"
std::string compared(const ReportGain& gain, const ReportData& report) {
  const double mean = gain.interval.mean;
  const char* arm = is_int8(gain.student) ? "" : "float ";
  const std::string size = size_text(report.metric)(std::abs(mean));
  if (report.metric == metrics::Metric::kAccuracy) {
    return fmt::format("the {}student is {} points {} accurate than the same student trained on labels only", arm, size,
                       mean >= 0.0 ? "more" : "less");
  }
  const char* name = metrics::metric_title(report.metric);
  if (metrics::is_share(report.metric)) {
    return fmt::format("the {}student’s {} is {} points {} than that of the same student trained on labels only", arm,
                       name, size, mean >= 0.0 ? "higher" : "lower");
  }
  return fmt::format("the {}student’s {} is {}{} {} than that of the same student trained on labels only", arm, name,
                     size, report.target_unit.empty() ? "" : " " + report.target_unit,
                     mean >= 0.0 ? "lower" : "higher");
}

std::string interval_text(const ReportGain& gain, const ReportData& report) {
  const auto format = gain_text(report.metric);
  std::string text = fmt::format("95 % interval {} to {}, {} bootstrap over {} test {}", format(gain.interval.low),
                                 format(gain.interval.high), gain.method, format_whole(gain.units),
                                 plural(gain.units, gain.unit_name));
  if (gain.seeds > 1) text += fmt::format(" and {} training seeds", gain.seeds);
  return text;
}

// Only reports: what ships was decided without the test split.
std::string gain_sentence(const ReportGain& gain, Verdict verdict, const ReportData& report) {
  const std::string difference = compared(gain, report), interval = interval_text(gain, report);
  if (verdict == Verdict::kGain) return fmt::format("Distillation helps: {} ({}).", difference, interval);
  if (verdict == Verdict::kLoss)
    return fmt::format("On the test split distillation hurts: {} ({}).", difference, interval);
  if (gain.units < 2) {
    return fmt::format("No gain from distillation can be proven: the test split holds one {} only.", gain.unit_name);
  }
  return fmt::format("No proven gain from distillation: {}, but the interval includes zero ({}).", difference,
                     interval);
}

constexpr int64_t kFewUnits = 10;  // below it a percentile interval of drawn units is known to be too narrow

std::string gain_text_of(const ReportData& report, Verdict verdict) {
  if (report.gains.empty()) {
    return find_model(report, ModelRole::kControl) == nullptr
               ? "Whether distillation helped is not known: no control arm was trained."
               : "Whether distillation helped is not known: no interval was computed.";
  }
  if (verdict == Verdict::kUnknown) return "Whether distillation helped is not known: the scores are not finite.";
  return gain_sentence(report.gains.front(), verdict, report);
}

void add_gain(const ReportData& report, ReportSummary* summary) {
  if (!report.gains.empty()) summary->distillation = verdict_of(report.gains.front());
  summary->gain = gain_text_of(report, summary->distillation);
  summary->sentences.push_back(summary->gain);
  if (report.gains.empty() || summary->distillation == Verdict::kUnknown) return;
  const ReportGain& gain = report.gains.front();
  if (gain.units < 2 || gain.units >= kFewUnits) return;
  summary->sentences.push_back(
      fmt::format("With only {} {} in the test split the interval is likely too narrow; read it with care.", gain.units,
                  plural(gain.units, gain.unit_name)));
}

std::string of_limit(int64_t bytes, int64_t limit) {
  return limit > 0 ? fmt::format("{} of {}", format_bytes(bytes), format_bytes(limit)) : format_bytes(bytes);
}

void add_device(const ReportData& report, ReportSummary* summary) {
  const ReportModel* student = shipped_model(report);
  if (student == nullptr || !student->on_device || !report.device) {
    summary->sentences.push_back("Nothing was measured on a device.");
    return;
  }
  const package::DeviceFigures& device = *student->on_device;
  if (device.over_budget.empty()) {
    summary->sentences.push_back(fmt::format("It fits: {} flash, {} RAM.",
                                             of_limit(device.flash_bytes, report.device->flash_bytes),
                                             of_limit(device.ram_bytes, report.device->ram_bytes)));
  }
  for (const std::string& sentence : device.over_budget) summary->warnings.push_back("Over budget: " + sentence);
  if (device.vectors == 0) {
    summary->warnings.push_back("No test vector was run on the device: its answers are not proven.");
  } else if (device.vectors_equal == device.vectors) {
    summary->sentences.push_back(
        fmt::format("All {} test vectors equal the int8 reference bit for bit.", format_whole(device.vectors)));
  } else {
    summary->warnings.push_back(fmt::format("{} of {} test vectors differ from the int8 reference on the device.",
                                            format_whole(device.vectors - device.vectors_equal),
                                            format_whole(device.vectors)));
  }
}

// What answering the commonest class, without looking, would reach.
std::optional<double> commonest_class_share(const ReportModel& model) {
  if (!model.classification || model.classification->samples == 0) return std::nullopt;
  double most = 0.0, all = 0.0;
  for (const auto& row : model.classification->confusion) {
    double count = 0.0;
    for (const int64_t cell : row) count += static_cast<double>(cell);
    most = std::max(most, count);
    all += count;
  }
  return all > 0.0 ? std::optional<double>(most / all) : std::nullopt;
}

void add_baseline(const ReportData& report, ReportSummary* summary) {
  const ReportModel* student = shipped_model(report);
  if (student == nullptr) return;
  const std::optional<double> share = commonest_class_share(*student);
  if (share && student->classification->accuracy <= *share) {
    summary->warnings.push_back(fmt::format("The student is no better than always answering the commonest class ({}).",
                                            format_percent(*share)));
  }
}

void add_learning_advice(const ReportData& report, ReportSummary* summary) {
  const ModelRole arm = shipped_role(report) == ModelRole::kControlInt8 ? ModelRole::kControl : ModelRole::kStudent;
  for (const ReportCurve& curve : report.curves) {
    const std::string advice = curve.role == arm ? learning_advice(curve, report.task) : "";
    if (!advice.empty()) summary->sentences.push_back(advice);
  }
}

}  // namespace

ReportSummary summarize(const ReportData& report) {
  ReportSummary summary;
  if (!report.provenance.leak_warning.empty()) {
    summary.warnings.push_back("Leaky split: " + report.provenance.leak_warning);
  }
  summary.warnings.insert(summary.warnings.end(), report.data_warnings.begin(), report.data_warnings.end());
  summary.headline = quality(report);
  if (report.choice) {
    summary.headline = choice_sentence(*report.choice, report.target_unit) + " " + summary.headline;
  }
  add_gain(report, &summary);
  const std::string training = report.choice ? training_sentence(*report.choice) : "";
  if (!training.empty()) summary.sentences.push_back(training);
  add_device(report, &summary);
  add_baseline(report, &summary);
  if (const auto above = baseline_above_teacher(report)) summary.warnings.push_back(*above);
  if (const auto ahead = baseline_ahead(report)) summary.headline = *ahead + " " + summary.headline;
  add_learning_advice(report, &summary);
  return summary;
}

}  // namespace apprentice::report

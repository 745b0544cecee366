// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/hall_rows.h"

#include <fmt/format.h>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {

using package::DeviceFigures;

namespace {

const DeviceFigures* on_device(const ReportData& report) {
  const ReportModel* shipped = shipped_model(report);
  return shipped != nullptr && shipped->on_device ? &*shipped->on_device : nullptr;
}

ReportCell nothing() { return {"–", ""}; }

ReportCell classes_cell(const ReportData& report) {
  if (report.task == TaskKind::kRegression) return nothing();
  if (!report.relevance) return {fmt::format("all {}", report.class_names.size()), ""};
  const ReportRelevance& kept = *report.relevance;
  return {fmt::format("{} of {}", kept.classes.size(), kept.classes_of), kept.has_other ? "and \"other\"" : ""};
}

ReportCell sensors_cell(const ReportData& report) {
  if (!report.relevance) return {"all", ""};
  const ReportRelevance& kept = *report.relevance;
  ReportCell cell{fmt::format("{} of {}", kept.channels.size(), kept.channels_of), ""};
  if (kept.readings < kept.steps_of) cell.note = fmt::format("{} of {} steps", kept.readings, kept.steps_of);
  return cell;
}

template <ModelRole role>
ReportCell quality_cell(const ReportData& report) {
  const std::optional<double> quality = quality_of(report, role);
  return quality ? ReportCell{quality_text(report, *quality), ""} : nothing();
}

ReportCell gain_cell(const ReportData& report) {
  if (report.gains.empty()) return nothing();
  const metrics::Interval& interval = report.gains.front().interval;
  return {gain_text(report, interval.mean),
          fmt::format("{} to {}", gain_text(report, interval.low), gain_text(report, interval.high))};
}

ReportCell macs_cell(const ReportData& report) {
  const std::optional<double> ratio = macs_ratio(report);
  if (!ratio) return nothing();
  return {format_ratio(*ratio), format_count(find_model(report, ModelRole::kStudentInt8)->macs)};
}

ReportCell of_limit(int64_t bytes, int64_t limit) {
  return {format_bytes(bytes), limit > 0 ? "of " + format_bytes(limit) : ""};
}

// Of the model that ships, where it ran on its device.
template <ReportCell (*cell)(const DeviceFigures&, const ReportData&)>
ReportCell of_device(const ReportData& report) {
  const DeviceFigures* figures = on_device(report);
  return figures == nullptr ? nothing() : cell(*figures, report);
}

ReportCell flash_cell(const DeviceFigures& figures, const ReportData& report) {
  return of_limit(figures.flash_bytes, report.device ? report.device->flash_bytes : 0);
}

ReportCell ram_cell(const DeviceFigures& figures, const ReportData& report) {
  return of_limit(figures.ram_bytes, report.device ? report.device->ram_bytes : 0);
}

ReportCell instructions_cell(const DeviceFigures& figures, const ReportData&) {
  return {format_count(figures.instructions), ""};
}

ReportCell proof_cell(const DeviceFigures& figures, const ReportData&) {
  return {fmt::format("{} of {}", figures.vectors_equal, figures.vectors), "equal"};
}

ReportCell ships_cell(const ReportData& report) {
  if (shipped_model(report) == nullptr) return nothing();
  return {shipped_role(report) == ModelRole::kControlInt8 ? "control" : "student", ""};
}

// What is not known is said, of an estimate, to be so.
template <ReportCell (*cell)(const DeviceFigures&)>
ReportCell estimate_of_device(const ReportData& report) {
  const DeviceFigures* figures = on_device(report);
  return cell(figures == nullptr ? DeviceFigures{} : *figures);
}

HallColumn column(int64_t DeviceFigures::*value, Shown shown, ReportCell (*cell)(const ReportData& report)) {
  const package::DeviceFigure& figure = package::device_figure(value);
  return {figure.title, figure.how, figure.explain, shown, cell};
}

}  // namespace

std::optional<double> quality_of(const ReportData& report, ModelRole role) {
  const ReportModel* model = find_model(report, role);
  return score_of(model, report.metric);
}

std::string quality_text(const ReportData& report, double quality) { return score_text(report.metric)(quality); }

std::string gain_text(const ReportData& report, double gain) { return gain_text(report.metric)(gain); }

std::optional<double> macs_ratio(const ReportData& report) {
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  const ReportModel* student = find_model(report, ModelRole::kStudentInt8);
  const bool known = teacher != nullptr && student != nullptr && teacher->macs && student->macs && *student->macs > 0;
  if (!known) return std::nullopt;
  return static_cast<double>(*teacher->macs) / static_cast<double>(*student->macs);
}

const std::vector<HallColumn>& hall_columns() {
  static const std::vector<HallColumn> kColumns = {
      {"Classes", "", "Classes that the device tells apart, of those its teacher knows.", Shown::kEverywhere,
       classes_cell},
      {"Sensors", "", "Channels that the device reads, of those its teacher sees.", Shown::kEverywhere, sensors_cell},
      {"Teacher", "", "The teacher, restricted to the device's classes, on the device's test samples.",
       Shown::kEverywhere, quality_cell<ModelRole::kTeacher>},
      {"Student", "", "The int8 student on the same samples: what the device answers, where it ships.",
       Shown::kEverywhere, quality_cell<ModelRole::kStudentInt8>},
      {"Control", "", "The same student trained on labels only, int8; ships where the student is no better.",
       Shown::kEverywhere, quality_cell<ModelRole::kControlInt8>},
      {"Gain", "", "Student over control, with its 95 % interval.", Shown::kEverywhere, gain_cell},
      {"Ships", "", "What goes on the device: the student, or its control arm where the student is no better.",
       Shown::kPageOnly, ships_cell},
      {"MACs cut", "counted", "The teacher's multiply-accumulates of one answer divided by the student's.",
       Shown::kEverywhere, macs_cell},
      column(&DeviceFigures::flash_bytes, Shown::kEverywhere, of_device<flash_cell>),
      column(&DeviceFigures::ram_bytes, Shown::kEverywhere, of_device<ram_cell>),
      column(&DeviceFigures::instructions, Shown::kPageOnly, of_device<instructions_cell>),
      {"Latency", "estimate", kLatencyMeans, Shown::kPageOnly, estimate_of_device<latency_cell>},
      {"Energy", "estimate", kEnergyMeans, Shown::kPageOnly, estimate_of_device<energy_cell>},
      {"Proof", "measured", package::device_figure(&DeviceFigures::vectors_equal).explain, Shown::kPageOnly,
       of_device<proof_cell>},
  };
  return kColumns;
}

}  // namespace apprentice::report

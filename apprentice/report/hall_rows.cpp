// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/hall_rows.h"

#include <fmt/format.h>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice {
namespace {

const ReportOnDevice* on_device(const ReportData& report) {
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
  const Interval& interval = report.gains.front().interval;
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

ReportCell flash_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  if (device == nullptr) return nothing();
  return of_limit(device->flash_bytes, report.device ? report.device->flash_bytes : 0);
}

ReportCell ram_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  if (device == nullptr) return nothing();
  return of_limit(device->ram_bytes, report.device ? report.device->ram_bytes : 0);
}

ReportCell instructions_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  return device == nullptr ? nothing() : ReportCell{format_count(device->instructions), ""};
}

ReportCell ships_cell(const ReportData& report) {
  if (shipped_model(report) == nullptr) return nothing();
  return {shipped_role(report) == ModelRole::kControlInt8 ? "control" : "student", ""};
}

ReportCell latency_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  if (device == nullptr || !device->latency_us) return {"unknown", ""};
  const ReportEstimate& latency = *device->latency_us;
  return {format_us(latency.value), fmt::format("{} to {}", format_us(latency.low), format_us(latency.high))};
}

ReportCell energy_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  if (device == nullptr || !device->energy_uj) return {"unknown", ""};
  const ReportEstimate& energy = *device->energy_uj;
  return {format_uj(energy.value), fmt::format("{} to {}", format_uj(energy.low), format_uj(energy.high))};
}

ReportCell proof_cell(const ReportData& report) {
  const ReportOnDevice* device = on_device(report);
  if (device == nullptr) return nothing();
  return {fmt::format("{} of {}", device->vectors_equal, device->vectors), "equal"};
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
      {"Flash", "measured", "Code and constants that the student adds to the linked file.", Shown::kEverywhere,
       flash_cell},
      {"RAM", "measured", "Context with its arena, plus the stack.", Shown::kEverywhere, ram_cell},
      {"Instructions", "counted", "Per inference, counted by the emulator.", Shown::kPageOnly, instructions_cell},
      {"Latency", "estimate", "Per inference: instructions times cycles per instruction at the device's clock.",
       Shown::kPageOnly, latency_cell},
      {"Energy", "estimate", "Per inference: cycles times energy per cycle of the device.", Shown::kPageOnly,
       energy_cell},
      {"Proof", "measured", "Test vectors whose output on the device equals the int8 reference.", Shown::kPageOnly,
       proof_cell},
  };
  return kColumns;
}

}  // namespace apprentice

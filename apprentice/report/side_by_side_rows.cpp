// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/side_by_side_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "apprentice/report/format.h"

namespace apprentice::report {
namespace {

using Models = std::vector<const ReportModel*>;
using CellOf = std::function<std::optional<ReportCell>(const ReportModel&)>;

class Rows {
 public:
  explicit Rows(const Models& models) : models_(models) {}

  void section(const std::string& title) { section_ = title; }
  void add(const std::string& title, const char* how, const char* explain, const CellOf& cell_of) {
    ReportRow row{section_, title, how, explain, {}};
    bool any = false;
    for (const ReportModel* model : models_) {
      const std::optional<ReportCell> cell = cell_of(*model);
      any = any || cell;
      row.cells.push_back(cell.value_or(ReportCell{"–", ""}));
    }
    if (!any) return;
    section_.clear();
    rows_.push_back(std::move(row));
  }
  std::vector<ReportRow> take() { return std::move(rows_); }

 private:
  const Models& models_;
  std::string section_;
  std::vector<ReportRow> rows_;
};

CellOf of_classification(std::function<std::string(const metrics::ClassificationMetrics&)> text) {
  return [text](const ReportModel& model) -> std::optional<ReportCell> {
    if (!model.classification) return std::nullopt;
    return ReportCell{text(*model.classification), ""};
  };
}

CellOf of_regression(std::function<std::string(const metrics::RegressionMetrics&)> text) {
  return [text](const ReportModel& model) -> std::optional<ReportCell> {
    if (!model.regression) return std::nullopt;
    return ReportCell{text(*model.regression), ""};
  };
}

CellOf of_device(std::function<ReportCell(const package::DeviceFigures&)> cell) {
  return [cell](const ReportModel& model) -> std::optional<ReportCell> {
    if (!model.on_device) return std::nullopt;
    return cell(*model.on_device);
  };
}

struct SizeWords {
  const char *less, *more;
};

// A size with its ratio to the teacher's.
CellOf of_size(std::optional<int64_t> ReportModel::*field, const ReportModel* teacher,
               std::string (*format)(std::optional<int64_t>), SizeWords words) {
  return [=](const ReportModel& model) -> std::optional<ReportCell> {
    const std::optional<int64_t> own = model.*field;
    if (!own) return std::nullopt;
    ReportCell cell{format(own), ""};
    if (teacher == nullptr || &model == teacher || !(teacher->*field) || *own <= 0) return cell;
    const double ratio = static_cast<double>(*(teacher->*field)) / static_cast<double>(*own);
    if (ratio >= 1.05) cell.note = format_ratio(ratio) + words.less;
    if (ratio > 0.0 && ratio <= 1.0 / 1.05) cell.note = format_ratio(1.0 / ratio) + words.more;
    return cell;
  };
}

void add_classification(Rows* rows) {
  rows->add("Accuracy", "", "Share of test samples with the right class.",
            of_classification([](const auto& m) { return format_percent(m.accuracy); }));
  rows->add("Macro F1", "", "F1 averaged over classes, so a rare class counts as much as a common one.",
            of_classification([](const auto& m) { return format_percent(m.macro_f1); }));
  rows->add("Balanced accuracy", "", "Recall averaged over the classes of the test split.",
            of_classification([](const auto& m) { return format_percent(m.balanced_accuracy); }));
  rows->add("Cross entropy", "", "Mean of −log of the probability given to the right class, in nats; less is better.",
            of_classification([](const auto& m) { return format_number(m.cross_entropy); }));
  rows->add("Calibration error", "", "ECE: mean distance between stated confidence and accuracy, 15 bins.",
            of_classification([](const auto& m) { return format_percent(m.ece); }));
}

void add_regression(Rows* rows, const std::string& unit) {
  const std::string suffix = unit.empty() ? "" : "\xC2\xA0" + unit;
  rows->add("RMSE", "", "Root of the mean squared error; less is better.",
            of_regression([suffix](const auto& m) { return format_number(m.rmse) + suffix; }));
  rows->add("MAE", "", "Mean absolute error; less is better.",
            of_regression([suffix](const auto& m) { return format_number(m.mae) + suffix; }));
  rows->add("R²", "", "Share of the target's variance that is explained; 1 is perfect, 0 is the mean.",
            of_regression([](const auto& m) { return std::isfinite(m.r2) ? fmt::format("{:.3f}", m.r2) : "–"; }));
  rows->add("NASA score", "",
            "Asymmetric score for remaining life (Saxena et al. 2008); late is worse; less is better.",
            [](const ReportModel& model) -> std::optional<ReportCell> {
              if (!model.nasa_score) return std::nullopt;
              return ReportCell{format_number(*model.nasa_score), ""};
            });
}

void add_with_teacher(Rows* rows) {
  rows->add("Agreement", "", "Share of test samples on which the model gives the teacher's class.",
            [](const ReportModel& model) -> std::optional<ReportCell> {
              if (!model.with_teacher || model.role == ModelRole::kTeacher) return std::nullopt;
              return ReportCell{format_percent(model.with_teacher->agreement), ""};
            });
  rows->add("KL from the teacher", "", "Mean KL(teacher ‖ model) of the probabilities, in nats; less is closer.",
            [](const ReportModel& model) -> std::optional<ReportCell> {
              if (!model.with_teacher || model.role == ModelRole::kTeacher) return std::nullopt;
              return ReportCell{format_number(model.with_teacher->kl), ""};
            });
}

ReportCell size_of_limit(int64_t bytes, int64_t limit) {
  ReportCell cell{format_bytes(bytes), ""};
  if (limit > 0) {
    const double share = static_cast<double>(bytes) / static_cast<double>(limit);
    cell.note =
        fmt::format("{} of {}", share < 0.001 ? "under 0.1\xC2\xA0%" : format_percent(share), format_bytes(limit));
  }
  return cell;
}

void add_device(Rows* rows, const ReportData& report) {
  const int64_t flash = report.device ? report.device->flash_bytes : 0;
  const int64_t ram = report.device ? report.device->ram_bytes : 0;
  const auto add = [&](int64_t package::DeviceFigures::*value,
                       const std::function<ReportCell(const package::DeviceFigures&)>& cell) {
    const package::DeviceFigure& figure = package::device_figure(value);
    rows->add(figure.title, figure.how, figure.explain, of_device(cell));
  };
  add(&package::DeviceFigures::flash_bytes, [flash](const auto& d) { return size_of_limit(d.flash_bytes, flash); });
  add(&package::DeviceFigures::ram_bytes, [ram](const auto& d) { return size_of_limit(d.ram_bytes, ram); });
  for (const auto value : {&package::DeviceFigures::arena_bytes, &package::DeviceFigures::stack_bytes})
    add(value, [value](const auto& d) { return ReportCell{format_bytes(d.*value), ""}; });
  add(&package::DeviceFigures::instructions, [](const auto& d) {
    return ReportCell{format_count(d.instructions), ""};
  });
  const auto has_frontend = [](const ReportModel& model) {
    return model.on_device && model.on_device->frontend_instructions > 0;
  };
  if (std::any_of(report.models.begin(), report.models.end(), has_frontend)) {
    add(&package::DeviceFigures::frontend_instructions, [](const auto& d) {
      return ReportCell{format_count(d.frontend_instructions), ""};
    });
  }
  rows->add("Latency", "estimate", kLatencyMeans, of_device(latency_cell));
  rows->add("Energy", "estimate", kEnergyMeans, of_device(energy_cell));
  add(&package::DeviceFigures::vectors_equal, [](const auto& d) {
    return ReportCell{fmt::format("{} of {}", format_whole(d.vectors_equal), format_whole(d.vectors)), ""};
  });
}

ReportCell estimate_cell(const package::Estimate& estimate, std::string (*format)(double)) {
  if (!estimate.known) return {"unknown", ""};
  return {format(estimate.value), fmt::format("{} to {}", format(estimate.low), format(estimate.high))};
}

}  // namespace

ReportCell latency_cell(const package::DeviceFigures& figures) { return estimate_cell(figures.latency_us, format_us); }

ReportCell energy_cell(const package::DeviceFigures& figures) { return estimate_cell(figures.energy_uj, format_uj); }

std::vector<const ReportModel*> ordered_models(const ReportData& report) {
  Models models;
  for (const ReportModel& model : report.models) models.push_back(&model);
  std::sort(models.begin(), models.end(), [](auto* a, auto* b) { return a->role < b->role; });
  return models;
}

std::vector<ReportRow> table_rows(const ReportData& report, const Models& models) {
  Rows rows(models);
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  rows.section("Quality on the test split");
  add_classification(&rows);
  add_regression(&rows, report.target_unit);
  rows.section("Likeness to the teacher");
  add_with_teacher(&rows);
  rows.section("Size and work");
  rows.add("Parameters", "counted", "Numbers that ship, batch norm folded.",
           of_size(&ReportModel::parameters, teacher, format_count, {" fewer", " more"}));
  rows.add("MACs", "counted", "Multiply-accumulates of one inference.",
           of_size(&ReportModel::macs, teacher, format_count, {" fewer", " more"}));
  rows.add("Weights", "counted", "Bytes of the weights as stored.",
           of_size(&ReportModel::bytes, teacher, format_bytes, {" smaller", " larger"}));
  rows.section("On the device");
  add_device(&rows, report);
  return rows.take();
}

}  // namespace apprentice::report

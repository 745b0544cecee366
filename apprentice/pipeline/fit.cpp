// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/fit.h"

#include <algorithm>
#include <optional>

#include "apprentice/base/toml_text.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"
#include "apprentice/layers/net_input.h"
#include "apprentice/report/format.h"

namespace apprentice::pipeline {
namespace {

constexpr int64_t kStep = 4;            // kernels work on four channels at a time
constexpr int64_t kNarrow = 2 * kStep;  // below this every width is tried

// The job's student with another width; all else is as the job says.
Result<model::NetSpec> of_width(const Inputs& inputs, int64_t width) {
  nlohmann::ordered_json keys = inputs.job.student.resolved();
  keys["width"] = width;
  std::string text;
  for (const auto& [key, value] : keys.items()) text += fmt::format("{} = {}\n", key, toml_value(value));
  APPRENTICE_TRY(Config table, Config::parse(text, "[student]"));
  const auto outputs = static_cast<int64_t>(inputs.student.class_names.size());
  APPRENTICE_TRY(const layers::NetInput input, layers::NetInput::create(inputs.student));
  APPRENTICE_TRY(const model::NetSpec made,
                 families::read_net_spec(table, input.shape(), std::max<int64_t>(outputs, 1)));
  model::NetSpec student = inputs.student;
  student.layers = made.layers;
  return student;
}

// What needs no rehearsal to be known as too large: weights take a byte each, and a tensor has to be somewhere.
Result<bool> is_hopeless(const model::NetSpec& student, const device::DeviceProfile& device) {
  APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(student));
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(student));
  APPRENTICE_TRY(const layers::NetInput input, layers::NetInput::create(student));
  int64_t largest = element_count(input.shape());
  for (const Shape& shape : shapes) largest = std::max(largest, element_count(shape));
  return (device.flash_bytes > 0 && cost.parameters > device.flash_bytes) ||
         (device.ram_bytes > 0 && largest > device.ram_bytes);
}

std::string needs(const package::DeviceReport& report) {
  return fmt::format("{} flash, {} RAM", report::format_bytes(report.flash_bytes),
                     report::format_bytes(report.ram_bytes));
}

class Search {
 public:
  Search(const Inputs& inputs, const Rehearsal& rehearse, const RunControl& control)
      : inputs_(inputs), rehearse_(rehearse), control_(control) {}

  // The report of the widest student that fits among step, 2 * step, ... below `width`; `found` is its width.
  Result<std::optional<package::DeviceReport>> widest(int64_t width, int64_t step, int64_t& found) const {
    std::optional<package::DeviceReport> best;
    int64_t fits = 0, too_wide = (width + step - 1) / step;
    while (too_wide - fits > 1) {
      const int64_t middle = (fits + too_wide) / 2;
      APPRENTICE_TRY(const std::optional<package::DeviceReport> report, try_width(middle * step));
      (report ? fits : too_wide) = middle;
      if (report) best = report;
    }
    found = fits * step;
    return best;
  }

 private:
  // Absent: it does not fit.
  Result<std::optional<package::DeviceReport>> try_width(int64_t width) const {
    if (control_.stop_requested()) return interrupted("check");
    control_.report({"check", 0, 0, fmt::format("trying width = {}", width)});
    APPRENTICE_TRY(const model::NetSpec student, of_width(inputs_, width));
    APPRENTICE_TRY(const bool hopeless, is_hopeless(student, inputs_.device));
    if (hopeless) return std::optional<package::DeviceReport>();
    APPRENTICE_TRY(package::DeviceReport report, rehearse_(student));
    if (!report.over_budget.empty()) return std::optional<package::DeviceReport>();
    return std::optional<package::DeviceReport>(std::move(report));
  }

  const Inputs& inputs_;
  const Rehearsal& rehearse_;
  const RunControl& control_;
};

}  // namespace

Result<std::string> advise_width(const Inputs& inputs, const Rehearsal& rehearse, const RunControl& control) {
  const nlohmann::ordered_json keys = inputs.job.student.resolved();
  if (!keys.contains("family") || !keys.contains("width")) return std::string();
  const int64_t width = keys.at("width").get<int64_t>();
  const Search search(inputs, rehearse, control);
  int64_t found = 0;
  std::optional<package::DeviceReport> report;
  if (width > kNarrow) {
    APPRENTICE_TRY(report, search.widest(width, kStep, found));
  }
  if (!report || found < kNarrow) {
    const int64_t above = width > kNarrow ? std::min(width, found + kStep) : width;
    int64_t finer = 0;
    APPRENTICE_TRY(const std::optional<package::DeviceReport> narrow, search.widest(above, 1, finer));
    if (narrow && finer > found) found = finer, report = narrow;
  }
  if (report) return fmt::format("width = {} fits ({})", found, needs(*report));
  return fmt::format("no width of family '{}' fits", keys.at("family").get<std::string>());
}

}  // namespace apprentice::pipeline

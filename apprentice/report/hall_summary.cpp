// SPDX-License-Identifier: Apache-2.0
// The sentences at the top of the hall's report.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "apprentice/report/baselines.h"
#include "apprentice/report/format.h"
#include "apprentice/report/hall_rows.h"

namespace apprentice::report {
namespace {

using Verdict = ReportSummary::Verdict;

struct Span {
  std::vector<double> values;
  std::string text(std::string (*format)(double)) const {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const std::string low = format(*least), high = format(*most);
    return low == high ? low : low + " to " + high;
  }
};

std::string times(double ratio) { return fmt::format("{:.{}f}", ratio, ratio < 9.95 ? 1 : 0); }

// " with 3.3 to 129 times fewer MACs"; of the teacher's MACs divided by each student's.
std::string cut_text(Span ratios) {
  if (ratios.values.empty()) return "";
  const auto [least, most] = std::minmax_element(ratios.values.begin(), ratios.values.end());
  if (*least >= 1.0) return fmt::format(" with {} times fewer MACs", ratios.text(times));
  if (*most > 1.0)
    return fmt::format(" with from {} times more to {} times fewer MACs", times(1.0 / *least), times(*most));
  for (double& ratio : ratios.values) ratio = 1.0 / ratio;
  return fmt::format(" with {} times more MACs", ratios.text(times));
}

// "keep 97.1 % to 101.3 % of their teacher's accuracy"
std::string quality_sentence(const HallReport& hall) {
  Span kept, errors;
  std::set<std::string> names;
  for (const HallDevice& device : hall.devices) {
    const auto student = quality_of(device.report, shipped_role(device.report));
    const auto teacher = quality_of(device.report, ModelRole::kTeacher);
    if (!student) continue;
    const metrics::Metric metric = device.report.metric;
    if (!metrics::is_share(metric)) {
      names.insert(metric == metrics::Metric::kRmse ? "an RMSE" : "a mean absolute error");
      errors.values.push_back(*student);
    } else if (teacher && *teacher > 0.0) {
      names.insert(metrics::metric_title(metric));
      kept.values.push_back(*student / *teacher);
    }
  }
  if (!kept.values.empty())
    return fmt::format(" keep {} of their teacher’s {}", kept.text(format_percent), fmt::join(names, " or "));
  if (!errors.values.empty())
    return fmt::format(" reach {} of {}", fmt::join(names, " or "), errors.text(format_number));
  return " are done";
}

std::string headline(const HallReport& hall) {
  if (hall.devices.empty()) return "The hall has no device.";
  Span ratios;
  for (const HallDevice& device : hall.devices) {
    const std::optional<double> ratio = macs_ratio(device.report);
    if (ratio) ratios.values.push_back(*ratio);
  }
  const auto count = static_cast<int64_t>(hall.devices.size());
  std::string text =
      fmt::format("The int8 networks of {} {}{}", count, plural(count, "device"), quality_sentence(hall));
  return text + cut_text(ratios) + ".";
}

// "The student ships on 3 of 5 devices; the control arm, trained on labels only, ships on fan, spindle, where ..."
std::string ships_sentence(const HallReport& hall) {
  std::vector<std::string> control;
  for (const HallDevice& device : hall.devices) {
    if (shipped_role(device.report) == ModelRole::kControlInt8) control.push_back(device.id);
  }
  const auto students = static_cast<int64_t>(hall.devices.size() - control.size());
  if (control.empty()) return fmt::format("The student ships on {} {}.", students, plural(students, "device"));
  return fmt::format(
      "The student ships on {} of {} devices; the control arm, trained on labels only, ships on {}, where the "
      "validation split shows no clear gain from the teacher.",
      students, hall.devices.size(), fmt::join(control, ", "));
}

// How the devices fared against their control arms.
struct Verdicts {
  int64_t devices = 0, gains = 0, losses = 0;

  std::string sentence() const {
    return fmt::format(
        "On the test split, over the same students trained on labels only, the gain is proven on {} of {} devices, "
        "unproven on {}, and a loss on {}.",
        gains, devices, devices - gains - losses, losses);
  }
  // Of most devices, not of the best one.
  Verdict of_hall() const {
    if (losses > 0) return Verdict::kLoss;
    return 2 * gains > devices ? Verdict::kGain : Verdict::kUnproven;
  }
};

std::string proof_sentence(const HallReport& hall) {
  int64_t vectors = 0, equal = 0;
  for (const HallDevice& device : hall.devices) {
    const ReportModel* shipped = shipped_model(device.report);
    if (shipped == nullptr || !shipped->on_device) continue;
    vectors += shipped->on_device->vectors;
    equal += shipped->on_device->vectors_equal;
  }
  return fmt::format("{} of {} test vectors on the devices equal the int8 reference bit for bit.", format_whole(equal),
                     format_whole(vectors));
}

}  // namespace

ReportSummary summarize(const HallReport& hall) {
  ReportSummary summary;
  summary.headline = headline(hall);
  if (hall.devices.empty()) return summary;
  Verdicts verdicts;
  for (const HallDevice& device : hall.devices) {
    const ReportSummary own = summarize(device.report);
    verdicts.devices += 1;
    verdicts.gains += own.distillation == Verdict::kGain ? 1 : 0;
    verdicts.losses += own.distillation == Verdict::kLoss ? 1 : 0;
    if (const auto ahead = baseline_ahead(device.report)) summary.warnings.push_back(device.id + ": " + *ahead);
    for (const std::string& warning : own.warnings) summary.warnings.push_back(device.id + ": " + warning);
  }
  summary.distillation = verdicts.of_hall();
  summary.headline = ships_sentence(hall) + " " + summary.headline;
  summary.sentences = {verdicts.sentence(), proof_sentence(hall)};
  return summary;
}

}  // namespace apprentice::report

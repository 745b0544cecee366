// SPDX-License-Identifier: Apache-2.0
#include "result_text.h"

#include <algorithm>
#include <utility>

#include "apprentice/package/device_figures.h"
namespace apprentice::cli {
namespace {

std::string estimate_text(const char* what, const package::Estimate& estimate, const char* unit) {
  if (!estimate.known) return "";
  return fmt::format("{:<13} {:.4g} {} ({:.4g} to {:.4g}); {}\n", what, estimate.value, unit, estimate.low,
                     estimate.high, estimate.basis);
}

std::string of_budget(int64_t bytes, int64_t budget) {
  if (budget == 0) return bytes_text(bytes);
  return fmt::format("{} of {}", bytes_text(bytes), bytes_text(budget));
}

std::string figures_text(const pipeline::NetworkFigures& figures) {
  if (figures.parameters == 0) return "size unknown";
  if (figures.macs == 0) return fmt::format("{} parameters", count_text(figures.parameters));
  return fmt::format("{} parameters, {} MACs", count_text(figures.parameters), count_text(figures.macs));
}

// "boosted trees", "112 k parameters, 2.0 M MACs", "boosted trees and 2 networks: ..."
std::string taught_text(const pipeline::TaughtCheck& taught) {
  if (taught.networks == 0) return "boosted trees";
  std::string text = taught.trees > 0 ? "boosted trees and " : "";
  if (taught.networks > 1 || taught.trees > 0) {
    text += taught.networks == 1 ? "a network: " : fmt::format("{} networks: ", taught.networks);
  }
  return text + figures_text(taught.figures);
}

std::string teacher_text(const pipeline::CheckReport& report) {
  if (report.taught) return fmt::format("{:<13} to be taught: {}\n", "teacher", taught_text(*report.taught));
  if (!report.teacher) return fmt::format("{:<13} none: the student learns from labels\n", "teacher");
  const pipeline::TeacherCheck& teacher = *report.teacher;
  return fmt::format("{:<13} {}; {}\n{:<13} {} {:.4f} on {} validation samples\n", "teacher", teacher.description,
                     figures_text(teacher.figures), "", report.class_names.empty() ? "RMSE" : "accuracy",
                     teacher.metric, teacher.samples);
}

// A row for each baseline, on the validation split.
std::string baselines_text(const pipeline::CheckReport& report) {
  std::string text;
  for (const pipeline::BaselineCheck& one : report.baselines) {
    text += fmt::format("{:<13} {}: {} {:.4f}", text.empty() ? "baselines" : "", one.title,
                        one.balanced ? "accuracy" : "RMSE", one.metric);
    if (one.balanced) text += fmt::format(", balanced {:.4f}", *one.balanced);
    text += fmt::format(" ({} {}", count_text(one.size), one.unit);
    if (one.trained_on < report.train) text += fmt::format(", learnt from {} samples", one.trained_on);
    text += ")\n";
  }
  return text;
}

// "12.3 MB of 900 samples; features: relu_3 [16, 1, 8], flatten [16]"
std::string answers_text(const pipeline::CheckReport& report) {
  if (report.answer_bytes == 0) return "";
  std::string text = fmt::format("{:<13} {} on disk", "answers", bytes_text(report.answer_bytes));
  const char* between = "; features ";
  for (const teacher::TeacherFeature& feature : report.features) {
    text += fmt::format("{}{} {}", std::exchange(between, ", "), feature.name, to_string(feature.shape));
  }
  return text + "\n";
}

std::string classes_text(const pipeline::CheckReport& report) {
  if (report.class_names.empty()) return "";
  const auto [least, most] = std::minmax_element(report.class_counts.begin(), report.class_counts.end());
  return fmt::format("{:<13} {}, {} to {} training samples each\n", "classes", report.class_names.size(), *least,
                     *most);
}

std::string data_text(const pipeline::CheckReport& report) {
  return fmt::format("{:<13} {} training, {} validation, {} test samples of {}\n", "data", report.train,
                     report.validation, report.test, to_string(report.sample_shape)) +
         fmt::format("{:<13} {}\n", "split", report.split) + classes_text(report);
}

std::string student_text(const pipeline::CheckReport& report, const device::DeviceProfile& device) {
  std::string text = fmt::format("{:<13} {}\n", "student", figures_text(report.student));
  text +=
      fmt::format("{:<13} {} ({}); the untrained student, built and run there:\n", "device", device.name, device.core);
  return text + fmt::format("{:<13} flash {}, RAM {}, {} instructions\n", "",
                            of_budget(report.device.flash_bytes, device.flash_bytes),
                            of_budget(report.device.ram_bytes, device.ram_bytes),
                            count_text(report.device.instructions));
}

std::string warnings_text(const pipeline::CheckReport& report) {
  std::string text;
  for (const std::string& warning : report.warnings) text += fmt::format("{:<13} {}\n", "warning", warning);
  return text;
}

}  // namespace

std::string device_text(const package::DeviceReport& report) {
  std::string text = fmt::format("{:<13} {} ({})\n", "device", report.device, report.core);
  text += fmt::format("{:<13} {} of {} answers bit-equal to the oracle ({}, {})\n", "proof", report.vectors_equal,
                      report.vectors, report.compiler, report.emulator);
  text += fmt::format("{:<13} {}\n", "flash", bytes_text(report.flash_bytes));
  text += fmt::format("{:<13} {} (context {}, of it arena {}; stack {})\n", "RAM", bytes_text(report.ram_bytes),
                      bytes_text(report.context_bytes), bytes_text(report.arena_bytes), bytes_text(report.stack_bytes));
  text += fmt::format("{:<13} {} per inference\n", "instructions", count_text(report.instructions));
  text += estimate_text("latency", report.latency_us, "us");
  return text + estimate_text("energy", report.energy_uj, "uJ");
}

std::string check_text(const pipeline::CheckReport& report, const device::DeviceProfile& device) {
  return data_text(report) + teacher_text(report) + baselines_text(report) + answers_text(report) +
         student_text(report, device) + warnings_text(report);
}

std::string check_hall_text(const pipeline::CheckReport& shared) {
  return data_text(shared) + teacher_text(shared) + baselines_text(shared) + warnings_text(shared);
}

std::string check_device_text(const std::string& id, const pipeline::CheckReport& report,
                              const device::DeviceProfile& device) {
  return fmt::format("[{}]\n{:<13} {}\n", id, "relevance", report.relevance.empty() ? "everything" : report.relevance) +
         classes_text(report) + baselines_text(report) + answers_text(report) + student_text(report, device) +
         warnings_text(report);
}

}  // namespace apprentice::cli
